// What both directions of a server-to-server stream share: headers and stream errors. RFC 6120 §4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/xml/reader.h"

namespace dragoman::xmpp {

inline constexpr std::string_view kStreamNs = "http://etherx.jabber.org/streams";
inline constexpr std::string_view kTlsNs = "urn:ietf:params:xml:ns:xmpp-tls";
inline constexpr std::string_view kStreamEnd = "</stream:stream>";

// RFC 6120 §4.9.3, those that we send.
enum class StreamError : std::uint8_t {
  kBadFormat,
  kConnectionTimeout,
  kHostUnknown,
  kImproperAddressing,
  kInvalidFrom,
  kInvalidNamespace,
  kNotAuthorized,
  kNotWellFormed,
  kPolicyViolation,
  kReset,
  kResourceConstraint,
  kRestrictedXml,
  kSystemShutdown,
  kUndefinedCondition,
  kUnsupportedEncoding,
  kUnsupportedStanzaType,
  kUnsupportedVersion,
};
// What came in behind an element, in the same piece: text in clear behind <starttls/> or <proceed/>
// ends the stream (T-1).
enum class Behind : std::uint8_t { kNothing, kBytes };

std::string_view Name(StreamError error);
StreamError FromXml(xml::XmlError error);

// <stream:error>…</stream:error></stream:stream>; `text` is for people and names the reason code.
std::string PrintStreamError(StreamError error, std::string_view text);

// The opening tag. Empty id: an initiator's. Empty from or to: left out.
struct StreamHeader {
  std::string from, to, id;
  bool has_version = true;
};
std::string Print(const StreamHeader& header);

struct PeerHeader {
  std::string from, to, id, lang;  // as written
  bool has_version = false;
  bool good_namespace = false;
};
PeerHeader ReadHeader(const xml::Element& root);

}  // namespace dragoman::xmpp
