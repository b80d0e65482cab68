// How long to wait before something is tried again. Requirements §8.1.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/time.h"

namespace dragoman::presence {

inline constexpr Duration kFirstRetry{10'000};
inline constexpr Duration kRetryMax{3'600'000};
inline constexpr Duration kAnotherDialog{60'000};  // for a dialog that ended to be replaced

inline Duration Backoff(std::uint32_t failures) {
  return std::min<Duration>(kFirstRetry * (1 << std::min(failures, 10u)), kRetryMax);
}

}  // namespace dragoman::presence
