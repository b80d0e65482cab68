// A record, what happens to it, and what comes of that.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/presence/machine.h"
#include "tests/core/counting_random.h"

namespace dragoman::presence {

using namespace std::chrono_literals;
using namespace envelope;

inline const Address kRomeo{"romeo", "montague.example", {}};
inline const Address kJuliet{"juliet", "capulet.example", {}};
inline constexpr WallTime kNow{Duration(1'000'000)};

template <typename Payload>
std::vector<Payload> Told(const Step& step) {
  std::vector<Payload> told;
  for (const Effect& effect : step.effects) {
    const auto* to_xmpp = std::get_if<ToXmpp>(&effect);
    if (to_xmpp == nullptr) continue;
    if (const auto* payload = std::get_if<Payload>(&to_xmpp->payload)) told.push_back(*payload);
  }
  return told;
}

template <typename Act>
std::vector<SipCommand> Commands(const Step& step) {
  std::vector<SipCommand> commands;
  for (const Effect& effect : step.effects) {
    const auto* to_sip = std::get_if<ToSip>(&effect);
    if (to_sip != nullptr && std::holds_alternative<Act>(to_sip->command.act)) {
      commands.push_back(to_sip->command);
    }
  }
  return commands;
}

inline policy::Reason AnswerOf(const Step& step) {
  for (const Effect& effect : step.effects) {
    if (const auto* answer = std::get_if<Answer>(&effect)) return answer->outcome.reason;
  }
  return policy::Reason::kInternal;
}

inline ResourcePresence Online(const std::string& resource, Show show = Show::kNone) {
  ResourcePresence presence;
  presence.resource = resource;
  presence.available = true;
  presence.show = show;
  return presence;
}

class WatcherTest : public testing::Test {
 protected:
  Step Do(const Event& event, WallTime now = kNow, bool redelivered = false) {
    Step step = Advance(record_, event, {now, random_, 28'800s, redelivered});
    record_ = step.record;
    return step;
  }
  void Forget() {
    Record empty;
    empty.watcher_side = record_.watcher_side;
    empty.watcher = record_.watcher;
    empty.presentity = record_.presentity;
    record_ = empty;
  }
  CountingRandom random_;
  Record record_;
};

}  // namespace dragoman::presence
