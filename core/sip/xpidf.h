// Presence as Windows Messenger tells it: application/xpidf+xml. ocs-dialect §4.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace dragoman::sip {

inline constexpr std::string_view kXpidfType = "application/xpidf+xml";
inline constexpr std::size_t kXpidfAddressesMax = 64;  // <address/> elements in one document
inline constexpr std::size_t kDoctypeBytesMax = 512;

enum class XpidfStatus : std::uint8_t { kClosed, kInUse, kOpen };  // the better the higher

struct Xpidf {
  std::string uri;  // "sip:…", without the method parameter
  XpidfStatus status = XpidfStatus::kClosed;
  std::string substatus;     // of the same address: away, busy, onthephone, …; empty: none
  std::string display_name;  // empty: none
  friend bool operator==(const Xpidf&, const Xpidf&) = default;
};

// The best of several addresses counts. A document type is passed over unread; one with
// declarations of its own is refused (PRES-20). Errors: why it is no such document.
Result<Xpidf, std::string> ParseXpidf(std::string_view text);
std::string PrintXpidf(const Xpidf& presence);

}  // namespace dragoman::sip
