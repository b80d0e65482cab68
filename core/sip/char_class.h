// The classes of characters that RFC 3261 §25.1 builds its names and values of, one look-up each.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/ascii.h"
#include "core/sip/byte_scan.h"

namespace dragoman::sip {

enum CharClass : std::uint8_t {
  kTokenChar = 1,
  // Of a display name without quotes: the grammar wants tokens, and people write more.
  kDisplayChar = 2,
  kHostChar = 4,  // of a name or an IPv4 address; the underscore is no host's, and is used
};

inline constexpr auto kCharClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const char c = static_cast<char>(i);
    const auto none_of = [c](std::string_view set) {
      return set.find(c) == std::string_view::npos;
    };
    const bool control = i < 0x20 || i == 0x7F;
    const bool letter = IsAlpha(c) || IsDigit(c);
    unsigned is = 0;
    if (letter || !none_of("-.!%*_+`'~")) is |= kTokenChar;
    if (c == '\t' || (!control && none_of("\",;:\\<>"))) is |= kDisplayChar;
    if (letter || !none_of("-._")) is |= kHostChar;
    classes[i] = static_cast<std::uint8_t>(is);
  }
  return classes;
}();

constexpr bool Is(char c, CharClass wanted) {
  return (kCharClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

constexpr bool AllAre(std::string_view text, CharClass wanted) {
  return std::all_of(text.begin(), text.end(), [wanted](char c) { return Is(c, wanted); });
}

constexpr bool IsToken(std::string_view text) { return !text.empty() && AllAre(text, kTokenChar); }

// How many of the first bytes of `text` may stand in a URI, inside angle brackets or a start line.
inline std::size_t UriBytes(std::string_view text) {
  return StopIn<' ', '"', '<', '>', '\x7F'>(text);
}

// The same of a parameter's value that is not quoted: more than the grammar's token and host, as
// peers write base64 and URIs there; nothing that means something else in the field.
inline std::size_t ValueBytes(std::string_view text) {
  return StopIn<' ', '"', '<', '>', '\x7F', ';', ','>(text);
}

}  // namespace dragoman::sip
