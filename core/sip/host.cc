#include "core/sip/host.h"

#include <cstddef>

#include "core/base/ascii.h"
#include "core/sip/char_class.h"

namespace dragoman::sip {
namespace {

constexpr int kGroups = 8;

// 1*3DIGIT "." 1*3DIGIT "." 1*3DIGIT "." 1*3DIGIT, each up to 255
bool IsIpv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && digits < 3 && IsDigit(text[digits])) {
      value = value * 10 + (text[digits++] - '0');
    }
    if (digits == 0 || value > 255) return false;
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
  bool shortened = false;
  const auto shorten = [&](std::size_t colons) {
    shortened = true;
    text.remove_prefix(colons);
    if (text.starts_with(':') && text.find('.') != std::string_view::npos) text.remove_prefix(1);
  };
  if (text.starts_with("::")) shorten(2);
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
    shorten(1);
  }
  return shortened ? groups < kGroups : groups == kGroups;
}

}  // namespace

bool IsHost(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() == '[') {
    return text.back() == ']' && text.size() > 2 && IsIpv6(text.substr(1, text.size() - 2));
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
