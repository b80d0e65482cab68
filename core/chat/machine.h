// A conversation: what arrives from SIP and what ends, as transitions of its record. ocs-dialect
// §3; IM-6, IM-22.
#pragma once

#include <variant>
#include <vector>

#include "core/base/time.h"
#include "core/chat/record.h"
#include "core/envelope/effect.h"

namespace dragoman::chat {

struct Due {};
struct CommandDone {  // the Outcome of a ToSip that Advance gave
  envelope::SipCommand command;
  envelope::Outcome outcome;
};

// From the SIP side, inside or opening a session; and time.
using Event = std::variant<envelope::Chat, envelope::ChatState, envelope::SessionOpen,
                           envelope::SessionClose, Due, CommandDone>;

struct Step {
  Record record;
  std::vector<envelope::Effect> effects;
  // Set if the event is to be handed on to XMPP, addressed to this user; its Outcome is the event's
  // answer.
  std::optional<envelope::Address> forward;
};

Step Advance(Record record, const Event& event, WallTime now);

// The dialog dangles: the peer forgot it, or does not answer any more (ocs-dialect §3.5; SIP-32).
bool IsDangling(const envelope::Outcome& outcome);

// Where a message from SIP goes: the resource that wrote last, while that is fresh.
envelope::Address XmppTarget(const Record& record, WallTime now);

}  // namespace dragoman::chat
