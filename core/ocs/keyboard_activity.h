// Typing as the Edge's users tell it: an INFO with a KeyboardActivity document. ocs-dialect §3.6.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::ocs {

inline constexpr std::string_view kKeyboardActivityType = "application/xml";

// "type" is true, "idle" false; nullopt for any other document (it is answered 200 all the same).
std::optional<bool> ParseKeyboardActivity(std::string_view document);

std::string PrintKeyboardActivity(bool typing);

}  // namespace dragoman::ocs
