#include "cli/check/redis_probe.h"

namespace dragoman::check {
namespace {

// No record's key: there is no '|' in it.
constexpr const char* kPresence = "presence:{dragoman-check}";
constexpr const char* kChat = "chat:{dragoman-check}";
constexpr const char* kDue = "due:0";
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
      {{"SCAN", "0", "COUNT", "1"}, "scan"},
  };
  for (const char* key : {kPresence, kChat}) {
    const std::string on = std::string(" on ") + (key == kPresence ? "presence:*" : "chat:*");
    probes.push_back({{"GET", key}, "get" + on});
    probes.push_back({{"SET", key, "", "XX"}, "set" + on});  // there is none
    probes.push_back({{"DEL", key}, "del" + on});
  }
  if (cluster) probes.push_back({{"ASKING"}, "asking"});
  return probes;
}

}  // namespace dragoman::check
