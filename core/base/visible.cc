#include "core/base/visible.h"

#include "core/base/utf8.h"

namespace dragoman {

std::string Visible(std::string_view raw, std::size_t bytes_max, Quoting quoting) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const bool quoted = quoting == Quoting::kBackslashes;
  const std::string text = IsUtf8(raw) ? std::string(raw) : ReplaceNonXml(raw);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view character = rest.substr(0, CharacterAt(rest));
    rest.remove_prefix(character.size());
    if (out.size() + character.size() > bytes_max) return out + "\u2026";
    const auto first = static_cast<unsigned char>(character.front());
    if (quoted && (character == "\"" || character == "\\")) {
      out += '\\';
      out += character;
    } else if (character.size() == 1 && (first < 0x20 || first == 0x7F)) {
      out += "\\u00";
      out += kDigits[first >> 4];
      out += kDigits[first & 15];
    } else if (IsTreacherous(character)) {
      out += quoted ? "\\ufffd" : "\ufffd";
    } else {
      out += character;
    }
  }
  return out;
}

}  // namespace dragoman
