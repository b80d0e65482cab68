// Redis on the loop through hiredis: pipelined commands, each with a time-out, reconnection with
// back-off.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "runtime/loop/loop.h"

namespace dragoman::runtime {

using namespace std::chrono_literals;

inline constexpr Duration kRedisCommandMax = 2s;
inline constexpr std::size_t kRedisPendingMax =
    10000;  // commands in flight; above: kUnavailable at once

enum class RedisError { kUnavailable, kTimeout, kRefused };  // kRefused: an error reply, see detail

struct RedisFailure {
  RedisError error = RedisError::kUnavailable;
  std::string detail;
};

struct RedisReply {
  struct Nil {};
  std::variant<Nil, std::int64_t, std::string, std::vector<RedisReply>> value;
};

class Redis {
 public:
  // `url`: "redis://host:port[/db]" or "unix:///path". Connects in the background.
  static std::unique_ptr<Redis> Create(Loop& loop, const std::string& url);
  virtual ~Redis() = default;
  using OnReply = std::function<void(Result<RedisReply, RedisFailure>)>;
  virtual void Command(std::vector<std::string> words,
                       OnReply done) = 0;  // done: once, from the loop
  virtual bool connected() const = 0;
  virtual std::uint64_t connections() const = 0;  // made so far: one more tells that one was lost
};

}  // namespace dragoman::runtime
