#include "core/sip/transfer_encoding.h"

#include "core/base/ascii.h"
#include "core/base/digest.h"

namespace dragoman::sip {
namespace {

// RFC 2045 §6.7: blanks at the end of a line were added on the way; "=" at it joins two lines.
std::optional<std::string> DecodeQuotedPrintable(std::string_view content) {
  std::string out;
  out.reserve(content.size());
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    std::string_view line = content.substr(0, end);
    const bool more = end != std::string_view::npos;
    content = more ? content.substr(end + 1) : std::string_view();
    const bool crlf = more && line.ends_with('\r');
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
      line.remove_suffix(1);
    }
    const bool joined = line.ends_with('=');
    if (joined) line.remove_suffix(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] != '=') {
        out += line[i];
        continue;
      }
      const int high = i + 2 < line.size() ? HexDigitValue(line[i + 1]) : -1;
      const int low = i + 2 < line.size() ? HexDigitValue(line[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (more && !joined) out += crlf ? "\r\n" : "\n";
  }
  return out;
}

// RFC 2045 §6.8: line ends inside are none of the content.
std::optional<std::string> DecodeBase64(std::string_view content) {
  std::string packed;
  packed.reserve(content.size());
  for (const char c : content) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') packed += c;
  }
  return Base64Decode(packed);
}

}  // namespace

std::optional<std::string> DecodeTransfer(std::string_view encoding, std::string_view content) {
  if (encoding.empty()) return std::string(content);
  for (const std::string_view plain : {"7bit", "8bit", "binary"}) {
    if (EqualsIgnoreCase(encoding, plain)) return std::string(content);
  }
  if (EqualsIgnoreCase(encoding, "quoted-printable")) return DecodeQuotedPrintable(content);
  if (EqualsIgnoreCase(encoding, "base64")) return DecodeBase64(content);
  return std::nullopt;
}

}  // namespace dragoman::sip
