#include "core/ocs/text_format.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/digest.h"
#include "core/base/utf8.h"
#include "core/sip/uri.h"

namespace dragoman::ocs {
namespace {

constexpr std::string_view kHeader = "X-MMS-IM-Format:";

// Nothing but the basic plane is ever written; a surrogate becomes U+FFFD.
std::optional<std::string> FromUtf16Le(std::string_view bytes) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto low = static_cast<unsigned char>(bytes[i]);
    const auto high = static_cast<unsigned char>(bytes[i + 1]);
    AppendUtf8(text, static_cast<std::uint32_t>(high << 8 | low));
  }
  return text;
}

std::optional<std::string> ColourOf(std::string_view bgr) {
  const bool hexadecimal = std::ranges::all_of(bgr, [](char c) { return HexDigitValue(c) >= 0; });
  if (bgr.empty() || bgr.size() > 6 || !hexadecimal) return std::nullopt;
  const std::string full = std::string(6 - bgr.size(), '0') + LowerCase(bgr);
  return full.substr(4, 2) + full.substr(2, 2) + full.substr(0, 2);
}

void Set(std::string_view key, std::string_view value, TextFormat& format) {
  if (key == "FN") {
    format.font = sip::PercentDecode(value).value_or("");
  } else if (key == "EF") {
    format.bold = value.find('B') != std::string_view::npos;
    format.italic = value.find('I') != std::string_view::npos;
    format.underlined = value.find('U') != std::string_view::npos;
    format.struck = value.find('S') != std::string_view::npos;
  } else if (key == "CO") {
    format.colour = ColourOf(value).value_or(format.colour);
  }
}

}  // namespace

std::string TextFormat::Style() const {
  std::string style;
  if (bold) style += "font-weight: bold; ";
  if (italic) style += "font-style: italic; ";
  if (underlined || struck) {
    style += std::string("text-decoration:") + (underlined ? " underline" : "") +
             (struck ? " line-through" : "") + "; ";
  }
  if (colour != "000000") style += "color: #" + colour + "; ";
  if (style.empty()) return style;
  if (!font.empty()) style += "font-family: " + font + "; ";
  return style.substr(0, style.size() - 2);
}

std::optional<TextFormat> ParseTextFormat(std::string_view msgr) {
  std::string padded(msgr.substr(0, msgr.find('=')));
  padded.append((4 - padded.size() % 4) % 4, '=');
  const auto bytes = Base64Decode(padded);
  const auto text = bytes ? FromUtf16Le(*bytes) : std::nullopt;
  if (!text || !text->starts_with(kHeader)) return std::nullopt;
  TextFormat format;
  std::string_view rest = std::string_view(*text).substr(kHeader.size());
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = Trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) {
      Set(pair.substr(0, equals), pair.substr(equals + 1), format);
    }
  }
  return format;
}

}  // namespace dragoman::ocs
