#include "core/policy/redis_settings.h"

namespace dragoman::policy {
namespace {

std::string List(const std::vector<HostPort>& places) {
  std::string text;
  for (const HostPort& place : places) text += (text.empty() ? "" : ", ") + ToString(place);
  return text;
}

}  // namespace

std::string ToString(const RedisServer& server) {
  return server.path.empty() ? ToString(server.where) : "unix://" + server.path;
}

std::string ToString(const RedisSettings& settings) {
  if (const auto* group = std::get_if<RedisSentinels>(&settings.place))
    return group->master + " of the sentinels " + List(group->sentinels);
  if (const auto* cluster = std::get_if<RedisCluster>(&settings.place))
    return "cluster of " + List(cluster->seeds);
  return ToString(std::get<RedisServer>(settings.place));
}

}  // namespace dragoman::policy
