#include "core/base/ip_address.h"

#include <cstddef>

#include "core/base/ascii.h"

namespace dragoman {
namespace {

constexpr int kGroups = 8;

}  // namespace

bool IsIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 3 && IsDigit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    if (digits == 0 || value > 255 || (digits > 1 && text.front() == '0')) return false;
    text.remove_prefix(digits);
    if (part == 3) return text.empty();
    if (text.empty() || text.front() != '.') return false;
    text.remove_prefix(1);
  }
  return false;
}

// Eight groups of 1 to 4 hexadecimal digits, one run of them left out as "::", the last two perhaps
// as IPv4.
bool IsIpv6(std::string_view text) {
  int groups = 0;
  bool shortened = text.starts_with("::");
  if (shortened) text.remove_prefix(2);
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && HexDigitValue(text[digits]) >= 0) ++digits;
    if (digits < text.size() && text[digits] == '.') {
      groups += 2;
      return IsIpv4(text) && (shortened ? groups < kGroups : groups == kGroups);
    }
    if (digits == 0 || digits > 4 || ++groups > kGroups) return false;
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.front() != ':' || text.size() == 1) return false;
    text.remove_prefix(1);
    if (text.front() != ':') continue;
    if (shortened) return false;
    shortened = true;
    text.remove_prefix(1);
  }
  return shortened ? groups < kGroups : groups == kGroups;
}

}  // namespace dragoman
