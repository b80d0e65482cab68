// What is said on a fresh connection to Redis before anything else, in one go: who we are, which
// database, whether the server is a master, and whether it can work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/policy/redis_settings.h"
#include "runtime/redis/reply.h"

namespace dragoman::runtime {

// Whether a replica will do.
enum class RoleWanted : std::uint8_t {
  kAny,           // its role does not matter, or shows otherwise: sentinels, nodes of a cluster
  kMasterIfTold,  // no replica; a server that does not tell (a proxy, an ACL without +role) counts
                  // as master
  kMaster,        // no replica, and it has to tell
};

class Handshake {
 public:
  Handshake(const policy::RedisLogin& login, std::uint32_t database, RoleWanted role);

  // In order; their replies go to Take in the same order.
  const std::vector<std::vector<std::string>>& commands() const { return commands_; }
  // The failure, if the reply to the next command is one.
  std::optional<RedisFailure> Take(const RedisResult& reply);
  bool done() const { return taken_ == commands_.size(); }

 private:
  std::optional<RedisFailure> JudgeRole(const RedisResult& reply) const;

  RoleWanted role_;
  std::string password_;
  std::vector<std::vector<std::string>> commands_;
  std::size_t taken_ = 0;
};

}  // namespace dragoman::runtime
