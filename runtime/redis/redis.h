// Redis on the loop: one server, the master of a Sentinel group, or a Redis Cluster.
//
// Commands are pipelined, each with a time-out. What a server refused before it did anything may be
// repeated at the node that takes it; a command whose connection was lost is in doubt and never
// repeated here: its caller finds out by the record's version.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/policy/redis_settings.h"
#include "runtime/dns/resolver.h"
#include "runtime/loop/loop.h"
#include "runtime/redis/environment.h"
#include "runtime/redis/reply.h"

namespace dragoman::runtime {

struct RedisCommand {
  std::string key;  // the one key that it touches: it says which node of a cluster is asked
  std::vector<std::string> words;
};

class Redis {
 public:
  // Connects in the background. `settings` outlives this: its logins are read again for each
  // connection, so that a changed password is for the next one. `told`: from the loop, of what an
  // operator may want to know.
  static std::unique_ptr<Redis> Create(Loop& loop, const policy::RedisSettings& settings,
                                       const Resolver::Settings& dns = {}, OnRedisEvent told = {});
  virtual ~Redis() = default;  // what has no reply yet fails, from the loop

  virtual void Command(RedisCommand command, OnRedisReply done) = 0;

  // Every key that matches `pattern` (as SCAN has it), of every master: `page` is called with some
  // keys at a time, then `done` once. A key may come twice; one that comes, goes or moves to
  // another node meanwhile may be left out. A failure: the rest is not known.
  using OnKeys = std::function<void(std::vector<std::string> keys)>;
  using OnScanned = std::function<void(Result<bool, RedisFailure>)>;
  virtual void Scan(const std::string& pattern, OnKeys page, OnScanned done) = 0;

  // Commands have somebody to go to. In a cluster: one of its masters at least.
  virtual bool connected() const = 0;
  // Grows whenever what is answered from now on may be older or other than before: a connection was
  // lost and made again, or another server is the master, of all keys or of some.
  virtual std::uint64_t connections() const = 0;
};

}  // namespace dragoman::runtime
