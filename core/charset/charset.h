// Text in one of the charsets that Microsoft and Internet messages name, as UTF-8. IM-17, SIP-25.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace dragoman::charset {

enum class CharsetError : std::uint8_t {
  kUnknown,    // not a charset that is taken
  kMalformed,  // the bytes are not valid in it
};

// utf-8, us-ascii, iso-8859-1 and windows-1250 to 1258, names in any case.
Result<std::string, CharsetError> ToUtf8(std::string_view bytes, std::string_view charset);

// The same for a code page of Windows (also 874, 932, 936, 949, 950), where what is malformed, not
// allowed in XML, or of an unknown code page becomes U+FFFD.
std::string FromCodePage(std::string_view bytes, std::uint32_t code_page);

}  // namespace dragoman::charset
