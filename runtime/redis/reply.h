// What Redis answered, as a value.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "runtime/redis/failure.h"

namespace dragoman::runtime {

struct RedisReply {
  struct Nil {};
  std::variant<Nil, std::int64_t, std::string, std::vector<RedisReply>> value;

  // nullptr: it is of another kind.
  const std::int64_t* number() const { return std::get_if<std::int64_t>(&value); }
  const std::string* text() const { return std::get_if<std::string>(&value); }
  const std::vector<RedisReply>* items() const {
    return std::get_if<std::vector<RedisReply>>(&value);
  }
};

using RedisResult = Result<RedisReply, RedisFailure>;
using OnRedisReply = std::function<void(RedisResult)>;  // once, from the loop

}  // namespace dragoman::runtime
