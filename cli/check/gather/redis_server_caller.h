// Looks at one Redis server: PING, for the time it takes, INFO, and each command that the gateway
// needs.
#pragma once

#include <functional>
#include <string>

#include "cli/check/redis.h"
#include "cli/check/redis_probe.h"
#include "runtime/redis/connection.h"

namespace dragoman::check {

inline constexpr int kPings = 5;  // the fastest counts: this process is busy with other checks too

class RedisServerCaller {
 public:
  using Done =
      std::function<void(const RedisServerLook&)>;  // once, from the loop; may destroy this
  RedisServerCaller(runtime::RedisEnvironment& environment, runtime::RedisConnection::Plan plan,
                    bool cluster, Done done);

 private:
  void Ping();
  void Info();
  void Probe(std::size_t number);
  void End();

  runtime::Loop& loop_;
  RedisServerLook look_;
  Done done_;
  std::vector<RedisProbe> probes_;
  int pings_ = 0;
  bool ended_ = false;
  runtime::Alive alive_;
  runtime::RedisConnection connection_;
};

}  // namespace dragoman::check
