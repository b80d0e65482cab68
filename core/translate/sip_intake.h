// What a SIP request means: the bus message to hand to a router, or the answer that needs none.
//
// The request is framed, grammatical and its transaction is running; ACK and CANCEL end in the
// transaction layer and never come here. ocs-dialect §3, §4.2; IM, EVT, SIP-20..24, COMP-1.
#pragma once

#include <string>
#include <variant>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/policy/settings.h"
#include "core/sip/message.h"

namespace dragoman::translate {

// How long a front-end waits for the one Outcome; below the 32 s of a SIP transaction.
inline constexpr std::uint32_t kChatBudgetMs = 10'000;
inline constexpr std::uint32_t kPresenceBudgetMs = 5'000;

struct SipContext {
  const policy::Settings& settings;
  RandomSource& random;
  WallTime now;
  std::string edge;  // "host:port" under which this peer is reached again; goes into SipDialog.edge
};

struct SipEvent {
  envelope::Message message;  // header.budget_ms is 0 for what wants no Outcome
  std::string local_tag;      // the To tag of every answer to this request
};

struct SipIgnored {  // no answer goes out: BENOTIFY without a use
  std::string why;
};

// Event with an Outcome to come: AnswerSip turns that into the Response. A Response: send it,
// nothing follows.
using SipIntake = std::variant<SipEvent, sip::Response, SipIgnored>;

SipIntake ReceiveSip(const sip::Request& request, const SipContext& context);

}  // namespace dragoman::translate
