// The header names that this gateway reads or writes, their compact forms, and which stand alone.
// RFC 3261 §20 and the RFCs that add to it.
#pragma once

#include <cstdint>
#include <string_view>

namespace dragoman::sip {

enum class HeaderName : std::uint8_t {
  kOther,  // any other name; found by its text
  kAccept,
  kAcceptEncoding,
  kAcceptLanguage,
  kAllow,
  kAllowEvents,
  kCallId,
  kContact,
  kContentDisposition,
  kContentEncoding,
  kContentLanguage,
  kContentLength,
  kContentType,
  kCSeq,
  kDate,
  kEvent,
  kExpires,
  kFrom,
  kInReplyTo,
  kMaxForwards,
  kMinExpires,
  kMimeVersion,
  kProxyRequire,
  kRecordRoute,
  kRequire,
  kRetryAfter,
  kRoute,
  kServer,
  kSessionExpires,
  kSubject,
  kSubscriptionState,
  kSupported,
  kTo,
  kUnsupported,
  kUserAgent,
  kVia,
  kWarning,
};

// Case-insensitive; compact forms too ("v" is kVia).
HeaderName HeaderNameFrom(std::string_view text);

// "Call-ID"; empty for kOther.
std::string_view Text(HeaderName name);

// May it stand once only? (SIP-1, T-21)
bool IsSingle(HeaderName name);

}  // namespace dragoman::sip
