// A host and a port, as configurations write them: "edge.example:5061", "[2001:db8::1]:5061".
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::policy {

struct HostPort {
  std::string host;  // lower case; IPv6 without brackets
  std::uint16_t port = 0;
  friend auto operator<=>(const HostPort&, const HostPort&) = default;
};
std::string ToString(const HostPort& where);  // "host:port", IPv6 in brackets
std::optional<HostPort> ParseHostPort(std::string_view text,
                                      std::uint16_t default_port);  // IPv6 only in brackets

}  // namespace dragoman::policy
