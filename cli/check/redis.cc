#include "cli/check/redis.h"

#include <charconv>

namespace dragoman::check {
namespace {

constexpr int kMajorMin = 6;
constexpr Duration kSlow{20};  // each presence change waits for it a few times

}  // namespace

std::string InfoValue(const std::string& info, const std::string& key) {
  for (std::size_t at = 0; at < info.size();) {
    const std::size_t end = std::min(info.find("\r\n", at), info.size());
    const std::string line = info.substr(at, end - at);
    if (line.starts_with(key + ":")) return line.substr(key.size() + 1);
    at = end + 2;
  }
  return {};
}

Findings JudgeRedis(const RedisLook& look) {
  Verdict verdict(Area::kRedis, look.private_one ? "private" : look.url);
  if (look.private_one && !look.program_there) {
    verdict.Error("redis-program", {"no redis-server in PATH", "the program redis-server",
                                    "install redis-server, or set redis.url"});
  }
  if (look.private_one && !look.connected && look.refused.empty()) {
    verdict.Info("redis-connect", {"not running: dragoman run starts it"});
    return verdict.Take();
  }
  if (!look.refused.empty()) {
    const bool password = look.refused.starts_with("NOAUTH");
    verdict.Error("redis-connect",
                  {look.refused, "commands without a password",
                   password ? "guard it by its network or a unix socket, not by requirepass"
                            : "look at the Redis server's log and its ACL"});
    return verdict.Take();
  }
  if (!look.connected) {
    verdict.Error("redis-connect",
                  {"no connection", "a Redis that answers",
                   "start Redis, or correct redis.url; until then messages pass, and presence is "
                   "refused"});
    return verdict.Take();
  }
  const std::string latency = std::to_string(look.answered_in.count()) + " ms";
  if (look.answered_in > kSlow) {
    verdict.Warn("redis-latency", {latency, std::to_string(kSlow.count()) + " ms or less",
                                   "run Redis near the routers, on a machine that is not busy"});
  } else {
    verdict.Ok("redis-connect", {"answers in " + latency});
  }
  const std::string version = InfoValue(look.info, "redis_version");
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (major < kMajorMin) {
    verdict.Warn("redis-version",
                 {version.empty() ? "not told" : version, "6.0 or later", "use a newer Redis"});
  } else {
    verdict.Ok("redis-version", {version});
  }
  const std::string policy = InfoValue(look.info, "maxmemory_policy");
  const bool bounded = InfoValue(look.info, "maxmemory") != "0";
  if (policy != "noeviction" && bounded) {
    verdict.Error("redis-eviction",
                  {"maxmemory-policy " + policy + ": records vanish when memory is short",
                   "noeviction", "CONFIG SET maxmemory-policy noeviction, and in redis.conf"});
  } else if (policy != "noeviction") {
    verdict.Warn("redis-eviction", {"maxmemory-policy " + policy, "noeviction",
                                    "CONFIG SET maxmemory-policy noeviction, and in redis.conf"});
  } else {
    verdict.Ok("redis-eviction", {policy});
  }
  if (InfoValue(look.info, "aof_enabled") == "1") {
    verdict.Ok("redis-persistence", {"appendonly yes"});
  } else {
    verdict.Warn("redis-persistence",
                 {"appendonly no: subscriptions are lost when Redis restarts", "appendonly yes",
                  "CONFIG SET appendonly yes, and in redis.conf"});
  }
  return verdict.Take();
}

}  // namespace dragoman::check
