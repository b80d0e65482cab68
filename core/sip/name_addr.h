// Who stands in From, To, Contact, Route: an optional display name, a URI, header parameters.
// RFC 3261 §20.10, §25.1 (name-addr, addr-spec).
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/sip/param.h"
#include "core/sip/uri.h"

namespace dragoman::sip {

struct NameAddr {
  std::string display;  // unquoted; empty if there was none
  std::string uri;      // byte for byte, without brackets
  Params params;        // of the header: tag, epid, …

  // `"Juliet"<sip:juliet@a.example>;tag=1` (no blank needed before '<'), `<sip:…>`, or a bare URI,
  // whose parameters are the header's. Checks the URI's text only for blanks, quotes and brackets:
  // ParseUri reads it. Errors: kBadUser for anything that is no name-addr.
  static Result<NameAddr, UriError> Parse(std::string_view text);

  Result<Uri, UriError> ParseUri() const { return Uri::Parse(uri); }
  std::string tag() const { return ParamValue(params, "tag"); }

  friend bool operator==(const NameAddr&, const NameAddr&) = default;
};

// `"Juliet" <sip:…>;tag=1`; the URI always in brackets.
std::string Print(const NameAddr& who);

}  // namespace dragoman::sip
