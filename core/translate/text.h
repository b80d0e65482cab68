// Text that crosses: what a single-line header, a language tag and an XML text can carry. IM-4,
// IM-5, SEC-7.
#pragma once

#include <string>
#include <string_view>

namespace dragoman::translate {

// `text` (UTF-8) fit for one header line: CR, LF and TAB become one space each, other control
// characters go.
std::string SingleLine(std::string_view text);

// CRLF and CR become LF; what XML 1.0 forbids becomes U+FFFD.
std::string XmlText(std::string_view text);

// A BCP 47 tag by its characters: letters, digits and '-', at most 35 bytes.
bool IsLanguageTag(std::string_view text);

}  // namespace dragoman::translate
