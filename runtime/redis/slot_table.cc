#include "runtime/redis/slot_table.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace dragoman::runtime {
namespace {

using policy::HostPort;

// [host, port, id, …]. A host that is not known is nil, "" or "?".
std::optional<HostPort> ParseNode(const RedisReply& reply, const std::string& asked) {
  const auto* parts = reply.items();
  if (parts == nullptr || parts->size() < 2) return std::nullopt;
  const std::string* host = (*parts)[0].text();
  const std::int64_t* port = (*parts)[1].number();
  if (port == nullptr || *port <= 0 || *port > 65535) return std::nullopt;
  const bool unknown = host == nullptr || host->empty() || *host == "?";
  if (unknown && asked.empty()) return std::nullopt;
  return HostPort{unknown ? asked : LowerCase(*host), static_cast<std::uint16_t>(*port)};
}

bool Contains(const std::vector<HostPort>& nodes, const HostPort& node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

}  // namespace

std::optional<SlotTable> SlotTable::Parse(const RedisReply& reply, const std::string& asked) {
  const auto* ranges = reply.items();
  if (ranges == nullptr || ranges->empty()) return std::nullopt;
  SlotTable table;
  for (const RedisReply& range : *ranges) {
    const auto* parts = range.items();
    if (parts == nullptr || parts->size() < 3) return std::nullopt;
    const std::int64_t* first = (*parts)[0].number();
    const std::int64_t* last = (*parts)[1].number();
    if (first == nullptr || last == nullptr || *first < 0 || *first > *last || *last >= kRedisSlots)
      return std::nullopt;
    const std::optional<HostPort> master = ParseNode((*parts)[2], asked);
    if (!master) return std::nullopt;
    const std::optional<std::uint16_t> number = table.Number(*master);
    if (!number) return std::nullopt;
    std::fill(table.owners_.begin() + *first, table.owners_.begin() + *last + 1, *number);
    for (std::size_t i = 3; i < parts->size(); ++i) {
      const std::optional<HostPort> replica = ParseNode((*parts)[i], asked);
      const bool room = table.replicas_.size() < kRedisNodesMax;
      if (replica && room && !Contains(table.replicas_, *replica))
        table.replicas_.push_back(*replica);
    }
  }
  return table;
}

const HostPort* SlotTable::Owner(std::uint16_t slot) const {
  const std::uint16_t owner = owners_[slot];
  return owner == kNobody ? nullptr : &masters_[owner];
}

void SlotTable::Assign(std::uint16_t slot, const HostPort& node) {
  if (const std::optional<std::uint16_t> number = Number(node)) owners_[slot] = *number;
}

bool SlotTable::IsMaster(const HostPort& node) const { return Contains(masters_, node); }

std::size_t SlotTable::uncovered() const {
  return static_cast<std::size_t>(std::count(owners_.begin(), owners_.end(), kNobody));
}

std::optional<std::uint16_t> SlotTable::Number(const HostPort& master) {
  const auto found = std::find(masters_.begin(), masters_.end(), master);
  if (found == masters_.end() && masters_.size() >= kRedisNodesMax) return std::nullopt;
  const auto number = static_cast<std::uint16_t>(found - masters_.begin());
  if (found == masters_.end()) masters_.push_back(master);
  return number;
}

}  // namespace dragoman::runtime
