// How fast requests may follow one another to one peer: a token bucket that holds one second's
// worth. T-60; ocs-dialect §1.8.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "core/base/time.h"

namespace dragoman::sip {

class Pace {
 public:
  explicit Pace(std::uint32_t per_second) : interval_(std::chrono::seconds(1)) {
    interval_ /= per_second;
  }

  // When the next one could leave if it came now.
  TimePoint Earliest(TimePoint now) const {
    const Fine from = next_ - (std::chrono::seconds(1) - interval_);
    return std::max(now, std::chrono::ceil<Duration>(from));
  }
  // It leaves then; those that come after it leave later.
  void Take(TimePoint now) { next_ = std::max<Fine>(next_, now) + interval_; }

 private:
  using Fine = std::chrono::time_point<MonotonicClock, std::chrono::microseconds>;
  std::chrono::microseconds interval_;
  Fine next_{};  // when the bucket is full again
};

}  // namespace dragoman::sip
