#include "cli/check/redis.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

RedisServerLook Good() {
  return {.where = "127.0.0.1:6379",
          .connected = true,
          .answered_in = Duration(1),
          .info =
              "# Server\r\nredis_version:7.0.15\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction"
              "\r\naof_enabled:1\r\nconnected_slaves:2\r\nmin_slaves_good_slaves:2\r\n"};
}

RedisServerLook With(const std::string& old, const std::string& replacement) {
  RedisServerLook look = Good();
  look.info->replace(look.info->find(old), old.size(), replacement);
  return look;
}

RedisServerLook Down(const std::string& reason, const std::string& problem) {
  RedisServerLook look = Good();
  look.connected = false;
  look.reason = reason;
  look.problem = problem;
  return look;
}

std::vector<std::string> Judged(const RedisServerLook& look,
                                RedisTopology topology = RedisTopology::kSingle) {
  return Summary(JudgeRedisServer(look, topology));
}

TEST(RedisTest, AGoodOneForgetsNothing) {
  EXPECT_THAT(Judged(Good()), ElementsAre("redis-connect ok", "redis-acl ok", "redis-version ok",
                                          "redis-eviction ok", "redis-persistence ok"));
}

TEST(RedisTest, SaysWhyItCannotBeUsedAndHowToMendIt) {
  const struct {
    const char *reason, *problem, *mend;
  } kRows[] = {
      {"unreachable", "connection refused", "start Redis"},
      {"timeout", "PING: no reply in time", "start Redis"},
      {"unresolved", "r.example: no such name", "dns.servers"},
      {"noauth", "NOAUTH Authentication required.", "redis.password"},
      {"wrong-password", "WRONGPASS invalid", "the file of redis.password"},
      {"no-permission", "NOPERM this user has no permissions to run 'ping'", "ACL SETUSER"},
      {"not-master", "its role is slave", "redis.sentinels"},
      {"loading", "LOADING Redis is loading", "wait"},
      {"other", "DENIED Redis is running in protected mode", "the Redis server's log"},
  };
  for (const auto& row : kRows) {
    const Findings findings =
        JudgeRedisServer(Down(row.reason, row.problem), RedisTopology::kSingle);
    EXPECT_THAT(Summary(findings), ElementsAre("redis-connect error")) << row.reason;
    EXPECT_THAT(Said(findings, "redis-connect"), HasSubstr(row.problem));
    EXPECT_THAT(Said(findings, "redis-connect"), HasSubstr(row.mend));
  }
}

TEST(RedisTest, T54_NamesTheCommandsThatTheUserLacks) {
  RedisServerLook look = Good();
  look.lacking = {"zrem on due:*", "eval"};
  EXPECT_THAT(Judged(look), Contains("redis-acl error"));
  EXPECT_THAT(Said(JudgeRedisServer(look, RedisTopology::kSingle), "redis-acl"),
              HasSubstr("may not run zrem on due:*, eval"));
  look.info.reset();
  EXPECT_THAT(Judged(look), ElementsAre("redis-connect ok", "redis-acl error", "redis-info info"));
}

TEST(RedisTest, NamesWhatIsSetWrong) {
  RedisServerLook slow = Good();
  slow.answered_in = Duration(21);
  EXPECT_THAT(Judged(slow), Contains("redis-latency warning"));
  slow.answered_in = Duration(20);
  EXPECT_THAT(Judged(slow), Contains("redis-connect ok"));

  EXPECT_THAT(Judged(With("7.0.15", "5.0.3")), Contains("redis-version warning"));
  EXPECT_THAT(Judged(With("noeviction", "allkeys-lru")), Contains("redis-eviction warning"));
  RedisServerLook bounded = With("noeviction", "allkeys-lru");
  bounded.info->replace(bounded.info->find("maxmemory:0"), 11, "maxmemory:1000000");
  EXPECT_THAT(Judged(bounded), Contains("redis-eviction error"));
  EXPECT_THAT(Judged(With("aof_enabled:1", "aof_enabled:0")),
              Contains("redis-persistence warning"));
}

TEST(RedisTest, F10_LooksAtReplicasWhereOneMayTakeOver) {
  for (const RedisTopology topology : {RedisTopology::kSentinel, RedisTopology::kCluster}) {
    EXPECT_THAT(Judged(Good(), topology), Contains("redis-replicas ok"));
    EXPECT_THAT(Judged(With("min_slaves_good_slaves:2\r\n", ""), topology),
                Contains("redis-replicas info"));
    EXPECT_THAT(Judged(With("connected_slaves:2", "connected_slaves:0"), topology),
                Contains("redis-replicas warning"));
  }
}

TEST(RedisTest, ThePrivateOneIsStartedByRun) {
  EXPECT_THAT(Summary(JudgePrivateRedis(Down("unreachable", "no such file"), true)),
              ElementsAre("redis-connect info"));
  EXPECT_THAT(Summary(JudgePrivateRedis(Down("unreachable", "no such file"), false)),
              ElementsAre("redis-program error", "redis-connect info"));
  EXPECT_THAT(Summary(JudgePrivateRedis(Down("loading", "LOADING"), true)),
              ElementsAre("redis-connect error"));
  EXPECT_THAT(Summary(JudgePrivateRedis(Good(), true)), Contains("redis-persistence ok"));
}

TEST(RedisTest, ReadsOneLineOfInfo) {
  EXPECT_EQ(InfoValue("a:1\r\nb:2\r\n", "b"), "2");
  EXPECT_EQ(InfoValue("ab:1\r\n", "b"), "");
  EXPECT_EQ(InfoValue("b:3", "b"), "3");
}

}  // namespace
}  // namespace dragoman::check
