// How often each of many may do something in a minute, for the many seen last. L-24.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include "core/base/time.h"

namespace dragoman::routing {

inline constexpr std::size_t kQuotaKeysMax = 10'000;  // remembered; who is forgotten starts anew
inline constexpr Duration kQuotaWindow{60'000};

class Quota {
 public:
  // Whether it has been done less than `limit` times in this window.
  bool Allows(const std::string& key, std::uint32_t limit, TimePoint now) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() || found->second->window + kQuotaWindow <= now ||
           found->second->used < limit;
  }

  void Take(const std::string& key, TimePoint now) {
    Entry& entry = Touch(key);
    if (entry.used == 0 || entry.window + kQuotaWindow <= now) entry = {entry.key, now, 0};
    ++entry.used;
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    TimePoint window;
    std::uint32_t used = 0;
  };
  using Entries = std::list<Entry>;  // the one used last in front

  Entry& Touch(const std::string& key) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return entries_.front();
    }
    if (entries_.size() == kQuotaKeysMax) {
      by_key_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front({key, TimePoint{}, 0});
    by_key_.emplace(key, entries_.begin());
    return entries_.front();
  }

  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> by_key_;
};

}  // namespace dragoman::routing
