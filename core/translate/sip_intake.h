// What a SIP request means: the bus message to hand to a router, or the answer that needs none.
//
// The request is framed, valid (sip::Validate) and its transaction is running; ACK and CANCEL end
// in the transaction layer and never come here. ocs-dialect §3, §4.2; IM, EVT, SIP-20..24, COMP-1.
#pragma once

#include <cstdint>
#include <optional>
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
  // header.budget_ms > 0: an Outcome comes, and AnswerSip makes the response of it. The id is
  // derived from the transaction, so a request that is retried at another node has the same
  // (ARCH-14).
  envelope::Message message;
  std::string local_tag;  // the To tag of every answer to this request
  // Set: send it now; no Outcome comes. Not set and no budget either: nothing is ever answered
  // (BENOTIFY).
  std::optional<sip::Response> response;
};

struct SipIgnored {  // no bus message and no answer
  std::string why;
};

using SipIntake = std::variant<SipEvent, sip::Response, SipIgnored>;

SipIntake ReceiveSip(const sip::Request& request, const SipContext& context);

}  // namespace dragoman::translate
