#include "core/presence/record.h"

#include <algorithm>

namespace dragoman::presence {

std::optional<WallTime> DueAt(const Record& record) {
  std::optional<WallTime> due;
  const auto consider = [&due](WallTime when) {
    if (when != WallTime{}) due = due ? std::min(*due, when) : when;
  };
  for (const Watch& watch : record.watches) {
    consider(watch.expires);
    consider(watch.owed_at);
    const bool unsettled =
        record.watcher_side == envelope::Side::kXmpp && watch.notified_at != WallTime{};
    if (unsettled) consider(watch.notified_at + kLasting);
  }
  consider(record.retry_at);
  consider(record.tell_at);
  consider(record.sweep_at);
  if (record.AwaitsDecision()) consider(record.asked_at + kAskedMax);
  if (!record.known.empty()) consider(record.known_until);
  return due;
}

}  // namespace dragoman::presence
