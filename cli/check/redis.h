// The store: there, ours to use, and set so that it forgets nothing.
#pragma once

#include <string>

#include "cli/check/finding.h"
#include "core/base/time.h"

namespace dragoman::check {

struct RedisLook {
  std::string url = {};
  bool private_one = false;  // started by `dragoman run`
  bool program_there = false;
  bool connected = false;
  std::string refused = {};  // an error reply: "NOAUTH Authentication required."
  Duration answered_in{};
  std::string info = {};  // the reply to INFO
};
Findings JudgeRedis(const RedisLook& look);

// The value of "key:value" in an INFO reply; empty: no such line.
std::string InfoValue(const std::string& info, const std::string& key);

}  // namespace dragoman::check
