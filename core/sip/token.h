// token and what else RFC 3261 §25.1 builds names of.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/ascii.h"

namespace dragoman::sip {

inline constexpr auto kTokenChars = [] {
  std::array<bool, 256> allowed{};
  for (int c = 0; c < 128; ++c) {
    const char letter = static_cast<char>(c);
    allowed[static_cast<std::size_t>(c)] = IsAlpha(letter) || IsDigit(letter);
  }
  for (const char c : std::string_view("-.!%*_+`'~")) allowed[static_cast<unsigned char>(c)] = true;
  return allowed;
}();

constexpr bool IsTokenChar(char c) { return kTokenChars[static_cast<unsigned char>(c)]; }

constexpr bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

}  // namespace dragoman::sip
