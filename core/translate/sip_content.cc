#include "core/translate/sip_content.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/sip/iscomposing.h"
#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

std::string CharsetOf(std::string_view content_type) {
  const auto parameters = sip::ParseParameters(content_type);
  const sip::Parameter* charset = sip::FindParameter(parameters, "charset");
  if (charset == nullptr) return "utf-8";  // SIP-25
  std::string_view value = charset->value;
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
    value = value.substr(1, value.size() - 2);
  }
  return LowerCase(value);
}

std::string FromLatin1(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

SipContent Decode(std::string_view body, std::string_view charset) {
  if (charset == "iso-8859-1") return PlainText{XmlText(FromLatin1(body))};
  if (charset == "us-ascii") {
    const bool ascii =
        std::ranges::all_of(body, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) return NoContent::kMalformed;
  } else if (charset != "utf-8") {
    return NoContent::kUnsupported;
  }
  if (!IsUtf8(body)) return NoContent::kMalformed;
  return PlainText{XmlText(body)};
}

}  // namespace

SipContent ContentOf(const sip::Message& message) {
  if (message.body().empty()) return PlainText{};
  const std::string_view encoding = message.Get("Content-Encoding");
  if (!encoding.empty() && !EqualsIgnoreCase(encoding, "identity")) return NoContent::kUnsupported;
  const std::string_view content_type = message.Get("Content-Type");
  const std::string type = sip::MediaType(content_type);
  if (type == sip::kIsComposingType) {
    const std::optional<sip::IsComposing> state = sip::ParseIsComposing(message.body());
    if (!state) return NoContent::kMalformed;
    return Typing{state->active, state->refresh};
  }
  if (type != "text/plain") return NoContent::kUnsupported;
  return Decode(message.body(), CharsetOf(content_type));
}

}  // namespace dragoman::translate
