// The numbers that say how available somebody is, and how active: decimal, small. ocs-dialect §4.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/ascii.h"
#include "core/base/cursor.h"

namespace dragoman::ocs {

inline constexpr std::uint16_t kAvailabilityMax = 65'535;

// 0 to kAvailabilityMax with blanks around it; nullopt for anything else.
inline std::optional<std::uint16_t> ParseAvailability(std::string_view text) {
  Cursor in(Trim(text));
  const std::optional<std::uint64_t> number = in.TakeNumber();
  if (!number || !in.AtEnd() || *number > kAvailabilityMax) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

}  // namespace dragoman::ocs
