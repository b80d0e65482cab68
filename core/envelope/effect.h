// What the pair machines want done: messages to either side, and the answer to the request at hand.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/envelope/address.h"
#include "core/envelope/payload.h"

namespace dragoman::envelope {

struct ToXmpp {
  Address from;  // the SIP user
  Address to;
  std::variant<Chat, ChatState, Subscribe, Unsubscribe, Approve, Deny, Probe, PresenceUpdate>
      payload;
  friend bool operator==(const ToXmpp&, const ToXmpp&) = default;
};

struct ToSip {
  Address from;  // the XMPP user
  Address to;
  SipCommand command;  // its Outcome comes back to the machine
  friend bool operator==(const ToSip&, const ToSip&) = default;
};

// `from` is seen no more by `to`: unavailable, unless `to` watches `from` itself (SUB-7).
struct Farewell {
  Address from;  // the SIP user
  Address to;
  friend bool operator==(const Farewell&, const Farewell&) = default;
};

struct Answer {
  Outcome outcome;
  friend bool operator==(const Answer&, const Answer&) = default;
};

using Effect = std::variant<ToXmpp, ToSip, Answer, Farewell>;

}  // namespace dragoman::envelope
