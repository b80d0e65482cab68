// Partners of whom something may have been lost: the routers are told at once, and once more at the
// end of a while in which more was lost. However often a partner's streams break off, no more
// follows from it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>

#include "core/base/time.h"
#include "runtime/loop/loop.h"

namespace dragoman::xmpp_frontend {

inline constexpr Duration kLossWindow{10'000};
inline constexpr std::size_t kLossesMax = 10'000;  // partners within one window; above: not told

class Losses {
 public:
  using Tell = std::function<void(const std::string& partner)>;
  Losses(runtime::Loop& loop, Duration window, Tell tell);

  void Add(const std::string& partner);

 private:
  struct Told {
    TimePoint until;
    bool again = false;  // more was lost since
  };
  void OnTimer();
  void Arm();

  runtime::Loop& loop_;
  const Duration window_;
  Tell tell_;
  std::unordered_map<std::string, Told> told_;
  runtime::Timer timer_;
};

}  // namespace dragoman::xmpp_frontend
