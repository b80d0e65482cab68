#include "core/policy/reason.h"

#include <array>

namespace dragoman::policy {
namespace {

struct Row {
  Reason reason;
  std::string_view name;
  std::string_view text;
};

constexpr auto kReasons = std::to_array<Row>({
    {Reason::kNone, "none", "Accepted"},
    {Reason::kDomainNotServed, "domain-not-served", "The domain is not served by this gateway"},
    {Reason::kSenderNotAllowed, "sender-not-allowed",
     "The sender's domain is not allowed from this peer"},
    {Reason::kPeerNotAuthorized, "peer-not-authorized",
     "The peer's certificate carries no authorised name"},
    {Reason::kRemoteServerNotFound, "remote-server-not-found",
     "The domain of the recipient does not resolve"},
    {Reason::kItemNotFound, "item-not-found", "No such user"},
    {Reason::kRecipientUnavailable, "recipient-unavailable", "The recipient cannot be reached now"},
    {Reason::kForbidden, "forbidden", "The recipient's side does not allow it"},
    {Reason::kRemoteServerTimeout, "remote-server-timeout",
     "The recipient's server could not be reached in time"},
    {Reason::kRemoteUntrusted, "remote-untrusted",
     "The recipient's server could not prove its domain"},
    {Reason::kTlsRequired, "tls-required", "The recipient's server offers no TLS"},
    {Reason::kAddressMalformed, "address-malformed", "The address has no form on the other side"},
    {Reason::kMessageTooLarge, "message-too-large", "The message is too large for the other side"},
    {Reason::kSipRefused, "sip-refused", "The SIP side refused the request"},
    {Reason::kUnsupportedMedia, "unsupported-media", "Only text can be carried"},
    {Reason::kUnsupportedRequest, "unsupported-request", "This kind of request cannot be carried"},
    {Reason::kLoopDetected, "loop-detected", "The request came back to this gateway"},
    {Reason::kMalformed, "malformed", "The request breaks the rules of its protocol"},
    {Reason::kNoSuchDialog, "no-such-dialog", "The dialog is not known here"},
    {Reason::kOutOfOrder, "out-of-order", "The request is older than one that was seen"},
    {Reason::kContentBlocked, "content-blocked", "The SIP side's filter refused the text"},
    {Reason::kTooManyConversations, "too-many-conversations",
     "The sender opened too many conversations in a minute"},
    {Reason::kEdgeUnreachable, "edge-unreachable", "The Edge Server could not be reached"},
    {Reason::kTooManySubscriptions, "too-many-subscriptions",
     "The watcher or its server has as many subscriptions as it may have"},
    {Reason::kTooManyPolls, "too-many-polls", "The watcher's server polls too often"},
    {Reason::kInternal, "internal", "The gateway failed"},
    {Reason::kOverloaded, "overloaded", "The gateway is busy; try again"},
    {Reason::kDeadline, "deadline", "No answer came in time"},
    {Reason::kStoreUnavailable, "store-unavailable",
     "The gateway's store does not answer; try again"},
    {Reason::kShuttingDown, "shutting-down", "The gateway is shutting down; try again"},
    {Reason::kUnsupported, "unsupported", "The gateway does not know this kind of message"},
    {Reason::kNoFrontend, "no-frontend", "No process of the gateway could take the request"},
    {Reason::kConnectionLost, "connection-lost", "The connection ended before the answer came"},
    {Reason::kPoison, "poison", "The processes that handled the request ended"},
    {Reason::kTakenOver, "taken-over", "Another process of the gateway handles the request"},
});

const Row* Find(std::uint32_t code) {
  for (const Row& row : kReasons) {
    if (static_cast<std::uint32_t>(row.reason) == code) return &row;
  }
  return nullptr;
}

}  // namespace

bool IsOurTrouble(Reason reason) { return reason >= Reason::kInternal; }

std::string_view Name(Reason reason) {
  const Row* row = Find(static_cast<std::uint32_t>(reason));
  return row != nullptr ? row->name : "unknown";
}

std::string_view Text(Reason reason) {
  const Row* row = Find(static_cast<std::uint32_t>(reason));
  return row != nullptr ? row->text : "Unknown reason";
}

std::optional<Reason> ReasonFromName(std::string_view name) {
  for (const Row& row : kReasons) {
    if (row.name == name) return row.reason;
  }
  return std::nullopt;
}

std::optional<Reason> ReasonFromCode(std::uint32_t code) {
  const Row* row = Find(code);
  return row != nullptr ? std::optional(row->reason) : std::nullopt;
}

}  // namespace dragoman::policy
