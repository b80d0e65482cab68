// What all stanzas share: their namespaces, their errors, their answers. RFC 6120 §8; XST-8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/xml/element.h"

namespace dragoman::xmpp {

inline constexpr std::string_view kServerNs = "jabber:server";
inline constexpr std::string_view kStanzasNs = "urn:ietf:params:xml:ns:xmpp-stanzas";
inline constexpr std::string_view kChatStatesNs = "http://jabber.org/protocol/chatstates";
inline constexpr std::string_view kReceiptsNs = "urn:xmpp:receipts";
inline constexpr std::string_view kDelayNs = "urn:xmpp:delay";
inline constexpr std::string_view kIdleNs = "urn:xmpp:idle:1";  // XEP-0319
inline constexpr std::string_view kXhtmlImNs = "http://jabber.org/protocol/xhtml-im";
inline constexpr std::string_view kNickNs = "http://jabber.org/protocol/nick";

enum class ErrorType : std::uint8_t { kAuth, kCancel, kContinue, kModify, kWait };

// RFC 6120 §8.3.3.
enum class Condition : std::uint8_t {
  kBadRequest,
  kConflict,
  kFeatureNotImplemented,
  kForbidden,
  kGone,
  kInternalServerError,
  kItemNotFound,
  kJidMalformed,
  kNotAcceptable,
  kNotAllowed,
  kNotAuthorized,
  kPolicyViolation,
  kRecipientUnavailable,
  kRedirect,
  kRegistrationRequired,
  kRemoteServerNotFound,
  kRemoteServerTimeout,
  kResourceConstraint,
  kServiceUnavailable,
  kSubscriptionRequired,
  kUndefinedCondition,
  kUnexpectedRequest,
};

std::string_view Name(Condition condition);          // "bad-request"
std::string_view Name(ErrorType type);               // "modify"
Condition ConditionFromName(std::string_view name);  // unknown ones count as kUndefinedCondition

struct StanzaError {
  ErrorType type = ErrorType::kCancel;
  Condition condition = Condition::kUndefinedCondition;
  std::string text;     // English, for people; may be empty
  std::string address;  // of kGone and kRedirect: a URI
  friend bool operator==(const StanzaError&, const StanzaError&) = default;
};

// The <error/> of a stanza of type error; nullopt if it has none.
std::optional<StanzaError> ErrorOf(const xml::Element& stanza);

// The error that answers `stanza`: addresses swapped, same id, no payload. Never call it for a
// stanza of type error.
xml::Element ErrorReply(const xml::Element& stanza, const StanzaError& error);

// A stanza without content: <name from to id type/>. Empty id or type are left out.
xml::Element MakeStanza(std::string_view name, std::string_view from, std::string_view to,
                        std::string_view id, std::string_view type);

bool IsStanza(const xml::Element& element);  // message, presence or iq of jabber:server

}  // namespace dragoman::xmpp
