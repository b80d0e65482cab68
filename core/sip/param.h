// Parameters behind a URI or a header value: ";name", ";name=value", in order and byte for byte.
// RFC 3261 §25.1 (generic-param, uri-parameter).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::sip {

struct Param {
  std::string name;                  // as it stood; compared case-insensitively
  std::optional<std::string> value;  // as it stood, quotes included; nullopt without '='
  friend bool operator==(const Param&, const Param&) = default;
};

using Params = std::vector<Param>;

// The first parameter of that name; nullptr if there is none.
const Param* FindParam(const Params& params, std::string_view name);

// Its value without quotes and backslashes; empty if there is none (or no value).
std::string ParamValue(const Params& params, std::string_view name);

// ";a=1;b": what stands behind the URI of a header value, or between host and '?'. Blanks around
// ';' and '=' are allowed and dropped. nullopt if it is none: an empty name, an unterminated quote.
std::optional<Params> ParseParams(std::string_view text);

std::string Print(const Params& params);

// "a \"b\"" -> a "b"; text without quotes as it is. And back: always with quotes; control
// characters become spaces.
std::string Unquote(std::string_view text);
std::string Quote(std::string_view text);

}  // namespace dragoman::sip
