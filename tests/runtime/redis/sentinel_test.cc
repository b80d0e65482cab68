// A real Sentinel group: three sentinels, a master and a replica.
#include "runtime/redis/sentinel.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <set>

#include "tests/runtime/redis/command_stream.h"
#include "tests/runtime/redis/real_redis.h"

namespace dragoman::runtime {
namespace {

using testing::StartsWith;

using What = RedisEvent::What;

constexpr Duration kFoundMax{2000};  // F-9: from the day a new master is one

class SentinelRedisTest : public testing::Test {
 protected:
  SentinelRedisTest() {
    servers_.push_back(RealRedis::Server(folder_.path()));
    servers_.push_back(RealRedis::Server(
        folder_.path(), {"--replicaof", "127.0.0.1 " + std::to_string(servers_[0]->port())}));
    EXPECT_TRUE(servers_[1]->Await({"INFO", "replication"}, "master_link_status:up"));
    const std::string master = "127.0.0.1 " + std::to_string(servers_[0]->port());
    for (int i = 0; i < 3; ++i) {
      sentinels_.push_back(RealRedis::Sentinel(
          folder_.path(), "sentinel monitor records " + master +
                              " 2\nsentinel down-after-milliseconds records 500\n"
                              "sentinel failover-timeout records 5000\n"));
    }
    for (const auto& sentinel : sentinels_) {
      EXPECT_TRUE(sentinel->Await({"SENTINEL", "MASTER", "records"}, "num-slaves 1"));
      EXPECT_TRUE(sentinel->Await({"SENTINEL", "MASTER", "records"}, "num-other-sentinels 2"));
    }
  }

  policy::RedisPlace Group(std::size_t sentinels = 3) const {
    policy::RedisSentinels group{{}, "records"};
    for (std::size_t i = 0; i < sentinels; ++i) group.sentinels.push_back(sentinels_[i]->where());
    return group;
  }

  // Turns the loop until `sentinel` tells that `server` is the master, and then until it is
  // connected to again. How long the second part took.
  Duration FindsNewMaster(RedisBench& bench, const RealRedis& sentinel, const RealRedis& server) {
    const std::string port = std::to_string(server.port());
    EXPECT_TRUE(bench.Until([&] {
      return sentinel.Ask({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "records"}).find(port) !=
             std::string::npos;
    }));
    const TimePoint exists = bench.loop.Now();
    EXPECT_TRUE(
        bench.Until([&] { return bench.Told(What::kSwitched) > 0 && bench.redis->connected(); }));
    EXPECT_GE(bench.redis->connections(), 2u);
    return bench.loop.Now() - exists;
  }

  TestFolder folder_;
  std::vector<std::unique_ptr<RealRedis>> servers_, sentinels_;
};

TEST_F(SentinelRedisTest, F9_AKilledMasterIsFollowedByTheNewOneAndNothingIsRepeated) {
  RedisBench bench(Group());
  ASSERT_TRUE(bench.UntilConnected());
  CommandStream stream(bench, 1);
  ASSERT_TRUE(bench.Until([&] { return stream.done > 200; }));
  servers_[0]->Signal(SIGKILL);
  EXPECT_LE(FindsNewMaster(bench, *sentinels_[0], *servers_[1]), kFoundMax);
  const std::size_t before = stream.done;
  ASSERT_TRUE(bench.Until([&] { return stream.done > before + 200; }));
  ASSERT_TRUE(stream.Stop());
  EXPECT_GT(stream.in_doubt, 0u);
  EXPECT_EQ(bench.redis->connections(), 2u);
  EXPECT_EQ(bench.Told(What::kSwitched), 1u);

  const RedisResult all = bench.Do({"list:0", {"LRANGE", "list:0", "0", "-1"}});
  ASSERT_TRUE(all);
  std::set<std::string> once;
  for (const RedisReply& number : *all->items()) EXPECT_TRUE(once.insert(*number.text()).second);
}

TEST_F(SentinelRedisTest, F8_APausedMasterIsLeftAndNotGoneBackTo) {
  RedisBench bench(Group());
  ASSERT_TRUE(bench.UntilConnected());
  CommandStream stream(bench, 1);
  ASSERT_TRUE(bench.Until([&] { return stream.done > 200; }));
  servers_[0]->Signal(SIGSTOP);
  EXPECT_LE(FindsNewMaster(bench, *sentinels_[0], *servers_[1]), kFoundMax);
  servers_[0]->Signal(SIGCONT);  // it still takes itself for the master
  const std::size_t before = stream.done;
  ASSERT_TRUE(bench.Until([&] { return stream.done > before + 200; }));
  ASSERT_TRUE(stream.Stop());
  EXPECT_EQ(bench.Told(What::kSwitched), 1u);
  EXPECT_EQ(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), "OK");
  EXPECT_EQ(servers_[1]->Ask({"GET", "a"}), "1");
}

TEST_F(SentinelRedisTest, AnOrderlyChangeIsFollowedToo) {
  RedisBench bench(Group());
  ASSERT_TRUE(bench.UntilConnected());
  ASSERT_TRUE(bench.Until([&] {
    return sentinels_[1]->Ask({"SENTINEL", "FAILOVER", "records"}) == "OK";
  }));
  EXPECT_LE(FindsNewMaster(bench, *sentinels_[1], *servers_[1]), kFoundMax);
  EXPECT_EQ(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), "OK");
  EXPECT_EQ(servers_[1]->Ask({"GET", "a"}), "1");
}

TEST_F(SentinelRedisTest, SentinelsAreLearned) {
  RedisBench bench(Group(1));
  ASSERT_TRUE(bench.UntilConnected());
  const auto sentinels = [&] {
    return std::count_if(bench.events.begin(), bench.events.end(), [](const auto& event) {
      return event.what == What::kConnected && event.peer == RedisPeer::kSentinel;
    });
  };
  ASSERT_TRUE(bench.Until([&] { return sentinels() == 3; }));
  sentinels_[0]->Signal(SIGKILL);  // the one that is configured
  servers_[0]->Signal(SIGKILL);
  EXPECT_LE(FindsNewMaster(bench, *sentinels_[1], *servers_[1]), kFoundMax);
}

TEST_F(SentinelRedisTest, F10_AMasterThatTheSentinelsGaveUpIsLeftThoughItAnswers) {
  RedisBench bench(Group());
  ASSERT_TRUE(bench.UntilConnected());
  // The sentinels take it for dead, and cannot tell it so; it goes on as master.
  servers_[0]->Ask({"ACL", "SETUSER", "app", "on", ">pw", "allkeys", "allcommands"});
  bench.settings.login = {"app", {}, "pw"};
  for (const auto& sentinel : sentinels_) {
    sentinel->Ask({"SENTINEL", "SET", "records", "auth-user", "nobody"});
    sentinel->Ask({"SENTINEL", "SET", "records", "auth-pass", "wrong"});
  }
  servers_[1]->Ask({"ACL", "SETUSER", "app", "on", ">pw", "allkeys", "allcommands"});
  servers_[1]->Ask(
      {"ACL", "SETUSER", "nobody", "on", ">wrong", "allkeys", "allchannels", "allcommands"});
  servers_[0]->Ask({"CLIENT", "KILL", "TYPE", "normal"});
  servers_[0]->Ask({"CLIENT", "KILL", "TYPE", "pubsub"});
  servers_[0]->Ask({"ACL", "SETUSER", "default", "off"});
  EXPECT_LE(FindsNewMaster(bench, *sentinels_[2], *servers_[1]), kFoundMax);
  EXPECT_EQ(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), "OK");
  EXPECT_EQ(servers_[1]->Ask({"GET", "a"}), "1");
}

TEST_F(SentinelRedisTest, F9_AMasterThatWasDemotedByHandIsNotWrittenTo) {
  RedisBench bench(Group());
  ASSERT_TRUE(bench.UntilConnected());
  servers_[0]->Ask({"REPLICAOF", "127.0.0.1", std::to_string(servers_[1]->port())});
  // The sentinels make somebody master, sooner or later; only a master is connected to.
  ASSERT_TRUE(bench.Until([&] {
    bench.redis->Command({"a", {"SET", "a", "1"}}, [](const auto&) {});
    return bench.Told(What::kRefused, RedisReason::kReadOnly) > 0 &&
           bench.Told(What::kDown, RedisReason::kNotMaster) > 0;
  }));
  EXPECT_FALSE(bench.redis->connected());
  servers_[0]->Ask({"REPLICAOF", "NO", "ONE"});
  ASSERT_TRUE(bench.UntilConnected(2));
  EXPECT_EQ(bench.Print(bench.Do({"a", {"SET", "a", "2"}})), "OK");
}

TEST_F(SentinelRedisTest, AMasterThatNoSentinelKnowsIsTold) {
  policy::RedisPlace place = Group();
  std::get<policy::RedisSentinels>(place).master = "others";
  RedisBench bench(place);
  ASSERT_TRUE(bench.Until([&] { return bench.Told(What::kRefused, RedisReason::kNoMaster) == 3; }));
  EXPECT_THAT(bench.Print(bench.Do({"a", {"GET", "a"}})), StartsWith("unavailable no-master"));
  EXPECT_FALSE(bench.redis->connected());
}

TEST_F(SentinelRedisTest, SentinelsHaveAPasswordOfTheirOwn) {
  for (const auto& sentinel : sentinels_) {
    sentinel->Ask({"ACL", "SETUSER", "watcher", "on", ">w0rd", "+ping",
                   "+sentinel|get-master-addr-by-name", "+sentinel|master", "+sentinel|sentinels"});
  }
  sentinels_[0]->Ask({"ACL", "SETUSER", "default", "off"});  // the others go on as they are
  policy::RedisPlace place = Group(1);
  RedisBench without(place);
  ASSERT_TRUE(without.Until([&] { return without.Told(What::kDown, RedisReason::kNoAuth) > 0; }));
  RedisBench bench(place);
  bench.settings.sentinel_login = {"watcher", {}, "w0rd"};
  EXPECT_TRUE(bench.UntilConnected());
}

}  // namespace
}  // namespace dragoman::runtime
