// A host and a port, as configurations write them: "edge.example:5061", "[2001:db8::1]:5061".
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::policy {

// Where a server is if nothing says a port.
inline constexpr std::uint16_t kSipsPort = 5061;        // RFC 3261 §19.1.2
inline constexpr std::uint16_t kXmppServerPort = 5269;  // RFC 6120 §3.2.2

struct HostPort {
  std::string host;  // lower case; IPv6 without brackets
  std::uint16_t port = 0;
  friend auto operator<=>(const HostPort&, const HostPort&) = default;
};
std::string ToString(const HostPort& where);  // "host:port", IPv6 in brackets
std::optional<HostPort> ParseHostPort(std::string_view text,
                                      std::uint16_t default_port);  // IPv6 only in brackets
// The same where nobody looks names up: a numeric address. `default_port` 0: the port has to stand
// there.
std::optional<HostPort> ParseIpPort(std::string_view text, std::uint16_t default_port = 0);

}  // namespace dragoman::policy
