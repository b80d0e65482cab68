// Partners of whom something may have been lost: told at once, and once more at the end of a while
// in which more was lost. However often a partner's streams break off, no more follows from it
// (SUB-13).
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/time.h"

namespace dragoman::xmpp {

inline constexpr Duration kLossWindow{10'000};
inline constexpr std::size_t kLossesMax = 10'000;  // partners within one window; above: not told

class Losses {
 public:
  // True: the partner is to be told of now.
  bool Add(const std::string& partner, TimePoint now);
  // The partners that are to be told of once more.
  std::vector<std::string> Advance(TimePoint now);
  TimePoint Deadline() const;

 private:
  std::unordered_map<std::string, bool> told_;          // whether more was lost since
  std::deque<std::pair<TimePoint, std::string>> ends_;  // of their windows, in order
};

}  // namespace dragoman::xmpp
