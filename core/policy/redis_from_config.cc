#include "core/policy/redis_from_config.h"

#include <optional>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/cursor.h"

namespace dragoman::policy {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

class RedisReader {
 public:
  RedisReader(const ConfigFiles& files, std::vector<Problem>& problems)
      : files_(files), problems_(problems) {}

  void Complain(const std::string& key, std::string text) {
    problems_.push_back({"redis." + key, std::move(text)});
  }

  // redis://host[:port][/database] or unix:///path. A database goes to `database`.
  RedisServer Url(const std::string& url, std::optional<std::uint32_t>& database) {
    Cursor in(url);
    if (in.Take("unix://") && in.Peek() == '/') return {std::string(in.Rest()), {}};
    const auto expected = [&] {
      Complain("url", "expected redis://host:port[/db] or unix:///path, found \"" + url + "\"");
      return RedisServer();
    };
    if (!in.Take("redis://")) return expected();
    const std::string_view rest = in.Rest();
    if (rest.find('@') != std::string_view::npos) {  // not repeated: it may be a password
      Complain("url",
               "expected no user and no password in it: redis.user, and a file in redis.password");
      return {};
    }
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos) {
      Cursor number(rest.substr(slash + 1));
      const std::optional<std::uint64_t> said = number.TakeNumber();
      if (!said || !number.AtEnd() || *said > kRedisDatabaseMax) return expected();
      database = static_cast<std::uint32_t>(*said);
    }
    const std::optional<HostPort> where = ParseHostPort(rest.substr(0, slash), kRedisPort);
    return where ? RedisServer{{}, *where} : expected();
  }

  std::vector<HostPort> Places(const std::string& key, const Names& names, std::uint16_t port) {
    std::vector<HostPort> places;
    for (int i = 0; i < names.size(); ++i) {
      const std::optional<HostPort> place = ParseHostPort(names[i], port);
      if (place) {
        places.push_back(*place);
      } else {
        Complain(key + "[" + std::to_string(i) + "]",
                 "expected host or host:port, found \"" + names[i] + "\"");
      }
    }
    if (places.size() > kRedisPlacesMax)
      Complain(key,
               "expected " + std::to_string(kRedisPlacesMax) + " at most: the rest is learned");
    return places;
  }

  // `prefix`: "" or "sentinel_".
  RedisLogin Login(const std::string& prefix, const std::string& user, const std::string& file) {
    RedisLogin login{user, {}, {}};
    if (file.empty()) {
      if (!user.empty()) {
        Complain(prefix + "user", "expected a file in redis." + prefix + "password beside it");
      }
      return login;
    }
    if (!files_.opens("redis." + prefix + "password")) return login;
    login.password_file = files_.absolute(file);
    const std::optional<std::string> content = files_.read(login.password_file);
    if (!content) {  // its name is not repeated: it may be the password itself
      Complain(prefix + "password", "expected the name of a file that can be read and holds it");
      return login;
    }
    if (files_.exposed(login.password_file)) {
      Complain(prefix + "password",
               "everybody may read " + login.password_file + "; expected mode 0600 or 0640");
    }
    login.password = Trim(*content);
    if (login.password.empty() || login.password.find('\n') != std::string::npos) {
      Complain(prefix + "password", login.password_file + ": expected one line, the password");
    }
    return login;
  }

 private:
  const ConfigFiles& files_;
  std::vector<Problem>& problems_;
};

}  // namespace

RedisSettings ReadRedis(const config::Redis& config, const ConfigFiles& files,
                        const Defaults& defaults, std::vector<Problem>& problems) {
  RedisReader reader(files, problems);
  RedisSettings settings;
  std::optional<std::uint32_t> in_url;
  const bool url = !config.url().empty();
  const bool sentinels = config.sentinels_size() > 0;
  const bool cluster = config.cluster_size() > 0;
  if (url + sentinels + cluster > 1) {
    reader.Complain(url ? "url" : "sentinels",
                    "expected one of redis.url, redis.sentinels and redis.cluster");
  }
  if (cluster) {
    settings.place = RedisCluster{reader.Places("cluster", config.cluster(), kRedisPort)};
  } else if (sentinels) {
    settings.place = RedisSentinels{reader.Places("sentinels", config.sentinels(), kSentinelPort),
                                    config.master().empty() ? "mymaster" : config.master()};
  } else if (url) {
    settings.place = reader.Url(config.url(), in_url);
  } else {
    settings.place = RedisServer{defaults.state + "/redis.sock", {}, true};
  }
  if (!sentinels) {
    for (const auto& [key, said] : {std::pair("master", &config.master()),
                                    std::pair("sentinel_user", &config.sentinel_user()),
                                    std::pair("sentinel_password", &config.sentinel_password())}) {
      if (!said->empty()) reader.Complain(key, "expected redis.sentinels beside it");
    }
  }
  if (!url && !sentinels && !cluster && !(config.user().empty() && config.password().empty())) {
    reader.Complain(config.user().empty() ? "password" : "user",
                    "expected redis.url, redis.sentinels or redis.cluster beside it: the private "
                    "server has no users");
  }
  settings.login = reader.Login("", config.user(), config.password());
  settings.sentinel_login =
      reader.Login("sentinel_", config.sentinel_user(), config.sentinel_password());
  if (config.has_database()) {
    if (cluster) reader.Complain("database", "expected none: a Redis Cluster has one only");
    if (config.database() > kRedisDatabaseMax)
      reader.Complain("database", "expected 0 to " + std::to_string(kRedisDatabaseMax));
    if (in_url && *in_url != config.database()) {
      reader.Complain("database", "expected what redis.url says, " + std::to_string(*in_url) +
                                      ", or nothing in one of the two");
    }
  }
  settings.database = config.has_database() ? config.database() : in_url.value_or(0);
  return settings;
}

}  // namespace dragoman::policy
