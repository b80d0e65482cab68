// Whatever is read, the text can stand in XML; and a text written as RTF, each character as \u,
// reads back as it was.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/rtf/text.h"

using namespace dragoman;

namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

std::string AsRtf(std::string_view ascii) {
  std::string rtf = "{\\rtf1 ";
  for (const char c : ascii) {
    if (c == '\n') {
      rtf += "\\par\n";
    } else if (c == '\\' || c == '{' || c == '}') {
      rtf += {'\\', c};
    } else {
      rtf += "\\u" + std::to_string(static_cast<int>(c)) + "?";
    }
  }
  return rtf + "}";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto text = rtf::ToText(input)) {
    Check(IsUtf8(*text) && ReplaceNonXml(*text) == *text);
  }
  std::string ascii;
  for (const char c : input) {
    if ((c >= ' ' && c < 0x7F) || c == '\n') ascii += c;
  }
  Check(rtf::ToText(AsRtf(ascii)) == std::string(Trim(ascii)));
  return 0;
}
