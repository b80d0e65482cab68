// What a process has taken and not yet ended: taken = delivered + refused + in flight, always.
// security.md §2.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/envelope/message.h"

namespace dragoman::routing {

class Ledger {
 public:
  struct Entry {
    envelope::Side from;
    envelope::Kind kind;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };

  // False: it is in here already, and not taken twice.
  bool Take(const envelope::MessageId& id, Entry entry) {
    if (!open_.emplace(id, entry).second) return false;
    ++in_flight_[entry];
    return true;
  }

  // The entry that ends now; nullopt: it was not taken, or has ended before.
  std::optional<Entry> Settle(const envelope::MessageId& id) {
    const auto found = open_.find(id);
    if (found == open_.end()) return std::nullopt;
    const Entry entry = found->second;
    open_.erase(found);
    --in_flight_[entry];
    return entry;
  }

  // Every sort that was ever taken, with what is in flight of it now.
  const std::map<Entry, std::size_t>& in_flight() const { return in_flight_; }
  std::size_t size() const { return open_.size(); }

 private:
  std::unordered_map<envelope::MessageId, Entry, envelope::MessageIdHash> open_;
  std::map<Entry, std::size_t> in_flight_;
};

}  // namespace dragoman::routing
