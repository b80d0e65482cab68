// Where the records are kept, and who we are there: `redis:` in the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/policy/host_port.h"

namespace dragoman::policy {

inline constexpr std::uint16_t kRedisPort = 6379;
inline constexpr std::uint16_t kSentinelPort = 26379;
inline constexpr std::size_t kRedisPlacesMax = 16;  // sentinels, or seeds of a cluster, configured
inline constexpr std::uint32_t kRedisDatabaseMax = 65535;

// One server, by the name of its socket or by its address.
struct RedisServer {
  std::string path;             // of a Unix socket; empty: `where`
  HostPort where;               // name or numeric address
  bool started_by_run = false;  // the private one of this machine: nothing is configured
  friend auto operator<=>(const RedisServer&, const RedisServer&) = default;
};
std::string ToString(const RedisServer& server);  // "127.0.0.1:6379", "unix:///run/redis.sock"

// A master that changes, and the sentinels who know which server it is.
struct RedisSentinels {
  std::vector<HostPort> sentinels;
  std::string master;  // its name among the sentinels
  friend bool operator==(const RedisSentinels&, const RedisSentinels&) = default;
};

// A Redis Cluster, by some of its nodes.
struct RedisCluster {
  std::vector<HostPort> seeds;
  friend bool operator==(const RedisCluster&, const RedisCluster&) = default;
};

using RedisPlace = std::variant<RedisServer, RedisSentinels, RedisCluster>;

struct RedisLogin {
  std::string user;           // empty: "default"
  std::string password_file;  // absolute; empty: no password
  std::string password;       // what stands in it
  friend bool operator==(const RedisLogin&, const RedisLogin&) = default;
};

struct RedisSettings {
  RedisPlace place;
  RedisLogin login;
  RedisLogin sentinel_login;
  std::uint32_t database = 0;
};
std::string ToString(const RedisSettings& settings);  // of its place, for people

}  // namespace dragoman::policy
