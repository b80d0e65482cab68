#include "cli/check/redis.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

RedisLook Good() {
  return {.url = "redis://127.0.0.1:6379",
          .private_one = false,
          .program_there = false,
          .connected = true,
          .answered_in = Duration(1),
          .info =
              "# Server\r\nredis_version:7.0.15\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction"
              "\r\naof_enabled:1\r\n"};
}

RedisLook With(const std::string& old, const std::string& replacement) {
  RedisLook look = Good();
  look.info.replace(look.info.find(old), old.size(), replacement);
  return look;
}

TEST(RedisTest, AGoodOneForgetsNothing) {
  EXPECT_THAT(Summary(JudgeRedis(Good())),
              ElementsAre("redis-connect ok", "redis-version ok", "redis-eviction ok",
                          "redis-persistence ok"));
}

TEST(RedisTest, NamesEachMistakeAndSaysHowToMendIt) {
  RedisLook down = Good();
  down.connected = false;
  EXPECT_THAT(Summary(JudgeRedis(down)), ElementsAre("redis-connect error"));
  EXPECT_THAT(Said(JudgeRedis(down), "redis-connect"), HasSubstr("start Redis"));

  RedisLook locked = down;
  locked.refused = "NOAUTH Authentication required.";
  EXPECT_THAT(Summary(JudgeRedis(locked)), ElementsAre("redis-connect error"));
  EXPECT_THAT(Said(JudgeRedis(locked), "redis-connect"), HasSubstr("requirepass"));

  RedisLook slow = Good();
  slow.answered_in = Duration(21);
  EXPECT_THAT(Summary(JudgeRedis(slow)), Contains("redis-latency warning"));
  slow.answered_in = Duration(20);
  EXPECT_THAT(Summary(JudgeRedis(slow)), Contains("redis-connect ok"));

  EXPECT_THAT(Summary(JudgeRedis(With("7.0.15", "5.0.3"))), Contains("redis-version warning"));
  EXPECT_THAT(Summary(JudgeRedis(With("noeviction", "allkeys-lru"))),
              Contains("redis-eviction warning"));
  RedisLook bounded = With("noeviction", "allkeys-lru");
  bounded.info.replace(bounded.info.find("maxmemory:0"), 11, "maxmemory:1000000");
  EXPECT_THAT(Summary(JudgeRedis(bounded)), Contains("redis-eviction error"));
  EXPECT_THAT(Summary(JudgeRedis(With("aof_enabled:1", "aof_enabled:0"))),
              Contains("redis-persistence warning"));
}

TEST(RedisTest, ThePrivateOneIsStartedByRun) {
  RedisLook own{.url = "unix:///s/redis.sock", .private_one = true, .program_there = true};
  EXPECT_THAT(Summary(JudgeRedis(own)), ElementsAre("redis-connect info"));
  own.program_there = false;
  EXPECT_THAT(Summary(JudgeRedis(own)), ElementsAre("redis-program error", "redis-connect info"));
}

TEST(RedisTest, ReadsOneLineOfInfo) {
  EXPECT_EQ(InfoValue("a:1\r\nb:2\r\n", "b"), "2");
  EXPECT_EQ(InfoValue("ab:1\r\n", "b"), "");
  EXPECT_EQ(InfoValue("b:3", "b"), "3");
}

}  // namespace
}  // namespace dragoman::check
