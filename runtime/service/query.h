// The query of a URL: "watcher=romeo%40a.example&limit=10". RFC 3986 §3.4; HTML's form encoding.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::runtime {

// Names and values decoded ('+' is a space); of a name said twice the last counts. nullopt: a '%'
// without two hexadecimal digits.
std::optional<std::map<std::string, std::string>> ParseQuery(std::string_view text);

}  // namespace dragoman::runtime
