#include "core/policy/host_port.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/cursor.h"
#include "core/base/ip_address.h"

namespace dragoman::policy {

std::string ToString(const HostPort& where) {
  const bool v6 = where.host.find(':') != std::string::npos && !where.host.starts_with('[');
  return (v6 ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

std::optional<HostPort> ParseHostPort(std::string_view text, std::uint16_t default_port) {
  HostPort where{{}, default_port};
  std::string_view v6;  // what stands in brackets
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    v6 = text.substr(1, bracket - 1);
    text.remove_prefix(bracket + 1);
    if (v6.find(':') == std::string_view::npos || !(text.empty() || text.front() == ':'))
      return std::nullopt;
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    Cursor in(text.substr(colon + 1));
    const std::optional<std::uint64_t> port = in.TakeNumber();
    if (!port || !in.AtEnd() || *port == 0 || *port > 65535) return std::nullopt;
    where.port = static_cast<std::uint16_t>(*port);
    text = text.substr(0, colon);
  }
  const std::string_view host = v6.empty() ? text : v6;
  const std::string_view marks = v6.empty() ? "-._" : ":.";
  const bool legal = !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
    return IsDigit(c) || (v6.empty() ? IsAlpha(c) : HexDigitValue(c) >= 0) ||
           marks.find(c) != std::string_view::npos;
  });
  if (!legal) return std::nullopt;
  where.host = LowerCase(host);
  return where;
}

std::optional<HostPort> ParseIpPort(std::string_view text, std::uint16_t default_port) {
  std::optional<HostPort> where = ParseHostPort(text, default_port);
  if (!where || where->port == 0) return std::nullopt;
  if (!IsIpv4(where->host) && !IsIpv6(where->host)) return std::nullopt;
  return where;
}

}  // namespace dragoman::policy
