#include "core/translate/errors.h"

#include <algorithm>
#include <array>

namespace dragoman::translate {
namespace {

using policy::Reason;
using xmpp::Condition;
using xmpp::ErrorType;

struct StatusRow {
  std::uint16_t status;
  XmppError error;
};

// RFC 7247 Table 3 with the types of requirements §18.2. A code that is not listed takes the row of
// its class's x00.
constexpr auto kStatuses = std::to_array<StatusRow>({
    {300, {Condition::kRedirect, ErrorType::kModify}},
    // It would be `gone` with the new address, which an Outcome does not carry (ERR-2).
    {301, {Condition::kItemNotFound, ErrorType::kCancel}},
    {302, {Condition::kRedirect, ErrorType::kModify}},
    {305, {Condition::kRedirect, ErrorType::kModify}},
    {380, {Condition::kNotAcceptable, ErrorType::kModify}},
    {400, {Condition::kBadRequest, ErrorType::kModify}},
    {401, {Condition::kNotAuthorized, ErrorType::kAuth}},
    {402, {Condition::kBadRequest, ErrorType::kModify}},
    {403, {Condition::kForbidden, ErrorType::kAuth}},
    {404, {Condition::kItemNotFound, ErrorType::kCancel}},
    {405, {Condition::kFeatureNotImplemented, ErrorType::kCancel}},
    {406, {Condition::kNotAcceptable, ErrorType::kModify}},
    {407, {Condition::kRegistrationRequired, ErrorType::kAuth}},
    {408, {Condition::kRemoteServerTimeout, ErrorType::kWait}},
    {410, {Condition::kGone, ErrorType::kCancel}},
    {413, {Condition::kPolicyViolation, ErrorType::kModify}},
    {414, {Condition::kPolicyViolation, ErrorType::kModify}},
    {415, {Condition::kNotAcceptable, ErrorType::kModify}},
    {416, {Condition::kNotAcceptable, ErrorType::kModify}},
    {420, {Condition::kFeatureNotImplemented, ErrorType::kCancel}},
    {421, {Condition::kNotAcceptable, ErrorType::kModify}},
    {423, {Condition::kResourceConstraint, ErrorType::kWait}},
    {430, {Condition::kRecipientUnavailable, ErrorType::kWait}},
    {439, {Condition::kFeatureNotImplemented, ErrorType::kCancel}},
    {440, {Condition::kPolicyViolation, ErrorType::kModify}},
    {480, {Condition::kRecipientUnavailable, ErrorType::kWait}},
    {481, {Condition::kItemNotFound, ErrorType::kCancel}},
    {482, {Condition::kNotAcceptable, ErrorType::kModify}},
    {483, {Condition::kNotAcceptable, ErrorType::kModify}},
    {484, {Condition::kItemNotFound, ErrorType::kCancel}},
    {485, {Condition::kItemNotFound, ErrorType::kCancel}},
    {486, {Condition::kRecipientUnavailable, ErrorType::kWait}},
    {487, {Condition::kRecipientUnavailable, ErrorType::kWait}},
    {488, {Condition::kNotAcceptable, ErrorType::kModify}},
    {489, {Condition::kPolicyViolation, ErrorType::kModify}},
    {491, {Condition::kUnexpectedRequest, ErrorType::kWait}},
    {493, {Condition::kBadRequest, ErrorType::kModify}},
    {500, {Condition::kInternalServerError, ErrorType::kCancel}},
    {501, {Condition::kFeatureNotImplemented, ErrorType::kCancel}},
    {502, {Condition::kRemoteServerNotFound, ErrorType::kCancel}},
    {503, {Condition::kInternalServerError, ErrorType::kCancel}},
    {504, {Condition::kRemoteServerTimeout, ErrorType::kWait}},
    {505, {Condition::kNotAcceptable, ErrorType::kModify}},
    {513, {Condition::kPolicyViolation, ErrorType::kModify}},
    {600, {Condition::kRecipientUnavailable, ErrorType::kWait}},
    {603, {Condition::kRecipientUnavailable, ErrorType::kWait}},
    {604, {Condition::kItemNotFound, ErrorType::kCancel}},
    {606, {Condition::kNotAcceptable, ErrorType::kModify}},
});

// Never 503, which would condemn the whole gateway (ARCH-15).
constexpr auto kReasons = std::to_array<ReasonRow>({
    {Reason::kDomainNotServed, 404, {Condition::kRemoteServerNotFound, ErrorType::kCancel}, 0},
    {Reason::kSenderNotAllowed, 403, {Condition::kForbidden, ErrorType::kAuth}, 0},
    {Reason::kPeerNotAuthorized, 403, {Condition::kNotAuthorized, ErrorType::kAuth}, 0},
    {Reason::kRemoteServerNotFound, 404, {Condition::kRemoteServerNotFound, ErrorType::kCancel}, 0},
    {Reason::kItemNotFound, 404, {Condition::kItemNotFound, ErrorType::kCancel}, 0},
    {Reason::kRecipientUnavailable, 480, {Condition::kRecipientUnavailable, ErrorType::kWait}, 0},
    {Reason::kForbidden, 403, {Condition::kForbidden, ErrorType::kAuth}, 0},
    {Reason::kRemoteServerTimeout, 504, {Condition::kRemoteServerTimeout, ErrorType::kWait}, 0},
    {Reason::kRemoteUntrusted, 504, {Condition::kRemoteServerNotFound, ErrorType::kCancel}, 0},
    {Reason::kTlsRequired, 504, {Condition::kRemoteServerNotFound, ErrorType::kCancel}, 0},
    {Reason::kAddressMalformed, 400, {Condition::kJidMalformed, ErrorType::kModify}, 0},
    {Reason::kMessageTooLarge, 513, {Condition::kPolicyViolation, ErrorType::kModify}, 0},
    {Reason::kSipRefused, 480, {Condition::kRecipientUnavailable, ErrorType::kWait}, 0},
    {Reason::kUnsupportedMedia, 415, {Condition::kNotAcceptable, ErrorType::kModify}, 0},
    {Reason::kUnsupportedRequest, 405, {Condition::kFeatureNotImplemented, ErrorType::kCancel}, 0},
    {Reason::kLoopDetected, 482, {Condition::kNotAcceptable, ErrorType::kModify}, 0},
    {Reason::kMalformed, 400, {Condition::kBadRequest, ErrorType::kModify}, 0},
    {Reason::kNoSuchDialog, 481, {Condition::kItemNotFound, ErrorType::kCancel}, 0},
    {Reason::kOutOfOrder, 500, {Condition::kUnexpectedRequest, ErrorType::kWait}, 0},
    {Reason::kContentBlocked, 403, {Condition::kPolicyViolation, ErrorType::kModify}, 0},
    {Reason::kTooManyConversations, 500, {Condition::kPolicyViolation, ErrorType::kWait}, 60},
    {Reason::kEdgeUnreachable, 504, {Condition::kRemoteServerTimeout, ErrorType::kWait}, 0},
    {Reason::kTooManySubscriptions, 403, {Condition::kPolicyViolation, ErrorType::kWait}, 0},
    {Reason::kTooManyPolls, 500, {Condition::kPolicyViolation, ErrorType::kWait}, 60},
    {Reason::kInternal, 500, {Condition::kInternalServerError, ErrorType::kCancel}, 0},
    {Reason::kOverloaded, 500, {Condition::kResourceConstraint, ErrorType::kWait}, 10},
    {Reason::kDeadline, 504, {Condition::kRemoteServerTimeout, ErrorType::kWait}, 0},
    {Reason::kStoreUnavailable, 500, {Condition::kResourceConstraint, ErrorType::kWait}, 10},
    {Reason::kShuttingDown, 500, {Condition::kResourceConstraint, ErrorType::kWait}, 5},
    {Reason::kUnsupported, 501, {Condition::kFeatureNotImplemented, ErrorType::kCancel}, 0},
    {Reason::kNoFrontend, 500, {Condition::kResourceConstraint, ErrorType::kWait}, 5},
    {Reason::kConnectionLost, 504, {Condition::kRemoteServerTimeout, ErrorType::kWait}, 0},
    {Reason::kPoison, 500, {Condition::kInternalServerError, ErrorType::kCancel}, 0},
    {Reason::kTakenOver, 500, {Condition::kResourceConstraint, ErrorType::kWait}, 1},
});

}  // namespace

std::span<const ReasonRow> ReasonRows() { return kReasons; }

XmppError XmppErrorOf(std::uint16_t status) {
  const auto row = std::ranges::find(kStatuses, status, &StatusRow::status);
  if (row != kStatuses.end()) return row->error;
  const auto of_class = static_cast<std::uint16_t>(status / 100 * 100);  // SIP-14: as the x00
  const auto class_row = std::ranges::find(kStatuses, of_class, &StatusRow::status);
  if (class_row != kStatuses.end()) return class_row->error;
  return {Condition::kUndefinedCondition, ErrorType::kCancel};
}

const ReasonRow& RowOf(Reason reason) {
  const auto row = std::ranges::find(kReasons, reason, &ReasonRow::reason);
  return row != kReasons.end()
             ? *row
             : *std::ranges::find(kReasons, Reason::kInternal, &ReasonRow::reason);
}

Reason ReasonOf(Condition condition) {
  switch (condition) {
    case Condition::kGone:
    case Condition::kItemNotFound:
    case Condition::kJidMalformed:
      return Reason::kItemNotFound;
    case Condition::kRemoteServerNotFound:
      return Reason::kRemoteServerNotFound;
    case Condition::kForbidden:
    case Condition::kNotAllowed:
    case Condition::kNotAuthorized:
    case Condition::kPolicyViolation:
    case Condition::kRegistrationRequired:
    case Condition::kSubscriptionRequired:
      return Reason::kForbidden;
    case Condition::kFeatureNotImplemented:
    case Condition::kServiceUnavailable:
      return Reason::kUnsupportedRequest;
    case Condition::kNotAcceptable:
      return Reason::kUnsupportedMedia;
    case Condition::kRemoteServerTimeout:
      return Reason::kRemoteServerTimeout;
    case Condition::kResourceConstraint:
      return Reason::kOverloaded;
    case Condition::kBadRequest:
    case Condition::kConflict:
    case Condition::kInternalServerError:
    case Condition::kRecipientUnavailable:
    case Condition::kRedirect:
    case Condition::kUndefinedCondition:
    case Condition::kUnexpectedRequest:
      return Reason::kRecipientUnavailable;
  }
  return Reason::kRecipientUnavailable;
}

XmppError XmppErrorOf(const envelope::Outcome& outcome) {
  if (outcome.reason != Reason::kSipRefused) return RowOf(outcome.reason).error;
  if (outcome.sip_status >= 300) return XmppErrorOf(outcome.sip_status);
  return RowOf(outcome.reason).error;
}

std::uint16_t SipStatusOf(const envelope::Outcome& outcome, RequestKind kind) {
  const bool invite = kind == RequestKind::kInvite;
  if (outcome.reason == Reason::kUnsupportedMedia && invite) return 488;
  if (outcome.reason == Reason::kDeadline && invite) return 408;
  return RowOf(outcome.reason).status;
}

}  // namespace dragoman::translate
