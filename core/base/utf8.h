// Is it UTF-8, and may it stand in XML 1.0? RFC 3629; XML 1.0 §2.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dragoman {

// Shortest form, no surrogates, at most U+10FFFF.
bool IsUtf8(std::string_view text);

// `text` (valid UTF-8) with each character that XML 1.0 does not allow replaced by U+FFFD (IM-5,
// SEC-7).
std::string ReplaceNonXml(std::string_view text);

// Adds one character; what is none (a surrogate, above U+10FFFF) becomes U+FFFD.
void AppendUtf8(std::string& out, std::uint32_t character);

}  // namespace dragoman
