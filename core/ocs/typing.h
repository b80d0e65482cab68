// Typing as Microsoft's clients tell it: an INFO with a KeyboardActivity document. ocs-dialect
// §3.6.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::ocs {

inline constexpr std::string_view kTypingType = "application/xml";

// True: typing; false: idle. nullopt: some other document.
std::optional<bool> ParseTyping(std::string_view text);
std::string PrintTyping(bool typing);

}  // namespace dragoman::ocs
