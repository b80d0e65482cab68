// Asks Redis who it is: PING, for the time it takes, then INFO.
#pragma once

#include <functional>
#include <memory>

#include "cli/check/redis.h"
#include "runtime/loop/loop.h"
#include "runtime/redis/redis.h"

namespace dragoman::check {

inline constexpr int kPings = 5;  // the fastest counts: this process is busy with other checks too

class RedisCaller {
 public:
  using Done = std::function<void(const RedisLook&)>;
  RedisCaller(runtime::Loop& loop, RedisLook look, Done done);
  void Start();

 private:
  using Reply = Result<runtime::RedisReply, runtime::RedisFailure>;
  bool Took(const Reply& reply);  // false: that was the end
  void Ping();
  void Info();
  void End();

  runtime::Loop& loop_;
  RedisLook look_;
  Done done_;
  std::unique_ptr<runtime::Redis> redis_;
  int pings_ = 0;
};

}  // namespace dragoman::check
