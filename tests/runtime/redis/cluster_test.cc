// A real Redis Cluster: redirections, slots on the move, a master that dies.
#include "runtime/redis/cluster.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <set>

#include "runtime/redis/slot.h"
#include "tests/runtime/redis/command_stream.h"
#include "tests/runtime/redis/real_cluster.h"

namespace dragoman::runtime {
namespace {

using testing::StartsWith;

using What = RedisEvent::What;

constexpr int kLists = 60;  // over all masters

class ClusterRedisTest : public testing::Test {
 protected:
  // How many numbers stand in all lists; each only once.
  std::size_t Count(RedisBench& bench) {
    std::set<std::string> numbers;
    for (int i = 0; i < kLists; ++i) {
      const std::string key = CommandStream::List(i);
      const RedisResult list = bench.Do({key, {"LRANGE", key, "0", "-1"}});
      EXPECT_TRUE(list) << bench.Print(list);
      if (!list) continue;
      for (const RedisReply& number : *list->items())
        EXPECT_TRUE(numbers.insert(*number.text()).second) << *number.text();
    }
    return numbers.size();
  }

  TestFolder folder_;
  RealCluster cluster_{folder_.path()};
};

TEST_F(ClusterRedisTest, EachKeyIsAtItsMasterAndAWalkFindsAll) {
  RedisBench bench(cluster_.Seeds({4}));  // a replica knows as well
  ASSERT_TRUE(bench.UntilConnected());
  EXPECT_EQ(bench.redis->connections(), 1u);
  std::set<std::string> keys;
  for (int i = 0; i < 200; ++i) {
    const std::string key = "presence:{" + std::to_string(i) + "}";
    keys.insert(key);
    ASSERT_EQ(bench.Print(bench.Do({key, {"SET", key, "x"}})), "OK");
  }
  EXPECT_EQ(bench.Told(What::kRefused), 0u);  // not even MOVED
  for (std::size_t i = 0; i < 3; ++i) EXPECT_GT(std::stoi(cluster_.node(i).Ask({"DBSIZE"})), 30);
  std::set<std::string> found;
  bool done = false;
  bench.redis->Scan(
      "presence:*", [&](const auto& page) { found.insert(page.begin(), page.end()); },
      [&](const auto& scanned) { done = scanned.has_value(); });
  ASSERT_TRUE(bench.Until([&] { return done; }));
  EXPECT_EQ(found, keys);
  EXPECT_EQ(bench.redis->connections(), 1u);  // new ones to nodes that were not lost are no news
}

TEST_F(ClusterRedisTest, ASlotMovesUnderLoadAndNothingIsLostOrRepeated) {
  RedisBench bench(cluster_.Seeds());
  ASSERT_TRUE(bench.UntilConnected());
  CommandStream stream(bench, kLists);
  ASSERT_TRUE(bench.Until([&] { return stream.done > 300; }));
  // Every slot of a list that the first master has goes to the second one, key by key as redis-cli
  // does it.
  RealRedis& from = cluster_.node(0);
  RealRedis& to = cluster_.node(1);
  int moved = 0;
  for (int i = 0; i < kLists; ++i) {
    const std::string key = CommandStream::List(i);
    if (cluster_.FirstOwner(key) != 0) continue;
    const std::string slot = std::to_string(SlotOf(key));
    ASSERT_EQ(to.Ask({"CLUSTER", "SETSLOT", slot, "IMPORTING", cluster_.id(0)}), "OK");
    ASSERT_EQ(from.Ask({"CLUSTER", "SETSLOT", slot, "MIGRATING", cluster_.id(1)}), "OK");
    ASSERT_EQ(from.Ask({"MIGRATE", "127.0.0.1", std::to_string(to.port()), key, "0", "5000"}),
              "OK");
    // The key is there, the slot is not yet.
    const std::size_t asked = bench.Told(What::kRefused, RedisReason::kAsk);
    ASSERT_TRUE(bench.Until([&] { return bench.Told(What::kRefused, RedisReason::kAsk) > asked; }));
    for (RealRedis* node : {&to, &from, &cluster_.node(2)})
      ASSERT_EQ(node->Ask({"CLUSTER", "SETSLOT", slot, "NODE", cluster_.id(1)}), "OK");
    if (++moved == 5) break;
  }
  ASSERT_EQ(moved, 5);
  const std::size_t before = stream.done;
  ASSERT_TRUE(bench.Until([&] { return stream.done > before + 300; }));
  ASSERT_TRUE(stream.Stop());
  EXPECT_EQ(stream.refused, 0u);
  EXPECT_EQ(stream.in_doubt, 0u);
  EXPECT_GT(bench.Told(What::kRefused, RedisReason::kMoved), 0u);
  EXPECT_EQ(Count(bench), stream.done);
  EXPECT_EQ(bench.redis->connections(), 1u);  // all that was written is there
}

TEST_F(ClusterRedisTest, F9_AKilledMasterIsFollowedByItsReplica) {
  RedisBench bench(cluster_.Seeds());
  ASSERT_TRUE(bench.UntilConnected());
  CommandStream stream(bench, kLists);
  ASSERT_TRUE(bench.Until([&] { return stream.done > 300; }));
  cluster_.node(1).Signal(SIGKILL);
  ASSERT_TRUE(bench.Until([&] { return !cluster_.node(4).Ask({"ROLE"}).find("[master"); }));
  const TimePoint exists = bench.loop.Now();
  ASSERT_TRUE(bench.Until([&] { return bench.redis->connections() > 1; }));
  EXPECT_LE(bench.loop.Now() - exists, Duration(2000));
  EXPECT_EQ(bench.Told(What::kSwitched), 1u);
  const std::string key = cluster_.KeyOf(1);
  ASSERT_TRUE(bench.Until([&] { return bench.Do({key, {"SET", key, "1"}}).has_value(); }));
  EXPECT_EQ(cluster_.node(4).Ask({"GET", key}), "1");
  const std::size_t before = stream.done;
  ASSERT_TRUE(bench.Until([&] { return stream.done > before + 300; }));
  ASSERT_TRUE(stream.Stop());
  EXPECT_GT(stream.in_doubt, 0u);
  Count(bench);

  // The old one comes back as a replica; the table says so, and nothing changes.
  const std::uint64_t connections = bench.redis->connections();
  cluster_.node(1).Restart();
  ASSERT_TRUE(bench.Until([&] { return !cluster_.node(1).Ask({"ROLE"}).find("[slave"); }));
  EXPECT_EQ(bench.Print(bench.Do({key, {"SET", key, "2"}})), "OK");
  EXPECT_EQ(bench.redis->connections(), connections);
}

TEST_F(ClusterRedisTest, F8_APausedMasterIsFollowedByItsReplica) {
  RedisBench bench(cluster_.Seeds());
  ASSERT_TRUE(bench.UntilConnected());
  const std::string key = cluster_.KeyOf(2);
  ASSERT_TRUE(bench.Do({key, {"INCR", key}}));
  cluster_.node(2).Signal(SIGSTOP);
  EXPECT_THAT(bench.Print(bench.Do({key, {"INCR", key}})), StartsWith("timeout timeout"));
  ASSERT_TRUE(bench.Until([&] { return bench.Do({key, {"SET", key, "new"}}).has_value(); }));
  EXPECT_EQ(cluster_.node(5).Ask({"GET", key}), "new");
  cluster_.node(2).Signal(SIGCONT);
  ASSERT_TRUE(bench.Until([&] { return !cluster_.node(2).Ask({"ROLE"}).find("[slave"); }));
  EXPECT_EQ(bench.Print(bench.Do({key, {"GET", key}})), "new");
  EXPECT_GT(bench.redis->connections(), 1u);
}

TEST_F(ClusterRedisTest, AnOrderlyChangeOfAMasterIsFollowedAndTold) {
  RedisBench bench(cluster_.Seeds());
  ASSERT_TRUE(bench.UntilConnected());
  CommandStream stream(bench, kLists);
  ASSERT_TRUE(bench.Until([&] { return stream.done > 300; }));
  ASSERT_EQ(cluster_.node(5).Ask({"CLUSTER", "FAILOVER"}), "OK");
  ASSERT_TRUE(bench.Until([&] { return bench.redis->connections() > 1; }));
  ASSERT_TRUE(stream.Stop());
  EXPECT_EQ(stream.refused, 0u);
  Count(bench);
}

TEST_F(ClusterRedisTest, F9_AClusterThatIsDownIsSaidToBe) {
  RedisBench bench(cluster_.Seeds());
  ASSERT_TRUE(bench.UntilConnected());
  const std::string key = cluster_.KeyOf(2);
  ASSERT_EQ(bench.Print(bench.Do({key, {"SET", key, "1"}})), "OK");
  // Two masters and their replicas: no majority is left.
  for (const std::size_t number : {4u, 3u, 1u, 0u}) cluster_.node(number).Signal(SIGKILL);
  ASSERT_TRUE(cluster_.node(2).Await({"CLUSTER", "INFO"}, "cluster_state:fail"));
  EXPECT_THAT(bench.Print(bench.Do({key, {"SET", key, "2"}})), StartsWith("refused cluster-down"));
  EXPECT_EQ(bench.Told(What::kRefused, RedisReason::kClusterDown), kRepeatsMax + 1u);
  for (const std::size_t number : {0u, 1u, 3u, 4u}) cluster_.node(number).Restart();
  ASSERT_TRUE(bench.Until([&] { return bench.Do({key, {"SET", key, "3"}}).has_value(); }));
}

TEST_F(ClusterRedisTest, AllNodesMayGoAndComeBack) {
  RedisBench bench(cluster_.Seeds());
  ASSERT_TRUE(bench.UntilConnected());
  for (int i = 0; i < kLists; ++i)
    ASSERT_TRUE(bench.Do({CommandStream::List(i), {"GET", CommandStream::List(i)}}));
  for (std::size_t i = 0; i < 6; ++i) cluster_.node(i).Signal(SIGKILL);
  ASSERT_TRUE(bench.Until([&] { return !bench.redis->connected(); }));
  EXPECT_THAT(bench.Print(bench.Do({"a", {"GET", "a"}})), StartsWith("unavailable"));
  const std::uint64_t connections = bench.redis->connections();
  for (std::size_t i = 0; i < 6; ++i) cluster_.node(i).Restart();
  ASSERT_TRUE(bench.Until([&] {
    return bench.redis->connected() && bench.Do({"a", {"GET", "a"}}).has_value();
  }));
  EXPECT_GT(bench.redis->connections(), connections);
}

class NoClusterTest : public testing::Test {
 protected:
  TestFolder folder_;
};

TEST_F(NoClusterTest, AServerOutsideOfAClusterTellsNoSlots) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(policy::RedisCluster{{server->where()}});
  ASSERT_TRUE(bench.Until([&] { return bench.Told(What::kRefused, RedisReason::kOther) > 2; }));
  EXPECT_FALSE(bench.redis->connected());
  EXPECT_THAT(bench.Print(bench.Do({"a", {"GET", "a"}})), StartsWith("unavailable no-master"));
  const auto news = std::count_if(bench.events.begin(), bench.events.end(), [](const auto& event) {
    return event.what == What::kRefused && event.news;
  });
  EXPECT_EQ(news, 1);
}

}  // namespace
}  // namespace dragoman::runtime
