#include "cli/check/redis_group.h"

#include <gmock/gmock.h>

#include "cli/check/redis_probe.h"
#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

SentinelLook Sentinel(const std::string& where) {
  SentinelLook look{.where = where};
  look.master = "10.0.0.1:6379";
  look.quorum = "OK 3 usable Sentinels.";
  return look;
}

TEST(JudgeSentinelsTest, ThreeThatAgreeAreAllThatIsWanted) {
  EXPECT_THAT(Summary(JudgeSentinels({Sentinel("a"), Sentinel("b"), Sentinel("c")}, "m")),
              ElementsAre("redis-sentinel ok", "redis-quorum ok", "redis-sentinel ok",
                          "redis-quorum ok", "redis-sentinel ok", "redis-quorum ok"));
}

TEST(JudgeSentinelsTest, NamesWhoIsMissingAndWhatTheyDisagreeOn) {
  SentinelLook mute = Sentinel("b");
  mute.problem = "connection refused";
  mute.master.clear();
  SentinelLook other = Sentinel("c");
  other.master = "10.0.0.2:6379";
  other.quorum = "NOQUORUM 1 usable Sentinels.";
  other.lacking = "NOPERM this user has no permissions to run 'sentinel|sentinels'";
  const Findings findings = JudgeSentinels({Sentinel("a"), mute, other}, "m");
  EXPECT_THAT(Summary(findings),
              ElementsAre("redis-sentinel ok", "redis-quorum ok", "redis-sentinel warning",
                          "redis-sentinel ok", "redis-acl warning", "redis-quorum error",
                          "redis-sentinels warning"));
  EXPECT_THAT(Said(findings, "redis-sentinels"), HasSubstr("10.0.0.1:6379, 10.0.0.2:6379"));
}

TEST(JudgeSentinelsTest, AMasterOfAnotherNameIsNoMaster) {
  SentinelLook look = Sentinel("a");
  look.master.clear();
  const Findings findings = JudgeSentinels({look, look, look}, "records");
  EXPECT_THAT(Summary(findings),
              ElementsAre("redis-sentinel error", "redis-sentinel error", "redis-sentinel error"));
  EXPECT_THAT(Said(findings, "redis-sentinel"), HasSubstr("sentinel monitor records"));
}

TEST(JudgeSentinelsTest, WithoutAnyNothingIsKnown) {
  SentinelLook mute{.where = "a", .problem = "connection refused"};
  EXPECT_THAT(Summary(JudgeSentinels({mute}, "m")),
              ElementsAre("redis-sentinel warning", "redis-sentinels error"));
}

TEST(JudgeSentinelsTest, AdvisesToNameAll) {
  EXPECT_THAT(Summary(JudgeSentinels({Sentinel("a")}, "m")),
              ElementsAre("redis-sentinel ok", "redis-quorum ok", "redis-sentinels info"));
}

TEST(JudgeClusterTest, EverySlotHasAMaster) {
  ClusterLook look{.seeds = {{.where = "a"}, {.where = "b", .problem = "connection refused"}},
                   .uncovered = 0,
                   .masters = 3};
  EXPECT_THAT(Summary(JudgeCluster(look)),
              ElementsAre("redis-node ok", "redis-node warning", "redis-slots ok"));
  look.uncovered = 5;
  EXPECT_THAT(Said(JudgeCluster(look), "redis-slots"), HasSubstr("5 of 16384"));
  look.masters = 2;
  EXPECT_THAT(Summary(JudgeCluster(look)),
              ElementsAre("redis-node ok", "redis-node warning", "redis-slots error",
                          "redis-masters warning"));
  look.seeds.erase(look.seeds.begin());
  EXPECT_THAT(Summary(JudgeCluster(look)), ElementsAre("redis-node warning", "redis-slots error"));
}

TEST(RedisProbesTest, ChangeNoRecordWhateverTheAnswer) {
  for (const bool cluster : {false, true}) {
    for (const RedisProbe& probe : RedisProbes(cluster)) {
      const std::vector<std::string>& words = probe.words;
      EXPECT_FALSE(probe.name.empty());
      // No user's key: there is no '@' in it; and nothing is added or removed that exists.
      for (const std::string& word : words) EXPECT_EQ(word.find('@'), std::string::npos) << word;
      if (words[0] == "ZADD") {
        EXPECT_THAT(words, testing::Contains("XX")) << probe.name;
      } else if (words[0] == "HSET") {
        EXPECT_EQ(words.size(), 5u);  // a field without a value: refused
      } else if (words[0] == "HINCRBY") {
        EXPECT_EQ(words[3], "no number");
      } else if (words[0] == "ZREM" || words[0] == "HDEL") {
        EXPECT_EQ(words[2], "dragoman-check");
      }
    }
  }
}

}  // namespace
}  // namespace dragoman::check
