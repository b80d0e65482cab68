// The two times of the house. Both are handed in: core/ never asks a clock.
//
// TimePoint is monotonic and means something only inside one process: every timer of every machine.
// WallTime is UTC and means the same on every node: what records in the store and documents carry.
#pragma once

#include <chrono>

namespace dragoman {

using Duration = std::chrono::milliseconds;

struct MonotonicClock {  // deliberately without now()
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;
};

struct WallClock {  // deliberately without now(); counts from 1970-01-01T00:00:00Z
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = false;
};

using TimePoint = std::chrono::time_point<MonotonicClock, Duration>;
using WallTime = std::chrono::time_point<WallClock, Duration>;

}  // namespace dragoman
