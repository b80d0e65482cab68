// "is composing" documents. RFC 3994; COMP-1..5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::sip {

inline constexpr std::string_view kIsComposingType = "application/im-iscomposing+xml";

struct IsComposing {
  bool active = false;        // every state but `active`, also an unknown one, counts as idle
  std::uint32_t refresh = 0;  // seconds until it is said again; 0: not said
  friend bool operator==(const IsComposing&, const IsComposing&) = default;
};

// nullopt: no such document.
std::optional<IsComposing> ParseIsComposing(std::string_view text);
std::string PrintIsComposing(bool active);

}  // namespace dragoman::sip
