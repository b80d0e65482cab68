// Rich Text Format as plain text: the words and line ends, without fonts, colours and pictures.
// Microsoft RTF specification 1.9.1; ocs-dialect §3.5.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::rtf {

inline constexpr std::size_t kGroupDepthMax = 64;
inline constexpr std::size_t kFontsMax = 64;  // whose charset is kept

// UTF-8 with LF, without the line ends at its ends. Bytes count in the code page of their font,
// else of \ansicpg. nullopt: it does not begin as RTF does, or its groups exceed the depth.
std::optional<std::string> ToText(std::string_view rtf);

}  // namespace dragoman::rtf
