// Presence of one pair: (record, event) -> (record, effects). RFC 8048, RFC 6665; requirements §6,
// §8.
//
// Two machines with one face. Events carry whether they may have been handled before by a process
// that died
// (`redelivered`): then nothing is held back as unchanged, so that what that process did not do is
// done now.
#pragma once

#include <variant>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/envelope/effect.h"
#include "core/presence/record.h"

namespace dragoman::presence {

struct Due {};        // DueAt has come
struct Verify {};     // a front-end was lost: what it did not carry is fetched anew (SUB-13)
struct CommandDone {  // the Outcome of a ToSip effect
  envelope::SipCommand command;
  envelope::Outcome outcome;
};
struct NotCarried {  // a ToXmpp effect that could not be delivered
  envelope::ToXmpp effect;
};

using Event =
    std::variant<envelope::Subscribe, envelope::Unsubscribe, envelope::Approve, envelope::Deny,
                 envelope::Probe, envelope::PresenceUpdate, CommandDone, NotCarried, Due, Verify>;

struct Context {
  WallTime now;
  RandomSource& random;
  Duration refresh;  // lifetime to ask for
  bool redelivered = false;
};

struct Step {
  Record record;
  std::vector<envelope::Effect>
      effects;  // in order; an Answer for each event that came from a peer
};

Step Advance(Record record, const Event& event, const Context& context);

}  // namespace dragoman::presence
