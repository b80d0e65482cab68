// What every connection of one Redis client shares: the loop, names, chance, and whom to tell.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/dns/resolver.h"
#include "runtime/loop/loop.h"
#include "runtime/redis/failure.h"

namespace dragoman::runtime {

enum class RedisPeer : std::uint8_t { kServer, kSentinel };

// Something an operator may want to know of.
struct RedisEvent {
  enum class What : std::uint8_t {
    kConnected,
    kDown,      // a connection was lost, or an attempt to make one failed: `reason`
    kRefused,   // an error reply: `reason`
    kSwitched,  // another server is the master now
  };
  What what = What::kConnected;
  RedisPeer peer = RedisPeer::kServer;
  std::string server = {};  // "10.0.0.1:6379"
  RedisReason reason = RedisReason::kOther;
  std::string detail = {};
  bool news = true;  // false: routine, or the same as the last time: to be counted, not logged
};
using OnRedisEvent = std::function<void(const RedisEvent&)>;

class RedisEnvironment {
 public:
  RedisEnvironment(Loop& on, Resolver::Settings dns, OnRedisEvent told)
      : loop(on), dns_(std::move(dns)), told_(std::move(told)) {}

  Loop& loop;
  SystemRandom random;

  using OnAddresses = std::function<void(Result<std::vector<std::string>, std::string>)>;
  // Never blocks the loop; `done` once, from the loop. Numeric addresses need no DNS.
  void Resolve(const std::string& host, OnAddresses done);
  void Tell(const RedisEvent& event) const {
    if (told_) told_(event);
  }

 private:
  Resolver::Settings dns_;
  OnRedisEvent told_;
  std::unique_ptr<Resolver> resolver_;  // made for the first name
};

}  // namespace dragoman::runtime
