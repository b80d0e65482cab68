// The master of a Sentinel group. All sentinels are asked regularly, and at once when the master is
// lost: the newest configuration counts, and the server has to say itself that it is a master.
//
// Asking is preferred to the sentinels' +switch-master messages: a message may be missed, an answer
// that is wanted every second may not.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/redis/connection.h"
#include "runtime/redis/redis.h"
#include "runtime/redis/sentinel_watch.h"

namespace dragoman::runtime {

inline constexpr Duration kSentinelAskEvery{1000};
inline constexpr Duration kSentinelAskWithoutMaster{250};

class SentinelRedis : public Redis {
 public:
  SentinelRedis(std::unique_ptr<RedisEnvironment> environment,
                const policy::RedisSettings& settings, const policy::RedisSentinels& group);

  void Command(RedisCommand command, OnRedisReply done) override;
  void Scan(const std::string& pattern, OnKeys page, OnScanned done) override;
  bool connected() const override { return master_ != nullptr && master_->ready(); }
  std::uint64_t connections() const override { return connections_; }

 private:
  void Watch(const policy::HostPort& sentinel);
  void Ask();
  void OnHeard();
  void Learn(const std::vector<SentinelAnswer>& answers);
  void Follow(const policy::HostPort& master);

  std::unique_ptr<RedisEnvironment> environment_;
  const policy::RedisSettings& settings_;
  policy::RedisSentinels group_;
  std::map<policy::HostPort, std::unique_ptr<SentinelWatch>> watches_;
  std::unique_ptr<RedisConnection> master_;
  std::uint64_t connections_ = 0;
  Timer ask_;
};

}  // namespace dragoman::runtime
