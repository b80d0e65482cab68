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

// From the SIP side, inside or opening a session; and time.
using Event = std::variant<envelope::Chat, envelope::ChatState, envelope::SessionOpen,
                           envelope::SessionClose, Due>;

struct Step {
  Record record;
  std::vector<envelope::Effect> effects;
  // Set if the event is to be handed on to XMPP, addressed to this user; its Outcome is the event's
  // answer.
  std::optional<envelope::Address> forward;
};

Step Advance(Record record, const Event& event, WallTime now);

// Where a message from SIP goes: the resource that wrote last, while that is fresh.
envelope::Address XmppTarget(const Record& record, WallTime now);

}  // namespace dragoman::chat
