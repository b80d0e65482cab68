#include "cli/check/redis_probe.h"

namespace dragoman::check {
namespace {

// No user's key: there is no '@' in it. Nothing is ever written there.
constexpr const char* kPresence = "presence:dragoman-check";
constexpr const char* kChat = "chat:dragoman-check";
constexpr const char* kDue = "due:0";
constexpr const char* kPartners = "partners";
constexpr const char* kMember = "dragoman-check";
constexpr const char* kNoSha = "0000000000000000000000000000000000000000";

}  // namespace

std::vector<RedisProbe> RedisProbes(bool cluster) {
  std::vector<RedisProbe> probes = {
      {{"EVALSHA", kNoSha, "1", kPresence}, "evalsha"},
      {{"EVAL", "return 1", "1", kPresence}, "eval"},
      {{"ZADD", kDue, "XX", "0", kMember}, "zadd on due:*"},
      {{"ZREM", kDue, kMember}, "zrem on due:*"},
      {{"ZRANGEBYSCORE", kDue, "1", "0"}, "zrangebyscore on due:*"},
      {{"ZSCAN", kDue, "0", "COUNT", "1"}, "zscan on due:*"},
      {{"ZCARD", kDue}, "zcard on due:*"},
      {{"SCAN", "0", "COUNT", "1"}, "scan"},
      {{"HGETALL", kPartners}, "hgetall on partners"},
  };
  for (const char* key : {kPresence, kChat}) {
    const std::string on = std::string(" on ") + (key == kPresence ? "presence:*" : "chat:*");
    probes.push_back({{"HGET", key, kMember}, "hget" + on});
    probes.push_back({{"HLEN", key}, "hlen" + on});
    probes.push_back({{"HEXISTS", key, kMember}, "hexists" + on});
    probes.push_back({{"HSCAN", key, "0", "COUNT", "1"}, "hscan" + on});
    probes.push_back({{"HSET", key, kMember, "", "half a pair"}, "hset" + on});  // refused
    probes.push_back({{"HINCRBY", key, kMember, "no number"}, "hincrby" + on});  // refused
    probes.push_back({{"HDEL", key, kMember}, "hdel" + on});                     // there is none
  }
  if (cluster) probes.push_back({{"ASKING"}, "asking"});
  return probes;
}

}  // namespace dragoman::check
