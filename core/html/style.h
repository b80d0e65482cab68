// The style attributes that XHTML-IM recommends, and nothing that fetches or runs. XEP-0071 §7.8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman::html {

inline constexpr std::size_t kStyleValueBytesMax = 128;
inline constexpr std::size_t kDeclarationsMax = 10;  // one for each property

// The declarations of `style` with a recommended property and a harmless value, the first of each
// property, as "color: #000000; font-family: Segoe UI"; perhaps empty.
std::string SafeStyle(std::string_view style);

}  // namespace dragoman::html
