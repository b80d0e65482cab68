#include "runtime/redis/sentinel_answer.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/cursor.h"

namespace dragoman::runtime {
namespace {

using policy::HostPort;

std::optional<std::uint64_t> Number(const std::string& text) {
  Cursor in(text);
  const std::optional<std::uint64_t> number = in.TakeNumber();
  return in.AtEnd() ? number : std::nullopt;
}

std::optional<HostPort> Place(const std::string* host, const std::string* port) {
  if (host == nullptr || host->empty() || port == nullptr) return std::nullopt;
  const std::optional<std::uint64_t> number = Number(*port);
  if (!number || *number == 0 || *number > 65535) return std::nullopt;
  return HostPort{LowerCase(*host), static_cast<std::uint16_t>(*number)};
}

// The value that follows `name` in a list of names and values.
const std::string* Value(const RedisReply& reply, std::string_view name) {
  const auto* fields = reply.items();
  for (std::size_t i = 0; fields != nullptr && i + 1 < fields->size(); i += 2) {
    const std::string* field = (*fields)[i].text();
    if (field != nullptr && *field == name) return (*fields)[i + 1].text();
  }
  return nullptr;
}

}  // namespace

std::optional<HostPort> ParseMasterAddress(const RedisReply& reply) {
  const auto* parts = reply.items();
  if (parts == nullptr || parts->size() != 2) return std::nullopt;
  return Place((*parts)[0].text(), (*parts)[1].text());
}

std::uint64_t ParseConfigEpoch(const RedisReply& reply) {
  const std::string* epoch = Value(reply, "config-epoch");
  return epoch != nullptr ? Number(*epoch).value_or(0) : 0;
}

std::vector<HostPort> ParseSentinels(const RedisReply& reply) {
  std::vector<HostPort> sentinels;
  const auto* list = reply.items();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const std::optional<HostPort> place = Place(Value((*list)[i], "ip"), Value((*list)[i], "port"));
    if (place && sentinels.size() < kSentinelsMax) sentinels.push_back(*place);
  }
  return sentinels;
}

std::optional<HostPort> ChooseMaster(const std::vector<SentinelAnswer>& answers) {
  const SentinelAnswer* best = nullptr;
  std::pair<std::uint64_t, std::ptrdiff_t> best_weight;
  for (const SentinelAnswer& answer : answers) {
    const auto votes = std::count_if(answers.begin(), answers.end(), [&](const auto& other) {
      return other.epoch == answer.epoch && other.master == answer.master;
    });
    const std::pair<std::uint64_t, std::ptrdiff_t> weight{answer.epoch, votes};
    if (best != nullptr && weight <= best_weight) continue;
    best = &answer;
    best_weight = weight;
  }
  if (best == nullptr) return std::nullopt;
  return best->master;
}

}  // namespace dragoman::runtime
