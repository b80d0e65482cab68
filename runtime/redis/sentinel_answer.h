// What one sentinel says of the master, and whom to believe when several differ.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/policy/host_port.h"
#include "runtime/redis/reply.h"

namespace dragoman::runtime {

inline constexpr std::size_t kSentinelsMax = 16;  // asked: those configured, then those learned

struct SentinelAnswer {
  policy::HostPort master;
  std::uint64_t epoch = 0;               // of the configuration: grows with each failover
  std::vector<policy::HostPort> others;  // sentinels of the same master, kSentinelsMax at most
  friend bool operator==(const SentinelAnswer&, const SentinelAnswer&) = default;
};

// The reply to SENTINEL GET-MASTER-ADDR-BY-NAME: [host, port]. nullopt: it knows no such master.
std::optional<policy::HostPort> ParseMasterAddress(const RedisReply& reply);
// The value of config-epoch in the reply to SENTINEL MASTER; 0: it does not stand there.
std::uint64_t ParseConfigEpoch(const RedisReply& reply);
// The reply to SENTINEL SENTINELS: [[name, value, …] …]. What has no address is passed over.
std::vector<policy::HostPort> ParseSentinels(const RedisReply& reply);

// The address of the newest configuration: a sentinel that was cut off while the others changed the
// master still tells the old one. Of several addresses in one epoch, the one that most tell.
// nullopt: no answers.
std::optional<policy::HostPort> ChooseMaster(const std::vector<SentinelAnswer>& answers);

}  // namespace dragoman::runtime
