// JID escaping: characters that a user name may hold and a localpart may not. XEP-0106; ADDR-8..12.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::translate {

// `text` with space " & ' / : < > @ as \20 … \40 (lower-case hexadecimal), and a backslash that
// stands before one of these as \5c. nullopt if the result would begin or end with \20 (ADDR-10).
std::optional<std::string> EscapeLocalpart(std::string_view text);

// Undoes exactly those ten; every other backslash is itself (ADDR-11).
std::string UnescapeLocalpart(std::string_view localpart);

}  // namespace dragoman::translate
