// Failures across the border: the error tables of RFC 7247 §7 and what each reason code becomes on
// either wire. ERR-1..8; the tables stand in docs/mapping.md in words.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/envelope/payload.h"
#include "core/policy/reason.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {

// What one failure is on the XMPP side.
struct XmppError {
  xmpp::Condition condition = xmpp::Condition::kUndefinedCondition;
  xmpp::ErrorType type = xmpp::ErrorType::kCancel;
  friend bool operator==(const XmppError&, const XmppError&) = default;
};

// XMPP condition -> SIP status. Which of the two depends on whether the error came from a full or a
// bare JID.
struct ConditionRow {
  xmpp::Condition condition;
  std::uint16_t full;
  std::uint16_t bare;
};
std::span<const ConditionRow> ConditionRows();

// The error a peer's stanza carries, as the SIP side is told.
struct StanzaFailure {
  xmpp::Condition condition = xmpp::Condition::kUndefinedCondition;
  xmpp::ErrorType type = xmpp::ErrorType::kCancel;
  bool from_full_jid = false;
  bool invite = false;  // RFC 4320 forbids 408 for everything else (DEC-9)
};
std::uint16_t SipStatusOf(const StanzaFailure& failure);

// SIP status -> XMPP. Codes that are not listed take the row of their class (ERR-1).
struct StatusRow {
  std::uint16_t status;
  XmppError error;
};
std::span<const StatusRow> StatusRows();
XmppError XmppErrorOf(std::uint16_t status);  // 300 to 699

// Reason code -> both wires.
struct ReasonRow {
  policy::Reason reason;
  std::uint16_t status;
  XmppError error;
  std::uint32_t retry_after;  // seconds to tell if the outcome says none; 0: nothing is told
};
std::span<const ReasonRow> ReasonRows();
const ReasonRow& RowOf(policy::Reason reason);  // an unknown reason has the row of kInternal

// The reason that stands for the error stanza by which a partner's server refused a subscription
// (requirements §8.3). A SIP peer's refusal is always kSipRefused with Outcome.sip_status.
policy::Reason ReasonOf(xmpp::Condition condition);

// A failed outcome as XMPP tells it: the SIP peer's own status counts before the reason's row.
XmppError XmppErrorOf(const envelope::Outcome& outcome);

// The status a SIP peer is told for a failed outcome of its request.
enum class RequestKind : std::uint8_t { kInvite, kOther };
std::uint16_t SipStatusOf(const envelope::Outcome& outcome, RequestKind kind);

}  // namespace dragoman::translate
