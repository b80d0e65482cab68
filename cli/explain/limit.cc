#include "cli/explain/limit.h"

#include <cstdint>

namespace dragoman::explain {

std::optional<Limit> LimitReached(const pages::Room& room, const std::string& watcher) {
  const struct {
    std::uint32_t number, max;
    std::string whose;
    const char* key;
    std::string mend;
  } limits[] = {
      {room.watches, room.watches_max, "subscriptions of " + watcher, "presence.limits.per_user",
       "let " + watcher + " remove contacts"},
      {room.pending, room.pending_max, "requests of " + watcher + " that nobody has answered",
       "presence.limits.pending_per_user",
       "let " + watcher + " take requests back: dragoman subs list --state pending names them"},
      {room.partner_watches, room.partner_watches_max, "subscriptions of all the partner's users",
       "partners[].subscriptions", "dragoman subs list --partner names them"},
  };
  for (const auto& one : limits) {
    if (one.max == 0 || one.number < one.max) continue;
    return Limit{
        one.whose + ": " + std::to_string(one.number) + ", as many as " + one.key + " allows",
        one.mend + "; or raise " + one.key};
  }
  return std::nullopt;
}

}  // namespace dragoman::explain
