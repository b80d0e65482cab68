// Sentinels that disagree, or tell more than is taken.
#include <gmock/gmock.h>

#include <set>

#include "runtime/redis/sentinel.h"
#include "tests/runtime/redis/real_redis.h"
#include "tests/runtime/redis/scripted_redis.h"

namespace dragoman::runtime {
namespace {

using What = RedisEvent::What;
using Words = std::vector<std::string>;

std::string Bulk(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

// A sentinel that tells this master of this epoch, and `others` sentinels that are not there.
ScriptedRedis::Answer Telling(const policy::HostPort& master, int epoch, std::size_t others = 0) {
  return [=](const Words& words) -> std::string {
    if (words[1] == "GET-MASTER-ADDR-BY-NAME")
      return "*2\r\n" + Bulk(master.host) + Bulk(std::to_string(master.port));
    if (words[1] == "MASTER") return "*2\r\n" + Bulk("config-epoch") + Bulk(std::to_string(epoch));
    std::string list = "*" + std::to_string(others) + "\r\n";
    for (std::size_t i = 0; i < others; ++i) {
      list += "*4\r\n" + Bulk("ip") + Bulk("127.9.0." + std::to_string(i + 1)) + Bulk("port") +
              Bulk("9");
    }
    return list;
  };
}

class ScriptedSentinelTest : public testing::Test {
 protected:
  void Watch(std::vector<policy::HostPort> sentinels) {
    bench_.settings.place = policy::RedisSentinels{std::move(sentinels), "records"};
    bench_.Connect();
  }
  ScriptedRedis::Answer Master(const std::string& name) {
    return [name](const Words& words) -> std::string {
      return words[0] == "ROLE" ? "*1\r\n+master\r\n" : Bulk(name);
    };
  }
  std::string Answering() { return bench_.Print(bench_.Do({"a", {"GET", "a"}})); }

  RedisBench bench_{policy::RedisServer{"/nowhere", {}}};
  ScriptedRedis old_{bench_.loop, Master("old")};
  ScriptedRedis new_{bench_.loop, Master("new")};
};

TEST_F(ScriptedSentinelTest, F10_TheNewestConfigurationIsFollowedWhileItsSentinelIsThere) {
  const ScriptedRedis stale(bench_.loop, Telling(old_.where(), 1));
  auto fresh = std::make_unique<ScriptedRedis>(bench_.loop, Telling(new_.where(), 2));
  Watch({stale.where(), fresh->where()});
  ASSERT_TRUE(bench_.Until([&] { return bench_.redis->connected() && Answering() == "new"; }));
  // Nobody is left who tells the new one: what is left has to be believed.
  fresh.reset();
  ASSERT_TRUE(bench_.Until([&] { return bench_.redis->connected() && Answering() == "old"; }));
  EXPECT_GE(bench_.redis->connections(), 2u);
  bench_.redis.reset();
}

TEST_F(ScriptedSentinelTest, AReplicaIsNotTakenForTheMasterWhoeverSaysSo) {
  const ScriptedRedis replica(bench_.loop, [](const Words&) { return "*1\r\n+slave\r\n"; });
  const ScriptedRedis sentinel(bench_.loop, Telling(replica.where(), 1));
  Watch({sentinel.where()});
  ASSERT_TRUE(bench_.Until([&] { return bench_.Told(What::kDown, RedisReason::kNotMaster) > 1; }));
  EXPECT_FALSE(bench_.redis->connected());
  bench_.redis.reset();
}

TEST_F(ScriptedSentinelTest, SentinelsAreLearnedUpToABound) {
  const ScriptedRedis sentinel(bench_.loop, Telling(new_.where(), 1, kSentinelsMax + 10));
  Watch({sentinel.where()});
  std::set<std::string> asked;
  ASSERT_TRUE(bench_.Until([&] {
    for (const RedisEvent& event : bench_.events) {
      if (event.peer == RedisPeer::kSentinel) asked.insert(event.server);
    }
    return bench_.redis->connected() && asked.size() == kSentinelsMax &&
           bench_.redis->connections() == 1;
  }));
  const std::size_t heard = sentinel.heard("SENTINEL");
  ASSERT_TRUE(bench_.Until([&] { return sentinel.heard("SENTINEL") > heard + 3; }));  // once more
  for (const RedisEvent& event : bench_.events) {
    if (event.peer == RedisPeer::kSentinel) asked.insert(event.server);
  }
  EXPECT_EQ(asked.size(), kSentinelsMax);
  bench_.redis.reset();
}

}  // namespace
}  // namespace dragoman::runtime
