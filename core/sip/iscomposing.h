// "is composing" documents. RFC 3994; COMP-1..5.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::sip {

inline constexpr std::string_view kIsComposingType = "application/im-iscomposing+xml";

// True: active. Every state but `active`, also an unknown one, counts as idle. nullopt: no such
// document.
std::optional<bool> ParseIsComposing(std::string_view text);
std::string PrintIsComposing(bool active);

}  // namespace dragoman::sip
