// Numeric addresses. RFC 3986 §3.2.2, RFC 4291 §2.2.
#pragma once

#include <string_view>

namespace dragoman {

// Four numbers up to 255, without leading zeros.
bool IsIpv4(std::string_view text);
// Without brackets and zone; the last 32 bits may be written as IPv4.
bool IsIpv6(std::string_view text);

}  // namespace dragoman
