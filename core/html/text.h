// HTML as plain text: what a reader would have seen, line by line. IM-18; ocs-dialect §3.5.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman::html {

inline constexpr std::size_t kListDepthMax = 16;  // deeper lists are indented no further

// Never fails. `html`: UTF-8. White space counts as HTML has it, line ends too; blocks, <br> and
// table rows begin lines, cells stand behind tabs, list items behind "- " or their number, images
// are their alternative text, and a link whose text is another one is followed by <its address>.
std::string ToText(std::string_view html);

}  // namespace dragoman::html
