#include "runtime/redis/cluster_map.h"

#include <algorithm>
#include <utility>

namespace dragoman::runtime {

using policy::HostPort;

ClusterMap::ClusterMap(RedisEnvironment& environment, ClusterNodes& nodes,
                       std::vector<HostPort> seeds, OnChanged changed)
    : environment_(environment),
      nodes_(nodes),
      seeds_(std::move(seeds)),
      changed_(std::move(changed)),
      timer_(environment.loop, [this] { Ask(); }) {
  std::uint8_t chance = 0;  // not every process asks the same node first
  environment.random.Fill({&chance, 1});
  turn_ = chance;
  Ask();
}

void ClusterMap::Refresh() {
  wanted_ = true;
  if (open_ == 0) timer_.StartAt(std::max(environment_.loop.Now(), asked_at_ + kTableSpacing));
}

void ClusterMap::Assign(std::uint16_t slot, const HostPort& node) {
  if (table_) table_->Assign(slot, node);
}

// Those that are connected, then whoever else is known, in turn.
std::vector<HostPort> ClusterMap::Candidates() const {
  std::vector<HostPort> known;
  const auto add = [&](const std::vector<HostPort>& nodes) {
    for (const HostPort& node : nodes) {
      if (std::find(known.begin(), known.end(), node) == known.end()) known.push_back(node);
    }
  };
  if (table_) add(table_->masters());
  if (table_) add(table_->replicas());
  add(seeds_);
  std::rotate(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(turn_ % known.size()),
              known.end());
  std::stable_partition(known.begin(), known.end(),
                        [&](const HostPort& node) { return nodes_.IsReady(node); });
  return known;
}

void ClusterMap::Ask() {
  ++round_;
  wanted_ = false;
  asked_at_ = environment_.loop.Now();
  std::vector<HostPort> asked;
  for (const HostPort& node : Candidates()) {
    // Two that are connected will do, unless what they told is not enough.
    const bool enough = asked.size() >= (IsSound() ? 2 : kNodesAskedAtOnce);
    if (enough && !nodes_.IsReady(node)) break;
    if (asked.size() < kNodesAskedAtOnce && nodes_.At(node) != nullptr) asked.push_back(node);
  }
  turn_ += asked.size();
  open_ = asked.size();
  if (asked.empty()) return End();
  for (const HostPort& node : asked) {
    nodes_.At(node)->Command({"CLUSTER", "SLOTS"},
                             alive_.Only([this, node, round = round_](const RedisResult& reply) {
                               OnReply(round, node, reply);
                             }));
  }
}

// The first table that is told ends the round; whoever answers later has nothing to add.
void ClusterMap::OnReply(std::uint64_t round, const HostPort& asked, const RedisResult& reply) {
  if (round != round_ || open_ == 0) return;
  std::optional<SlotTable> fresh = reply ? SlotTable::Parse(*reply, asked.host) : std::nullopt;
  failed_ = !fresh;
  if (!fresh && --open_ > 0) return;
  open_ = 0;
  std::vector<HostPort> deposed;
  if (fresh && table_) {
    for (const HostPort& master : table_->masters()) {
      if (!fresh->IsMaster(master)) deposed.push_back(master);
    }
  }
  if (fresh) table_ = std::move(fresh);
  End();
  changed_(deposed);
}

void ClusterMap::End() {
  const TimePoint now = environment_.loop.Now();
  timer_.StartAt(wanted_ ? now + kTableSpacing : now + (IsSound() ? kTableEvery : kTableAgain));
}

bool ClusterMap::IsSound() const {
  if (failed_ || !table_ || table_->uncovered() > 0) return false;
  return std::none_of(table_->masters().begin(), table_->masters().end(),
                      [&](const HostPort& master) { return nodes_.IsLost(master); });
}

}  // namespace dragoman::runtime
