// How long a session lives without a refresh, and who refreshes it. RFC 4028 §4, §5.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dragoman::sip {

inline constexpr std::uint32_t kMinSessionExpires = 90;  // seconds; §5: never less

enum class Refresher : std::uint8_t { kNotSaid, kUac, kUas };

struct SessionExpires {
  std::uint32_t seconds = 0;
  Refresher refresher = Refresher::kNotSaid;
  // "1800;refresher=uac". nullopt: no such header, or no number in it.
  static std::optional<SessionExpires> Parse(std::string_view value);
  friend bool operator==(const SessionExpires&, const SessionExpires&) = default;
};

}  // namespace dragoman::sip
