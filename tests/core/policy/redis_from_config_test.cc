#include "core/policy/redis_from_config.h"

#include <gmock/gmock.h>

#include <map>
#include <utility>

namespace dragoman::policy {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::map<std::string, std::string> kFiles = {{"/etc/word", "s3cret\n"},
                                                   {"/etc/other", "0ther"},
                                                   {"/etc/open", "seen by all"},
                                                   {"/etc/empty", " \n"},
                                                   {"/etc/two", "one\ntwo\n"}};

struct Read {
  RedisSettings settings;
  std::vector<Problem> problems;
};

Read From(void (*say)(config::Redis&)) {
  ConfigFiles files;
  files.absolute = [](const std::string& name) { return "/etc/" + name; };
  files.read = [](const std::string& name) -> std::optional<std::string> {
    const auto found = kFiles.find(name);
    if (found == kFiles.end()) return std::nullopt;
    return found->second;
  };
  files.exposed = [](const std::string& name) { return name == "/etc/open"; };
  config::Redis config;
  say(config);
  Read read;
  read.settings = ReadRedis(config, files, {"/state"}, read.problems);
  return read;
}

TEST(RedisFromConfigTest, NothingSaidIsThePrivateServer) {
  const Read read = From([](auto&) {});
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.settings.place, RedisPlace(RedisServer{"/state/redis.sock", {}, true}));
}

TEST(RedisFromConfigTest, AUrlNamesASocketOrAServerAndItsDatabase) {
  const struct {
    const char* url;
    RedisServer server;
    std::uint32_t database;
  } kRows[] = {
      {"redis://Cache.example", {{}, {"cache.example", 6379}}, 0},
      {"redis://10.0.0.1:7000", {{}, {"10.0.0.1", 7000}}, 0},
      {"redis://[2001:db8::1]:7000/3", {{}, {"2001:db8::1", 7000}}, 3},
      {"redis://a/65535", {{}, {"a", 6379}}, 65535},
      {"unix:///run/redis/redis.sock", {"/run/redis/redis.sock", {}}, 0},
  };
  for (const auto& row : kRows) {
    std::vector<Problem> problems;
    config::Redis config;
    config.set_url(row.url);
    const RedisSettings settings = ReadRedis(config, {}, {"/state"}, problems);
    EXPECT_THAT(problems, IsEmpty()) << row.url;
    EXPECT_EQ(settings.place, RedisPlace(row.server)) << row.url;
    EXPECT_EQ(settings.database, row.database) << row.url;
  }
}

TEST(RedisFromConfigTest, ASentinelGroupHasAMasterAndAClusterHasSeeds) {
  const Read group = From([](auto& redis) {
    redis.add_sentinels("S1.example");
    redis.add_sentinels("10.0.0.2:5000");
    redis.set_database(4);
    redis.set_sentinel_user("watcher");
    redis.set_sentinel_password("other");
  });
  EXPECT_THAT(group.problems, IsEmpty());
  EXPECT_EQ(group.settings.place,
            RedisPlace(RedisSentinels{{{"s1.example", 26379}, {"10.0.0.2", 5000}}, "mymaster"}));
  EXPECT_EQ(group.settings.database, 4u);
  EXPECT_EQ(group.settings.sentinel_login, (RedisLogin{"watcher", "/etc/other", "0ther"}));
  EXPECT_EQ(ToString(group.settings), "mymaster of the sentinels s1.example:26379, 10.0.0.2:5000");

  const Read cluster = From([](auto& redis) { redis.add_cluster("c1"); });
  EXPECT_THAT(cluster.problems, IsEmpty());
  EXPECT_EQ(cluster.settings.place, RedisPlace(RedisCluster{{{"c1", 6379}}}));
  EXPECT_EQ(ToString(cluster.settings), "cluster of c1:6379");
}

TEST(RedisFromConfigTest, APasswordIsWhatStandsInItsFile) {
  const Read read = From([](auto& redis) {
    redis.set_url("redis://a");
    redis.set_user("dragoman");
    redis.set_password("word");
  });
  EXPECT_THAT(read.problems, IsEmpty());
  EXPECT_EQ(read.settings.login, (RedisLogin{"dragoman", "/etc/word", "s3cret"}));
}

TEST(RedisFromConfigTest, SaysWhatCannotWork) {
  const struct {
    const char* path;
    const char* says;
    void (*say)(config::Redis&);
  } kRows[] = {
      {"redis.url", "unix:///path", [](auto& r) { r.set_url("http://a"); }},
      {"redis.url", "unix:///path", [](auto& r) { r.set_url("unix://relative"); }},
      {"redis.url", "found \"redis://a:b\"", [](auto& r) { r.set_url("redis://a:b"); }},
      {"redis.url", "found \"redis://a/x\"", [](auto& r) { r.set_url("redis://a/x"); }},
      {"redis.url", "found \"redis://a/65536\"", [](auto& r) { r.set_url("redis://a/65536"); }},
      {"redis.url", "a file in redis.password", [](auto& r) { r.set_url("redis://u:pw@a"); }},
      {"redis.url", "one of",
       [](auto& r) {
         r.set_url("redis://a");
         r.add_sentinels("b");
       }},
      {"redis.sentinels", "one of",
       [](auto& r) {
         r.add_sentinels("a");
         r.add_cluster("b");
       }},
      {"redis.sentinels[0]", "host:port", [](auto& r) { r.add_sentinels("a:b"); }},
      {"redis.cluster[0]", "host:port", [](auto& r) { r.add_cluster(""); }},
      {"redis.cluster", "16 at most",
       [](auto& r) {
         for (std::size_t i = 0; i <= kRedisPlacesMax; ++i) r.add_cluster("a");
       }},
      {"redis.master", "redis.sentinels", [](auto& r) { r.set_master("m"); }},
      {"redis.sentinel_user", "redis.sentinels", [](auto& r) { r.set_sentinel_user("u"); }},
      {"redis.sentinel_password", "redis.sentinels",
       [](auto& r) { r.set_sentinel_password("word"); }},
      {"redis.user", "private", [](auto& r) { r.set_user("u"); }},
      {"redis.password", "private", [](auto& r) { r.set_password("word"); }},
      {"redis.user", "redis.password",
       [](auto& r) {
         r.set_url("redis://a");
         r.set_user("u");
       }},
      {"redis.sentinel_user", "redis.sentinel_password",
       [](auto& r) {
         r.add_sentinels("a");
         r.set_sentinel_user("u");
       }},
      {"redis.password", "everybody may read /etc/open", [](auto& r) { r.set_password("open"); }},
      {"redis.password", "one line", [](auto& r) { r.set_password("empty"); }},
      {"redis.password", "one line", [](auto& r) { r.set_password("two"); }},
      {"redis.password", "name of a file", [](auto& r) { r.set_password("hunter2"); }},
      {"redis.database", "has one only",
       [](auto& r) {
         r.add_cluster("a");
         r.set_database(0);
       }},
      {"redis.database", "0 to 65535",
       [](auto& r) {
         r.set_url("redis://a");
         r.set_database(kRedisDatabaseMax + 1);
       }},
      {"redis.database", "what redis.url says, 1",
       [](auto& r) {
         r.set_url("redis://a/1");
         r.set_database(2);
       }},
  };
  for (const auto& row : kRows) {
    const Read read = From(row.say);
    EXPECT_THAT(read.problems, Contains(AllOf(Field(&Problem::path, row.path),
                                              Field(&Problem::text, HasSubstr(row.says)))))
        << row.path << " " << row.says;
  }
}

TEST(RedisFromConfigTest, TakesWhatIsAtTheBoundsOrSaidTwiceAlike) {
  EXPECT_THAT(From([](auto& r) {
                for (std::size_t i = 0; i < kRedisPlacesMax; ++i) r.add_cluster("a");
              }).problems,
              IsEmpty());
  const Read same = From([](auto& r) {
    r.set_url("redis://a/2");
    r.set_database(2);
  });
  EXPECT_THAT(same.problems, IsEmpty());
  EXPECT_EQ(same.settings.database, 2u);
}

TEST(RedisFromConfigTest, RepeatsNoPassword) {
  for (void (*say)(config::Redis&) : {+[](config::Redis& r) { r.set_url("redis://u:hunter2@a"); },
                                      +[](config::Redis& r) { r.set_password("hunter2"); }}) {
    const Read read = From(say);
    EXPECT_THAT(read.problems, Not(IsEmpty()));
    EXPECT_THAT(read.problems, Each(Field(&Problem::text, Not(HasSubstr("hunter2")))));
  }
}

}  // namespace
}  // namespace dragoman::policy
