#include "core/dns/srv.h"

#include <algorithm>
#include <array>

namespace dragoman::dns {
namespace {

std::uint32_t RandomBelow(RandomSource& random, std::uint32_t bound) {
  std::array<std::uint8_t, 4> bytes{};
  random.Fill(bytes);
  const std::uint32_t value = static_cast<std::uint32_t>(bytes[0]) << 24 |
                              static_cast<std::uint32_t>(bytes[1]) << 16 |
                              static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
  return bound == 0 ? 0 : value % bound;
}

}  // namespace

std::vector<Srv> Servers(const std::vector<SrvRecord>& records, bool direct_tls) {
  std::vector<Srv> servers;
  for (const SrvRecord& one : records) {
    servers.push_back({one.priority, one.weight, one.port, one.target, direct_tls});
  }
  return servers;
}

bool IsRefusal(const std::vector<Srv>& records) {
  return records.size() == 1 && records.front().target == ".";
}

std::vector<Target> Order(std::vector<Srv> records, RandomSource& random) {
  std::erase_if(records,
                [](const Srv& record) { return record.target == "." || record.target.empty(); });
  // Zero weights first, so that they have a small chance too (RFC 2782).
  std::stable_sort(records.begin(), records.end(), [](const Srv& a, const Srv& b) {
    if (a.priority != b.priority) return a.priority < b.priority;
    if (a.direct_tls != b.direct_tls) return a.direct_tls;
    return (a.weight == 0) > (b.weight == 0);
  });
  std::vector<Target> order;
  while (!records.empty() && order.size() < kTargetsMax) {
    const auto group_end = std::find_if(records.begin(), records.end(), [&](const Srv& record) {
      return record.priority != records.front().priority ||
             record.direct_tls != records.front().direct_tls;
    });
    std::uint32_t sum = 0;
    for (auto at = records.begin(); at != group_end; ++at) sum += at->weight;
    const std::uint32_t chosen = RandomBelow(random, sum + 1);
    std::uint32_t running = 0;
    auto pick = records.begin();
    for (; pick != group_end - 1; ++pick) {
      running += pick->weight;
      if (running >= chosen) break;
    }
    order.push_back({pick->target, pick->port, pick->direct_tls});
    records.erase(pick);
  }
  return order;
}

}  // namespace dragoman::dns
