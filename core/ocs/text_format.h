// The look of a plain text: the `msgr` parameter of Microsoft's messages, base64 without padding of
// "X-MMS-IM-Format: FN=Segoe%20UI; EF=B; CO=ff0000; CS=0; PF=22" in UTF-16LE. ocs-dialect §3.4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::ocs {

struct TextFormat {
  std::string font{};  // FN, decoded
  bool bold = false;   // EF: B, I, U, S
  bool italic = false;
  bool underlined = false;
  bool struck = false;
  std::string colour = "000000";  // CO, which is written BGR without leading zeros, as RRGGBB
  friend bool operator==(const TextFormat&, const TextFormat&) = default;

  // The declarations of a style attribute; empty if the text looks like any other: its font alone
  // is only what the sender's client uses for everything.
  std::string Style() const;
};

// Keys may stand in any order and be missing. nullopt: no such value.
std::optional<TextFormat> ParseTextFormat(std::string_view msgr);

}  // namespace dragoman::ocs
