// Failures across the border: the error tables of RFC 7247 §7 and what each reason code becomes on
// either wire. ERR-1..8; the tables stand in docs/mapping.md in words. An XMPP condition becomes a
// reason, never a status: what it is about was answered by then (IM-14), or is a subscription,
// which has words of its own (ERR-6).
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

// SIP status -> XMPP, 300 to 699. Codes that are not listed take the row of their class (ERR-1).
XmppError XmppErrorOf(std::uint16_t status);

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
