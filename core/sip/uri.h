// SIP URIs as values: split before any decoding, printed in one form. RFC 3261 §19.1, §25.1;
// ADDR-1..6, 16, 20, 21, 26.
//
// A value is for reading and comparing. What must return to its sender byte for byte (Contact,
// Route) is kept as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sip/param.h"

namespace dragoman::sip {

enum class UriError : std::uint8_t {
  kBadScheme,  // no scheme
  kBadUser,    // empty, or characters that must be escaped
  kBadEscape,  // '%' without two hexadecimal digits (ADDR-5)
  kBadText,    // decoded: not UTF-8, or a control character (ADDR-6)
  kBadHost,    // no host name or address; percent-escapes (ADDR-16)
  kBadPort,
  kBadParams,
};

enum class Scheme : std::uint8_t { kSip, kSips, kIm, kPres, kOther };

struct Uri {
  Scheme scheme = Scheme::kSip;
  std::string user;  // decoded once, UTF-8, without password; parameters before '@' belong to it
  std::string host;  // lower case; an IPv6 literal keeps its brackets. Empty only for kOther
  std::uint16_t port = 0;  // 0: none was given
  Params params;
  std::string opaque;  // kOther only: the whole text

  // What follows '?' is dropped (ADDR-3).
  static Result<Uri, UriError> Parse(std::string_view text);

  // `gr`: nullopt if there is none, empty if it has no value (temporary GRUU, ADDR-20); else
  // decoded once. An undecodable value counts as none (ADDR-19).
  std::optional<std::string> gr() const;

  friend bool operator==(const Uri&, const Uri&) = default;
};

// Escapes in the user part are upper-case hexadecimal.
std::string Print(const Uri& uri);

// RFC 3261 §19.1.4 (ADDR-26); compares values, so `%41` and `A` are the same user.
bool Equivalent(const Uri& a, const Uri& b);

// `text` with everything that a user part (or the value of `gr`) cannot hold as it is as %HH.
std::string EscapeUser(std::string_view text);
std::string EscapeParamValue(std::string_view text);  // ADDR-18

// %HH decoded once; nullopt for a '%' without two hexadecimal digits.
std::optional<std::string> PercentDecode(std::string_view text);

}  // namespace dragoman::sip
