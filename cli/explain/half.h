// One half of a relation: does this watcher see that presentity, as far as the record says?
// Requirements §8.1 (the watcher is on the XMPP side) and §8.2 (on the SIP side).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/check/finding.h"
#include "cli/pages/values.h"
#include "core/envelope/message.h"

namespace dragoman::explain {

// kOld: what was told before, and nothing new. kDoubtful: perhaps; what is known does not say.
enum class Answer : std::uint8_t { kYes, kOld, kDoubtful, kNo };
std::string_view Name(Answer answer);  // "yes", "old", …

// Whose move it is before it is otherwise.
enum class Waits : std::uint8_t {
  kNobody,
  kWatcher,     // to ask, to approve of nothing more, or to sign in
  kPresentity,  // to decide
  kNetwork,     // the other side's servers
};

struct HalfFacts {
  std::string watcher, presentity;  // "juliet@capulet.example"
  envelope::Side watcher_side = envelope::Side::kXmpp;
  std::optional<pages::Subscription> record;  // nullopt: there is none
  WallTime now{};
  std::optional<pages::Room> room = {};  // for another one of the watcher's; nullopt: not known
};

struct Half {
  check::Findings findings;
  Answer answer = Answer::kNo;
  Waits waits = Waits::kNobody;
  // Behind "juliet sees romeo" or "juliet does not see romeo: ", without a full stop. `names`
  // below: how the two are called there.
  std::string clause;
};

// How the two are called in a sentence: by their localparts, where these tell them apart.
struct Names {
  std::string watcher, presentity;
};

Half JudgeHalf(const HalfFacts& facts, const Names& names);

}  // namespace dragoman::explain
