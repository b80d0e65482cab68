// The store: there, ours to use, and set so that it forgets nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/check/finding.h"
#include "core/base/time.h"
#include "core/policy/redis_settings.h"

namespace dragoman::check {

// One server that holds records: the only one, the master of a Sentinel group, or a master of a
// Cluster.
struct RedisServerLook {
  std::string where = {};                 // "10.0.0.1:6379"
  bool connected = false;                 // and logged in
  std::string reason = {};                // why not: "wrong-password", as in the metric
  std::string problem = {};               // the same in Redis's words
  Duration answered_in{};                 // the fastest of some
  std::optional<std::string> info = {};   // the reply to INFO; nullopt: refused
  std::vector<std::string> lacking = {};  // commands that the user may not run: "zscan on due:0"
};

enum class RedisTopology : std::uint8_t { kPrivate, kSingle, kSentinel, kCluster };

Findings JudgeRedisServer(const RedisServerLook& look, RedisTopology topology);

// The private one, while no gateway runs; nothing is said of one that does.
Findings JudgePrivateRedis(const RedisServerLook& look, bool program_there);

// The value of "key:value" in an INFO reply; empty: no such line.
std::string InfoValue(const std::string& info, const std::string& key);

}  // namespace dragoman::check
