// How long to wait before the next attempt: longer each time, and never the same for two processes,
// so that a server that comes back is not met by all of them at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/random.h"
#include "core/base/time.h"

namespace dragoman::runtime {

inline constexpr Duration kReconnectFirst{50};
inline constexpr Duration kReconnectMax{1000};

class Backoff {
 public:
  explicit Backoff(RandomSource& random) : random_(random) {}

  // Between half of the step and all of it; the step doubles from kReconnectFirst to kReconnectMax.
  Duration Next() {
    std::array<std::uint8_t, 2> bytes{};
    random_.Fill(bytes);
    const Duration half = step_ / 2;
    const Duration wait = half + half * (bytes[0] << 8 | bytes[1]) / 0xFFFF;
    step_ = std::min(step_ * 2, kReconnectMax);
    return wait;
  }
  void Reset() { step_ = kReconnectFirst; }

 private:
  RandomSource& random_;
  Duration step_ = kReconnectFirst;
};

}  // namespace dragoman::runtime
