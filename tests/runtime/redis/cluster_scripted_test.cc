// A Cluster that answers what no real one does for long.
#include <gmock/gmock.h>

#include "runtime/redis/cluster.h"
#include "tests/runtime/redis/real_redis.h"
#include "tests/runtime/redis/scripted_redis.h"

namespace dragoman::runtime {
namespace {

using testing::StartsWith;

using What = RedisEvent::What;
using Words = std::vector<std::string>;

class ScriptedClusterTest : public testing::Test {
 protected:
  // `answer`: to all but CLUSTER SLOTS, by which the server owns every slot.
  void Serve(ScriptedRedis::Answer answer) {
    bench_.redis.reset();
    server_ = std::make_unique<ScriptedRedis>(
        bench_.loop, [this, answer = std::move(answer)](const Words& words) {
          return words.front() == "CLUSTER" ? ScriptedRedis::Slots({server_->where()})
                                            : answer(words);
        });
    bench_.settings.place = policy::RedisCluster{{server_->where()}};
    bench_.Connect();
    ASSERT_TRUE(bench_.UntilConnected());
  }
  std::string Get() { return bench_.Print(bench_.Do({"a", {"GET", "a"}})); }
  std::string Here() const { return policy::ToString(server_->where()); }

  RedisBench bench_{policy::RedisCluster{{{"127.0.0.1", 9}}}};
  std::unique_ptr<ScriptedRedis> server_;
};

TEST_F(ScriptedClusterTest, ACommandIsRedirectedFiveTimesAtMost) {
  for (const char* word : {"MOVED", "ASK"}) {
    Serve([this, word](const Words& words) -> std::string {
      if (words.front() == "ASKING") return "+OK\r\n";
      return "-" + std::string(word) + " 15495 " + Here() + "\r\n";
    });
    EXPECT_THAT(Get(), StartsWith(std::string("refused ") + (*word == 'M' ? "moved" : "ask")));
    EXPECT_EQ(server_->heard("GET"), kRepeatsMax + 1u);
    EXPECT_EQ(server_->heard("ASKING"), *word == 'A' ? std::size_t{kRepeatsMax} : 0u);
  }
}

TEST_F(ScriptedClusterTest, TryAgainIsTriedAgainALittleLater) {
  Serve([this](const Words&) -> std::string {
    return server_->heard("GET") < 3 ? "-TRYAGAIN Multiple keys request\r\n" : "+now\r\n";
  });
  EXPECT_EQ(Get(), "now");
  EXPECT_EQ(server_->heard("GET"), 3u);
}

TEST_F(ScriptedClusterTest, ARedirectionThatNamesNoNodeIsTold) {
  Serve([](const Words&) { return "-MOVED nonsense\r\n"; });
  EXPECT_THAT(Get(), StartsWith("refused moved: MOVED nonsense"));
  EXPECT_EQ(server_->heard("GET"), 1u);
}

TEST_F(ScriptedClusterTest, F8_WhatMayHaveBeenCarriedOutIsNeverRepeated) {
  Serve([](const Words&) { return std::nullopt; });
  EXPECT_THAT(Get(), StartsWith("unavailable lost"));
  EXPECT_EQ(server_->heard("GET"), 1u);
}

TEST_F(ScriptedClusterTest, NodesAreBounded) {
  Serve([](const Words& words) -> std::string {
    return "-MOVED 15495 127.9." + words.back() + ":9\r\n";  // nobody has heard of that node
  });
  std::size_t overloaded = 0, results = 0;
  for (std::size_t i = 0; i <= kRedisNodesMax; ++i) {
    const std::string node = std::to_string(i / 200) + "." + std::to_string(i % 200 + 1);
    bench_.redis->Command({"a", {"GET", "a", node}}, [&](const RedisResult& reply) {
      ++results;
      overloaded += !reply && reply.error().reason == RedisReason::kOverloaded;
    });
  }
  ASSERT_TRUE(bench_.Until([&] { return results == kRedisNodesMax + 1; }));
  EXPECT_GE(overloaded, 1u);
}

TEST_F(ScriptedClusterTest, CommandsWithoutAResultAreBounded) {
  server_ = std::make_unique<ScriptedRedis>(bench_.loop, [](const Words&) { return ""; });
  bench_.settings.place = policy::RedisCluster{{server_->where()}};
  bench_.Connect();  // no table comes: they wait for it
  std::size_t overloaded = 0, late = 0;
  const auto count = [&](const RedisResult& reply) {
    overloaded += reply.error().reason == RedisReason::kOverloaded;
    late += reply.error().reason != RedisReason::kOverloaded;
  };
  for (std::size_t i = 0; i <= kRedisPendingMax; ++i)
    bench_.redis->Command({"a", {"GET", "a"}}, count);
  ASSERT_TRUE(bench_.Until([&] { return overloaded == 1; }));
  EXPECT_EQ(late, 0u);
  EXPECT_TRUE(bench_.Until([&] { return late == kRedisPendingMax; }));
  EXPECT_EQ(overloaded, 1u);
  // By their bytes too.
  bench_.Connect();
  late = overloaded = 0;
  const std::string half(kRedisPendingBytesMax / 2 - 100, 'x');
  for (int i = 0; i < 3; ++i) bench_.redis->Command({"a", {"SET", "a", half}}, count);
  ASSERT_TRUE(bench_.Until([&] { return overloaded + late == 3; }));
  EXPECT_EQ(overloaded, 1u);
  bench_.redis.reset();
}

TEST_F(ScriptedClusterTest, WhatWaitsFailsWhenTheClientGoes) {
  server_ = std::make_unique<ScriptedRedis>(bench_.loop, [](const Words&) { return ""; });
  bench_.settings.place = policy::RedisCluster{{server_->where()}};
  bench_.Connect();
  int failed = 0;
  bench_.redis->Command({"a", {"GET", "a"}}, [&](const RedisResult& reply) { failed += !reply; });
  bench_.redis.reset();
  EXPECT_TRUE(bench_.Until([&] { return failed == 1; }));
}

}  // namespace
}  // namespace dragoman::runtime
