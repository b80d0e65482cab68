#include "core/translate/escape.h"

#include <array>

#include "core/base/ascii.h"

namespace dragoman::translate {
namespace {

// The ten of XEP-0106 §3.2; the backslash comes last because it is escaped only before another one.
constexpr std::string_view kEscaped = " \"&'/:<>@\\";
constexpr std::array<std::string_view, kEscaped.size()> kEscapes = {
    "\\20", "\\22", "\\26", "\\27", "\\2f", "\\3a", "\\3c", "\\3e", "\\40", "\\5c"};

// The index in kEscapes of the escape that stands at the start of `text`, hexadecimal digits in
// either case.
std::size_t EscapeAt(std::string_view text) {
  for (std::size_t i = 0; i < kEscapes.size(); ++i) {
    if (EqualsIgnoreCase(text.substr(0, 3), kEscapes[i])) return i;
  }
  return kEscapes.size();
}

}  // namespace

std::optional<std::string> EscapeLocalpart(std::string_view text) {
  if (text.starts_with(' ') || text.ends_with(' ')) return std::nullopt;
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::size_t row = kEscaped.find(c);
    const bool literal =
        row == std::string_view::npos || (c == '\\' && EscapeAt(text.substr(i)) == kEscapes.size());
    if (literal) {
      escaped += c;
    } else {
      escaped += kEscapes[row];
    }
  }
  return escaped;
}

std::string UnescapeLocalpart(std::string_view localpart) {
  std::string text;
  text.reserve(localpart.size());
  for (std::size_t i = 0; i < localpart.size(); ++i) {
    // Only the exact lower-case sequences are escapes; PRECIS has lowered what a peer wrote.
    const std::size_t row = EscapeAt(localpart.substr(i));
    if (row < kEscapes.size() && localpart.substr(i, 3) == kEscapes[row]) {
      text += kEscaped[row];
      i += 2;
    } else {
      text += localpart[i];
    }
  }
  return text;
}

}  // namespace dragoman::translate
