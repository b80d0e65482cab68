// Which node of a Redis Cluster owns which slot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/policy/host_port.h"
#include "runtime/redis/reply.h"
#include "runtime/redis/slot.h"

namespace dragoman::runtime {

inline constexpr std::size_t kRedisNodesMax = 256;  // masters; and as many replicas

class SlotTable {
 public:
  // The reply to CLUSTER SLOTS: ranges of [first, last, [host, port, id, …] master, replicas…].
  // `asked`: the host that answered; it stands for one that is left out. nullopt: no such reply, no
  // slot has an owner, or there are more than kRedisNodesMax masters.
  static std::optional<SlotTable> Parse(const RedisReply& reply, const std::string& asked);

  // nullptr: nobody serves it.
  const policy::HostPort* Owner(std::uint16_t slot) const;
  void Assign(std::uint16_t slot, const policy::HostPort& node);
  const std::vector<policy::HostPort>& masters() const { return masters_; }
  const std::vector<policy::HostPort>& replicas() const { return replicas_; }
  bool IsMaster(const policy::HostPort& node) const;
  std::size_t uncovered() const;  // slots that nobody serves

 private:
  std::optional<std::uint16_t> Number(const policy::HostPort& master);

  std::vector<policy::HostPort> masters_;
  std::vector<policy::HostPort> replicas_;
  static constexpr std::uint16_t kNobody = UINT16_MAX;
  std::vector<std::uint16_t> owners_ = std::vector<std::uint16_t>(kRedisSlots, kNobody);
};

}  // namespace dragoman::runtime
