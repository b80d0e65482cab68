#include "core/presence/record.h"

#include <algorithm>

namespace dragoman::presence {

std::optional<WallTime> DueAt(const Record& record) {
  std::optional<WallTime> due;
  const auto consider = [&due](WallTime when) {
    if (when != WallTime{}) due = due ? std::min(*due, when) : when;
  };
  for (const Watch& watch : record.watches) consider(watch.expires);
  consider(record.retry_at);
  return due;
}

}  // namespace dragoman::presence
