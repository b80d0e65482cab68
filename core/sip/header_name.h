// The header names that this gateway, or the way of a message through it, knows. RFC 3261 §7.3.1,
// §7.3.3 (compact forms), §20; SIP-2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dragoman::sip {

enum class HeaderName : std::uint8_t {
  kOther,  // any name that is not below
  kAccept,
  kAcceptContact,
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
  kMaxForwards,
  kMimeVersion,
  kMinExpires,
  kMinSe,
  kMsDiagnosticsPublic,
  kPAssertedIdentity,
  kProxyRequire,
  kRecordRoute,
  kReferredBy,
  kReferTo,
  kReplaces,
  kReplyTo,
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
inline constexpr std::size_t kHeaderNames = static_cast<std::size_t>(HeaderName::kWarning) + 1;

// Of a token, in any case, long or compact; kOther if it is none of them.
HeaderName HeaderNameOf(std::string_view text);
std::string_view Text(HeaderName name);  // the long form; empty for kOther

}  // namespace dragoman::sip
