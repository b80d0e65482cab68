// Is it UTF-8, may it stand in XML 1.0, and what may a terminal make of it? RFC 3629; XML 1.0 §2.2;
// T-56.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dragoman {

// Shortest form, no surrogates, at most U+10FFFF.
bool IsUtf8(std::string_view text);

// `text` (valid UTF-8) with each character that XML 1.0 does not allow replaced by U+FFFD (IM-5,
// SEC-7).
std::string ReplaceNonXml(std::string_view text);

// The length of the character that `text` begins with; 0: it begins with none.
std::size_t CharacterAt(std::string_view text);

// Whether one character (not ASCII) is U+0080-9F, U+061C, U+200E-F, U+2028-E or U+2066-9: a
// control, or invisible and able to reorder or end a line.
bool IsTreacherous(std::string_view character);

// Adds one character; what is none (a surrogate, above U+10FFFF) becomes U+FFFD.
void AppendUtf8(std::string& out, std::uint32_t character);

}  // namespace dragoman
