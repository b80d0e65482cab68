// Text for people's eyes: whatever a peer wrote into it, a terminal sees printable characters of
// one line. T-56.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace dragoman::cli {

inline constexpr std::size_t kShownBytesMax = 512;  // of one value; the rest becomes an ellipsis

// Control characters become \u00XX, what would reorder a line and bytes that are not UTF-8 U+FFFD.
std::string Shown(std::string_view text);

std::size_t Width(std::string_view text);  // in characters
std::string Padded(std::string text, std::size_t width);

// A length of time in its largest unit, cut: "0 s", "59 s", "3 min", "23 h", "2 days". Negative: 0
// s.
std::string Lasting(Duration length);
std::string Ago(WallTime then, WallTime now);    // "3 min ago"
std::string Until(WallTime then, WallTime now);  // "in 3 min"; "now" if it is past

}  // namespace dragoman::cli
