// SIP URIs and the addresses that hold them. RFC 3261 §19.1, §20.10, §25.1; ADDR-1..6, ADDR-26.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace dragoman::sip {

enum class UriError : std::uint8_t {
  kScheme,     // not sip, sips, im or pres (416)
  kBadEscape,  // '%' without two hexadecimal digits
  kBadText,    // not UTF-8 once decoded, or a control character
  kBadHost,
  kBadPort,
  kMalformed,
};

struct Parameter {
  std::string name;   // as written
  std::string value;  // as written; has_value tells ";gr" from ";gr="
  bool has_value = false;
  friend bool operator==(const Parameter&, const Parameter&) = default;
};
// The first parameter of that name (case-insensitive); nullptr if there is none.
const Parameter* FindParameter(const std::vector<Parameter>& parameters, std::string_view name);

struct Uri {
  std::string scheme = "sip";         // lower case
  std::string user;                   // decoded UTF-8, without password; empty: none
  std::string host;                   // lower case; IPv6 in brackets
  std::uint16_t port = 0;             // 0: not written
  std::vector<Parameter> parameters;  // in order, as written

  // Split on the raw text before decoding (ADDR-1). A password and headers are dropped (ADDR-2).
  static Result<Uri, UriError> Parse(std::string_view text);
  std::string ToString() const;  // escapes in upper-case hexadecimal
  friend bool operator==(const Uri&, const Uri&) = default;
};

// Decodes every %HH once. Errors: kBadEscape, kBadText.
Result<std::string, UriError> PercentDecode(std::string_view text);
// Encodes each byte that `raw` does not allow.
std::string PercentEncode(std::string_view text, bool (*raw)(char));
bool IsUserRaw(char c);       // may stand unescaped in a user part
bool IsParameterRaw(char c);  // may stand unescaped in a URI parameter

// name-addr or addr-spec with header parameters: From, To, Contact, Route, Record-Route.
struct NameAddr {
  std::string display;                // without quotes
  std::string uri;                    // byte for byte: routes and GRUUs are never rebuilt
  std::vector<Parameter> parameters;  // header parameters: tag, epid, …

  static Result<NameAddr, UriError> Parse(std::string_view text);
  std::string ToString() const;
  std::string_view tag() const;
  friend bool operator==(const NameAddr&, const NameAddr&) = default;
};

// `value` cut at each comma outside quotes and angle brackets, trimmed, byte for byte.
std::vector<std::string_view> SplitList(std::string_view value);

// The parameters behind the first ';' of `text`, quotes kept.
std::vector<Parameter> ParseParameters(std::string_view text);

// "text" with backslash and quote escaped; control characters become spaces (T-23).
std::string Quote(std::string_view text);

}  // namespace dragoman::sip
