// Keeps the slot table of a Redis Cluster true: asks some nodes at a time until one tells, again
// when something showed that the table is old, and now and then.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/policy/redis_settings.h"
#include "runtime/redis/alive.h"
#include "runtime/redis/cluster_nodes.h"

namespace dragoman::runtime {

inline constexpr std::size_t kNodesAskedAtOnce = 3;
inline constexpr Duration kTableEvery{5000};
inline constexpr Duration kTableAgain{250};   // while nobody told one, or something is missing
inline constexpr Duration kTableSpacing{50};  // however often it is wanted

class ClusterMap {
 public:
  // `changed`: from the loop, after each answer; `deposed` masters serve nothing any more.
  using OnChanged = std::function<void(const std::vector<policy::HostPort>& deposed)>;
  ClusterMap(RedisEnvironment& environment, ClusterNodes& nodes,
             std::vector<policy::HostPort> seeds, OnChanged changed);

  const std::optional<SlotTable>& table() const { return table_; }
  // Nobody who was asked last has told a table.
  bool failed() const { return failed_; }
  // The table is new, covers every slot, and no master in it is lost.
  bool IsSound() const;
  void Refresh();                                                 // soon
  void Assign(std::uint16_t slot, const policy::HostPort& node);  // a node said so

 private:
  void Ask();
  std::vector<policy::HostPort> Candidates() const;
  void OnReply(std::uint64_t round, const policy::HostPort& asked, const RedisResult& reply);
  void End();

  RedisEnvironment& environment_;
  ClusterNodes& nodes_;
  std::vector<policy::HostPort> seeds_;
  OnChanged changed_;
  std::optional<SlotTable> table_;
  std::uint64_t round_ = 0;  // of asking
  std::size_t open_ = 0;     // replies that the round waits for; 0: it is over
  bool failed_ = false;
  bool wanted_ = false;  // another round, when this one is over
  std::size_t turn_ = 0;
  TimePoint asked_at_{};
  Timer timer_;
  Alive alive_;
};

}  // namespace dragoman::runtime
