// Why something was refused. One stable code for each cause, the same in ms-diagnostics-public
// towards SIP, in the stanza error's text towards XMPP, in logs, metrics and `dragoman explain`.
// Names are a contract: add, never rename or reuse. What each becomes on the wire stands in
// core/translate/errors.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dragoman::policy {

// The value is the ErrorId of ms-diagnostics-public (applications own 61000-62999; ocs-dialect
// §2.5).
enum class Reason : std::uint16_t {
  kNone = 0,  // not refused

  // 610xx: routing and policy
  kDomainNotServed = 61001,       // addressed to a domain that no partner has
  kSenderNotAllowed = 61002,      // From a domain that this Edge may not speak for
  kPeerNotAuthorized = 61003,     // the certificate carries no name of an authorised peer
  kRemoteServerNotFound = 61010,  // the partner's domain does not resolve
  kItemNotFound = 61011,          // no such user, or an address that cannot be mapped
  kRecipientUnavailable = 61012,
  kForbidden = 61013,
  kRemoteServerTimeout = 61014,  // resolved, but no stream or connection could be made in time
  kRemoteUntrusted = 61015,      // dialback or certificate of the partner failed
  kTlsRequired = 61016,          // the partner offers no TLS and policy wants it
  kAddressMalformed = 61017,     // not a SIP URI or JID that can be mapped (ADDR)
  kMessageTooLarge = 61018,      // IM-10
  kSipRefused = 61019,           // the SIP peer's own refusal; Outcome.sip_status says which
  kUnsupportedMedia = 61020,     // 415, 488
  kUnsupportedRequest = 61021,   // a kind or method that is not carried
  kLoopDetected = 61022,
  kMalformed = 61023,             // breaks the grammar of its protocol
  kNoSuchDialog = 61030,          // 481
  kOutOfOrder = 61031,            // CSeq lower than one seen
  kContentBlocked = 61032,        // the SIP side's message filter (606 with Warning 309)
  kTooManyConversations = 61033,  // one sender opened more in a minute than it may (L-24)
  kEdgeUnreachable = 61034,       // no connection to the Edge that it has to go to: it was not sent
  kTooManySubscriptions = 61041,  // of one watcher, or of its partner (L-22)
  kTooManyPolls = 61042,          // of one domain in a minute (SUB-16)

  // 620xx: our own trouble
  kInternal = 62000,
  kOverloaded = 62001,
  kDeadline = 62002,          // no outcome in time, and no better cause known
  kStoreUnavailable = 62003,  // Redis does not answer: presence waits (ARCH-15)
  kShuttingDown = 62004,
  kUnsupported = 62005,     // a bus kind that this version does not know
  kNoFrontend = 62006,      // no live process could take it before the deadline
  kConnectionLost = 62007,  // the peer's connection ended with the request in flight
  kPoison = 62008,          // the processes that had it ended, one after the other
  kTakenOver = 62009,  // dropped here because another process was asked instead; never told a peer
};

// 620xx: what was asked was good, and may be the next time.
bool IsOurTrouble(Reason reason);

// "domain-not-served": the form in logs, metrics, stanza errors and `explain`.
std::string_view Name(Reason reason);

// For people: one sentence without a full stop, in English.
std::string_view Text(Reason reason);

// The other way round; nullopt for a name that is no reason of this version.
std::optional<Reason> ReasonFromName(std::string_view name);

// The code as an ErrorId, e.g. 61001. nullopt for a number that is no reason of this version.
std::optional<Reason> ReasonFromCode(std::uint32_t code);

}  // namespace dragoman::policy
