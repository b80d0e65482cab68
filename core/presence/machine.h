// Presence of one pair: (record, event) -> (record, effects). RFC 8048, RFC 6665; requirements §6,
// §8.
//
// Two machines with one face. Events carry whether they may have been handled before by a process
// that died
// (`redelivered`): then nothing is held back as unchanged, so that what that process did not do is
// done now.
#pragma once

#include <optional>
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

struct Drop {};     // an operator ends it on both sides, the authorisation too
struct AskAnew {};  // an operator does not wait until the other side's time to ask again has come

using Event = std::variant<envelope::Subscribe, envelope::Unsubscribe, envelope::Approve,
                           envelope::Deny, envelope::Probe, envelope::PresenceUpdate, CommandDone,
                           NotCarried, Due, Verify, Drop, AskAnew>;

// Whether CommandDone of these would change anything: a NOTIFY that was taken does not.
bool IsNews(const envelope::SipCommand& command, const envelope::Outcome& outcome);

// What the record of the other direction says of a watcher.
struct SignOfLife {
  WallTime at{};      // the last one; epoch: none is known
  bool gone = false;  // its server said that it is offline, and nothing since
};
SignOfLife SignOf(const Record& reverse, WallTime now);

// Whether Due will ask `record` for its watcher's sign of life: who runs the machine looks it up
// only then.
bool NeedsSignOfLife(const Record& record, WallTime now);

// A request for presence without a subscription: each costs the other side something (SUB-16).
bool IsPoll(const Record& record, const Event& event);
// How old what was known had become, where `event` brings news of a presentity.
std::optional<Duration> AgeOf(const Record& record, const Event& event, WallTime now);

struct Context {
  WallTime now;
  RandomSource& random;
  Duration refresh;  // lifetime to ask for
  bool redelivered = false;
  Duration idle{86'400'000};  // a watcher without a sign of life for so long is watched for no more
  SignOfLife watcher = {};
};

struct Step {
  Record record;
  std::vector<envelope::Effect>
      effects;  // in order; an Answer for each event that came from a peer
};

Step Advance(Record record, const Event& event, const Context& context);

}  // namespace dragoman::presence
