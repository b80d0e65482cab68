#include "core/translate/text.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace dragoman::translate {
namespace {

constexpr std::size_t kLanguageTagBytesMax = 35;  // RFC 5646 §4.4.1

}  // namespace

std::string SingleLine(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\r' && text.substr(i + 1).starts_with('\n')) continue;  // a CRLF is one line end
    if (c == '\r' || c == '\n' || c == '\t') {
      line += ' ';
    } else if (c >= 0x20 && c != 0x7F) {
      line += text[i];
    }
  }
  return line;
}

std::string XmlText(std::string_view text) {
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      lines += text[i];
    } else if (!text.substr(i + 1).starts_with('\n')) {
      lines += '\n';
    }
  }
  return ReplaceNonXml(lines);
}

bool IsLanguageTag(std::string_view text) {
  return !text.empty() && text.size() <= kLanguageTagBytesMax && IsAlpha(text.front()) &&
         std::ranges::all_of(text, [](char c) { return IsAlpha(c) || IsDigit(c) || c == '-'; });
}

}  // namespace dragoman::translate
