// Presence as Live Communications Server tells it: text/xml+msrtc.pidf. ocs-dialect §4.3, §4.5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace dragoman::ocs {

inline constexpr std::string_view kMsrtcPidfType = "text/xml+msrtc.pidf";
inline constexpr std::size_t kStatesMax = 64;  // <state/> elements in one document

struct Presentity {
  std::string uri{};               // without "sip:"
  std::uint16_t availability = 0;  // 0 to 999; below 100: offline
  std::uint16_t activity = 0;      // 0 to 999; each named number opens a range
  std::string description{};       // of the activity, for people; written, not read
  std::uint16_t state = 0;         // the largest 2007-style number in userInfo/states; 0: none
  std::string since{};             // of that state, RFC 3339; empty: not said
  std::string note{};              // of userInfo; empty: none
  std::string display_name{};      // empty: none
  friend bool operator==(const Presentity&, const Presentity&) = default;
};

// What a number cannot be read from counts as 0. Errors: why it is no such document.
Result<Presentity, std::string> ParsePresentity(std::string_view text);
std::string PrintPresentity(const Presentity& presentity);

}  // namespace dragoman::ocs
