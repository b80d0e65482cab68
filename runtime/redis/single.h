// One Redis server.
#pragma once

#include <memory>
#include <string>

#include "runtime/redis/connection.h"
#include "runtime/redis/redis.h"

namespace dragoman::runtime {

class SingleRedis : public Redis {
 public:
  SingleRedis(std::unique_ptr<RedisEnvironment> environment, const policy::RedisSettings& settings,
              const policy::RedisServer& server);

  void Command(RedisCommand command, OnRedisReply done) override;
  void Scan(const std::string& pattern, OnKeys page, OnScanned done) override;
  bool connected() const override { return connection_.ready(); }
  std::uint64_t connections() const override { return connections_; }

 private:
  std::unique_ptr<RedisEnvironment> environment_;
  std::uint64_t connections_ = 0;
  RedisConnection connection_;
};

}  // namespace dragoman::runtime
