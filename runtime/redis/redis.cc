#include "runtime/redis/redis.h"

#include <utility>

#include "runtime/redis/cluster.h"
#include "runtime/redis/sentinel.h"
#include "runtime/redis/single.h"

namespace dragoman::runtime {

std::unique_ptr<Redis> Redis::Create(Loop& loop, const policy::RedisSettings& settings,
                                     const Resolver::Settings& dns, OnRedisEvent told) {
  auto environment = std::make_unique<RedisEnvironment>(loop, dns, std::move(told));
  if (const auto* group = std::get_if<policy::RedisSentinels>(&settings.place))
    return std::make_unique<SentinelRedis>(std::move(environment), settings, *group);
  if (const auto* cluster = std::get_if<policy::RedisCluster>(&settings.place))
    return std::make_unique<ClusterRedis>(std::move(environment), settings, *cluster);
  return std::make_unique<SingleRedis>(std::move(environment), settings,
                                       std::get<policy::RedisServer>(settings.place));
}

}  // namespace dragoman::runtime
