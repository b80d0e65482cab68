// One real server: logins, roles, refusals, pauses.
#include "runtime/redis/single.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <set>

#include "tests/runtime/redis/real_redis.h"
#include "tests/runtime/redis/scripted_redis.h"

namespace dragoman::runtime {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using What = RedisEvent::What;

class SingleRedisTest : public testing::Test {
 protected:
  static policy::RedisPlace At(const RealRedis& server) {
    return policy::RedisServer{{}, server.where()};
  }
  TestFolder folder_;
};

TEST_F(SingleRedisTest, AnswersInOrderInTheDatabaseThatIsSaid) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server), {}, 3);
  std::vector<std::string> replies;
  // Before the connection is made: they wait for it.
  for (const char* value : {"a", "b", "c"}) {
    bench.redis->Command({"list", {"RPUSH", "list", value}},
                         [&](const RedisResult& reply) { replies.push_back(bench.Print(reply)); });
  }
  ASSERT_TRUE(bench.Until([&] { return replies.size() == 3; }));
  EXPECT_THAT(replies, testing::ElementsAre("1", "2", "3"));
  EXPECT_EQ(bench.Print(bench.Do({"list", {"LRANGE", "list", "0", "-1"}})), "[a b c]");
  EXPECT_EQ(server->Ask({"EXISTS", "list"}), "0");
  EXPECT_THAT(server->Ask({"INFO", "keyspace"}), HasSubstr("db3:keys=1"));
  EXPECT_EQ(bench.redis->connections(), 1u);
}

TEST_F(SingleRedisTest, ReachesAUnixSocket) {
  const std::string socket = folder_.path() + "/redis.sock";
  const auto server = RealRedis::Server(folder_.path(), {"--unixsocket", socket});
  RedisBench bench(policy::RedisServer{socket, {}});
  ASSERT_TRUE(bench.UntilConnected());
  EXPECT_EQ(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), "OK");
  EXPECT_EQ(server->Ask({"GET", "a"}), "1");
}

TEST_F(SingleRedisTest, TriesEveryAddressOfAName) {
  const auto server = RealRedis::Server(folder_.path());  // on 127.0.0.1 alone, not on ::1
  RedisBench bench(policy::RedisServer{{}, {"localhost", server->where().port}});
  ASSERT_TRUE(bench.UntilConnected());
  EXPECT_EQ(bench.Print(bench.Do({{}, {"PING"}})), "PONG");
}

TEST_F(SingleRedisTest, SaysWhenANameHasNoAddress) {
  RedisBench bench(policy::RedisServer{{}, {"redis.nowhere.invalid", 6379}});
  EXPECT_TRUE(bench.Until([&] { return bench.Told(What::kDown, RedisReason::kUnresolved) > 0; }));
  EXPECT_THAT(bench.Print(bench.Do({"a", {"GET", "a"}})), StartsWith("unavailable unresolved"));
}

TEST_F(SingleRedisTest, T54_NamesTheCommandThatTheUserLacks) {
  const auto server = RealRedis::Server(folder_.path());
  server->Ask({"ACL", "SETUSER", "dragoman", "on", ">s3cret", "~due:*", "+ping", "+zadd", "+eval"});
  server->Ask({"ACL", "SETUSER", "default", "off"});
  RedisBench bench(At(*server), {"dragoman", {}, "s3cret"});
  ASSERT_TRUE(bench.UntilConnected());
  EXPECT_EQ(bench.Print(bench.Do({"due:1", {"ZADD", "due:1", "1", "m"}})), "1");
  EXPECT_THAT(bench.Print(bench.Do({"due:1", {"ZREM", "due:1", "m"}})),
              StartsWith("refused no-permission: NOPERM"));
  ASSERT_EQ(bench.Told(What::kRefused, RedisReason::kNoPermission), 1u);
  EXPECT_THAT(bench.events.back().detail, StartsWith("ZREM: "));
  EXPECT_TRUE(bench.events.back().news);
  // Once more is no news; another command is, and one inside a script too.
  bench.Do({"due:1", {"ZREM", "due:1", "m"}});
  EXPECT_FALSE(bench.events.back().news);
  EXPECT_THAT(bench.Print(bench.Do(
                  {"due:1", {"EVAL", "return redis.call('ZREM', KEYS[1], 'm')", "1", "due:1"}})),
              StartsWith("refused no-permission"));
  EXPECT_TRUE(bench.events.back().news);
  EXPECT_TRUE(bench.redis->connected());
  EXPECT_EQ(bench.redis->connections(), 1u);
}

TEST_F(SingleRedisTest, AChangedPasswordIsForTheNextConnection) {
  const auto server = RealRedis::Server(folder_.path());
  server->Ask({"ACL", "SETUSER", "dragoman", "on", ">right", "allkeys", "allcommands"});
  RedisBench bench(At(*server), {"dragoman", {}, "wrong"});
  ASSERT_TRUE(
      bench.Until([&] { return bench.Told(What::kDown, RedisReason::kWrongPassword) > 1; }));
  EXPECT_FALSE(bench.redis->connected());
  bench.settings.login.password = "right";
  EXPECT_TRUE(bench.UntilConnected());
}

TEST_F(SingleRedisTest, F7_AServerThatComesBackIsConnectedToAgain) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  server->Signal(SIGKILL);
  ASSERT_TRUE(bench.Until([&] { return !bench.redis->connected(); }));
  EXPECT_EQ(bench.Told(What::kDown, RedisReason::kLost), 1u);
  EXPECT_THAT(bench.Print(bench.Do({"a", {"GET", "a"}})), StartsWith("unavailable"));
  server->Restart();
  EXPECT_TRUE(bench.UntilConnected(2));
  EXPECT_EQ(bench.Print(bench.Do({"a", {"GET", "a"}})), "nil");
}

TEST_F(SingleRedisTest, F9_AServerThatBecameAReplicaIsLeftUntilItIsAMasterAgain) {
  const auto server = RealRedis::Server(folder_.path());
  const auto other = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  server->Ask({"REPLICAOF", "127.0.0.1", std::to_string(other->port())});
  ASSERT_TRUE(server->Await({"INFO", "replication"}, "master_link_status:up"));
  EXPECT_THAT(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), StartsWith("refused read-only"));
  ASSERT_TRUE(bench.Until([&] { return bench.Told(What::kDown, RedisReason::kNotMaster) > 0; }));
  EXPECT_FALSE(bench.redis->connected());
  server->Ask({"REPLICAOF", "NO", "ONE"});
  ASSERT_TRUE(bench.UntilConnected(2));
  EXPECT_EQ(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), "OK");
}

TEST_F(SingleRedisTest, F9_RefusalsOfAServerThatIsFullOrAloneAreTold) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  server->Ask({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_THAT(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), StartsWith("refused oom"));
  server->Ask({"CONFIG", "SET", "maxmemory", "0"});
  server->Ask({"CONFIG", "SET", "min-replicas-to-write", "1"});
  EXPECT_THAT(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), StartsWith("refused no-replicas"));
  server->Ask({"CONFIG", "SET", "min-replicas-to-write", "0"});
  EXPECT_EQ(bench.Print(bench.Do({"a", {"SET", "a", "1"}})), "OK");
  EXPECT_EQ(bench.redis->connections(), 1u);
  EXPECT_EQ(bench.Told(What::kRefused, RedisReason::kOutOfMemory), 1u);
  EXPECT_EQ(bench.Told(What::kRefused, RedisReason::kNoReplicas), 1u);
}

TEST_F(SingleRedisTest, F9_AServerThatLoadsItsDataIsWaitedFor) {
  const auto server =
      RealRedis::Server(folder_.path(), {"--key-load-delay", "10000", "--appendonly", "yes",
                                         "--loading-process-events-interval-bytes", "1024"});
  RedisBench filling(At(*server));
  ASSERT_TRUE(filling.UntilConnected());
  for (int i = 0; i < 200; ++i)
    filling.Do({"k", {"SET", "k" + std::to_string(i), std::string(100, 'x')}});
  server->Ask({"BGREWRITEAOF"});
  ASSERT_TRUE(server->Await({"INFO", "persistence"}, "aof_rewrite_in_progress:0"));
  ASSERT_TRUE(server->Await({"INFO", "persistence"}, "aof_rewrite_scheduled:0"));
  server->Signal(SIGKILL);
  server->Restart();
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.Until([&] { return bench.Told(What::kDown, RedisReason::kLoading) > 0; }));
  EXPECT_FALSE(bench.redis->connected());
  ASSERT_TRUE(bench.UntilConnected());
  EXPECT_EQ(bench.Print(bench.Do({"k", {"DBSIZE"}})), "200");
}

TEST_F(SingleRedisTest, F8_APausedServerCostsOneTimeoutAndIsTakenUpAgain) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  server->Signal(SIGSTOP);
  const TimePoint asked = bench.loop.Now();
  EXPECT_THAT(bench.Print(bench.Do({"n", {"INCR", "n"}})), StartsWith("timeout timeout: INCR"));
  EXPECT_GE(bench.loop.Now() - asked, kRedisCommandMax - Duration(50));
  EXPECT_LE(bench.loop.Now() - asked, kRedisCommandMax + Duration(1000));
  EXPECT_FALSE(bench.redis->connected());
  EXPECT_THAT(bench.Print(bench.Do({"n", {"INCR", "n"}})), StartsWith("unavailable"));
  server->Signal(SIGCONT);
  ASSERT_TRUE(bench.UntilConnected(2));
  // In doubt is what was in flight: it may have been carried out, but only once.
  EXPECT_THAT(bench.Print(bench.Do({"n", {"INCR", "n"}})), testing::AnyOf("1", "2"));
}

TEST_F(SingleRedisTest, CommandsInFlightAreBounded) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  server->Signal(SIGSTOP);
  std::size_t timeouts = 0, overloaded = 0;
  const auto count = [&](const RedisResult& reply) {
    if (reply) return;
    timeouts += reply.error().error == RedisError::kTimeout;
    overloaded += reply.error().reason == RedisReason::kOverloaded;
  };
  for (std::size_t i = 0; i < kRedisPendingMax; ++i)
    bench.redis->Command({"a", {"GET", "a"}}, count);
  bench.redis->Command({"a", {"GET", "a"}}, count);
  ASSERT_TRUE(bench.Until([&] { return overloaded == 1; }));
  EXPECT_EQ(timeouts, 0u);
  ASSERT_TRUE(bench.Until([&] { return timeouts == kRedisPendingMax; }));
  server->Signal(SIGCONT);
  // By their bytes too.
  ASSERT_TRUE(bench.UntilConnected(2));
  server->Signal(SIGSTOP);
  timeouts = overloaded = 0;
  const std::string half(kRedisPendingBytesMax / 2 - 100, 'x');
  for (int i = 0; i < 3; ++i) bench.redis->Command({"a", {"SET", "a", half}}, count);
  ASSERT_TRUE(bench.Until([&] { return overloaded == 1; }));
  ASSERT_TRUE(bench.Until([&] { return timeouts == 2; }));
  server->Signal(SIGCONT);
}

TEST_F(SingleRedisTest, L27_AReplyThatIsTooLargeEndsTheConnection) {
  const auto server = RealRedis::Server(folder_.path());
  server->Ask({"SETRANGE", "large", std::to_string(kRedisReplyBytesMax), "x"});
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  EXPECT_THAT(bench.Print(bench.Do({"large", {"GET", "large"}})),
              StartsWith("unavailable protocol: a reply that is too large"));
  ASSERT_TRUE(bench.UntilConnected(2));
  EXPECT_EQ(bench.Print(bench.Do({"a", {"GET", "a"}})), "nil");
}

TEST(ImpostorTest, WhatIsNoRedisIsLeftAlone) {
  const struct {
    const char* greeting;
    RedisReason reason;
  } kRows[] = {
      {"SSH-2.0-OpenSSH\r\n", RedisReason::kProtocol},
      {"-ERR max number of clients reached\r\n", RedisReason::kOther},
      {"+OK POP3 ready\r\n+OK\r\n+OK\r\n+OK\r\n", RedisReason::kNotMaster},
      // A master as it seems, that says more than it was asked for.
      {"*1\r\n+master\r\n+PONG\r\n+more\r\n", RedisReason::kProtocol},
      {"", RedisReason::kTimeout},
  };
  for (const auto& row : kRows) {
    RedisBench bench(policy::RedisServer{"/nowhere", {}});
    const ScriptedRedis impostor(
        bench.loop, [](const auto&) { return ""; }, row.greeting);
    bench.settings.place = policy::RedisServer{{}, impostor.where()};
    bench.Connect();
    EXPECT_TRUE(bench.Until([&] { return bench.Told(What::kDown, row.reason) > 0; }))
        << row.greeting;
    bench.redis.reset();
  }
}

TEST(ImpostorTest, APathThatIsNoSocketIsTold) {
  for (const std::string& path : {std::string("/nowhere"), "/" + std::string(200, 'x')}) {
    RedisBench bench(policy::RedisServer{path, {}});
    EXPECT_TRUE(
        bench.Until([&] { return bench.Told(What::kDown, RedisReason::kUnreachable) > 0; }));
  }
}

TEST_F(SingleRedisTest, WalksAllKeysPageByPage) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  for (int i = 0; i < 1200; ++i) {
    bench.redis->Command({"k", {"SET", "presence:" + std::to_string(i), "x"}}, [](auto) {});
    bench.redis->Command({"k", {"SET", "chat:" + std::to_string(i), "x"}}, [](auto) {});
  }
  std::set<std::string> keys;
  std::size_t pages = 0;
  bool done = false;
  bench.redis->Scan(
      "presence:*",
      [&](const std::vector<std::string>& page) {
        keys.insert(page.begin(), page.end());
        ++pages;
      },
      [&](const auto& scanned) { done = scanned.has_value(); });
  ASSERT_TRUE(bench.Until([&] { return done; }));
  EXPECT_EQ(keys.size(), 1200u);
  EXPECT_GT(pages, 2u);
  EXPECT_TRUE(std::all_of(keys.begin(), keys.end(),
                          [](const auto& key) { return key.starts_with("presence:"); }));
}

TEST_F(SingleRedisTest, AWalkOverALostServerFails) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  server->Signal(SIGKILL);
  int failed = 0;
  bench.redis->Scan(
      "*", [](const auto&) {}, [&](const auto& scanned) { failed += !scanned; });
  EXPECT_TRUE(bench.Until([&] { return failed == 1; }));
}

TEST_F(SingleRedisTest, WhatHasNoReplyFailsWhenTheClientGoes) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  int failed = 0;
  bench.redis->Command({"a", {"GET", "a"}}, [&](const RedisResult& reply) { failed += !reply; });
  bench.redis.reset();
  EXPECT_EQ(failed, 0);
  EXPECT_TRUE(bench.Until([&] { return failed == 1; }));
}

TEST_F(SingleRedisTest, AClientMayGoInsideItsOwnReply) {
  const auto server = RealRedis::Server(folder_.path());
  RedisBench bench(At(*server));
  ASSERT_TRUE(bench.UntilConnected());
  int replies = 0;
  for (int i = 0; i < 3; ++i) {
    bench.redis->Command({"a", {"GET", "a"}}, [&](const RedisResult&) {
      ++replies;
      bench.redis.reset();
    });
  }
  EXPECT_TRUE(bench.Until([&] { return replies == 3; }));
}

}  // namespace
}  // namespace dragoman::runtime
