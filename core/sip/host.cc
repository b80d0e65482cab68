#include "core/sip/host.h"

#include <cstddef>

#include "core/base/ascii.h"
#include "core/base/ip_address.h"
#include "core/sip/char_class.h"

namespace dragoman::sip {
namespace {

// Of three colons before an IPv4 tail one is taken away.
bool IsIpv6Reference(std::string_view text) {
  const std::size_t colons = text.find(":::");
  if (colons == std::string_view::npos || text.find('.', colons) == std::string_view::npos)
    return IsIpv6(text);
  return IsIpv6(std::string(text).erase(colons, 1));
}

}  // namespace

bool IsHost(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() == '[') {
    return text.back() == ']' && text.size() > 2 &&
           IsIpv6Reference(text.substr(1, text.size() - 2));
  }
  char before = '.';
  for (const char c : text) {
    if (!Is(c, kHostChar) || (c == '.' && before == '.')) return false;
    before = c;
  }
  return true;
}

std::string LowerHost(std::string_view host) {
  std::string lower = LowerCase(host);
  if (const std::size_t colons = lower.find(":::"); colons != std::string::npos) {
    lower.erase(colons, 1);
  }
  return lower;
}

unsigned PortOf(std::string_view digits) {
  constexpr std::size_t kDigitsMax = 16;  // leading zeros mean nothing
  if (digits.empty() || digits.size() > kDigitsMax) return 0;
  unsigned port = 0;
  for (const char c : digits) {
    if (!IsDigit(c) || port > 65535) return 0;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port <= 65535 ? port : 0;
}

}  // namespace dragoman::sip
