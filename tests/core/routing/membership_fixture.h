// Two ends of a link, and what each believes of the other.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/routing/membership.h"

namespace dragoman::routing {

using namespace envelope;
using testing::ElementsAre;
using testing::IsEmpty;

inline constexpr TimePoint kStart{Duration(100'000)};

// One end: what it says waits until the test carries it over.
struct End {
  End(Role role, const std::string& instance, const std::string& version = "1.2.3")
      : machine({role, instance, version}, kStart) {}

  void Collect() {
    while (auto effect = machine.Poll()) {
      if (auto* send = std::get_if<Membership::Send>(&*effect)) {
        out.push_back(std::move(*send));
      } else if (auto* up = std::get_if<MemberUp>(&*effect)) {
        told.push_back("up " + up->instance);
        unwatched = up->unwatched;
      } else if (auto* lost = std::get_if<MemberLost>(&*effect)) {
        told.push_back("lost " + lost->instance + " " + std::string(Name(lost->how)) +
                       (lost->planned ? " planned" : ""));
      } else if (auto* refused = std::get_if<Refused>(&*effect)) {
        told.push_back("refused " + refused->instance + " " + std::string(Name(refused->why)));
      } else {
        told.push_back("woke");
      }
    }
  }
  std::vector<std::string> Told() {
    Collect();
    return std::exchange(told, {});
  }
  void Take(const std::string& link, const Membership::Send& sent, TimePoint now) {
    if (sent.kind == Kind::kHello) {
      machine.OnHello(link, *Decode<Hello>(sent.payload), now);
    } else if (sent.kind == Kind::kBeat) {
      machine.OnBeat(link, *Decode<Beat>(sent.payload), now);
    } else {
      machine.OnGoodbye(link);
    }
  }

  Membership machine;
  std::vector<Membership::Send> out;
  std::vector<std::string> told;
  bool unwatched = false;  // whoever came last
};

class MembershipTest : public testing::Test {
 protected:
  MembershipTest() { front_.machine.AddLink("r", kStart); }

  // Carries over what was said, until nobody says anything more.
  void Carry(bool to_router = true, bool to_front = true) {
    for (bool any = true; any;) {
      front_.Collect();
      router_.Collect();
      any = !front_.out.empty() || !router_.out.empty();
      for (const auto& sent : std::exchange(front_.out, {})) {
        if (to_router) router_.Take("f", sent, now_);
      }
      for (const auto& sent : std::exchange(router_.out, {})) {
        if (to_front && sent.link == "f") front_.Take("r", sent, now_);
      }
    }
  }
  void Pass(Duration time, bool to_router = true, bool to_front = true) {
    for (const TimePoint end = now_ + time; now_ < end;) {
      now_ += kBeatInterval;
      front_.machine.Advance(now_, 0);
      router_.machine.Advance(now_, 0);
      Carry(to_router, to_front);
    }
  }
  void BeginAgain() {
    now_ = kStart;
    front_ = End(Role::kSipFrontend, "sip-1");
    router_ = End(Role::kRouter, "router-1");
    front_.machine.AddLink("r", kStart);
  }
  void Meet() {
    Carry();
    ASSERT_THAT(front_.Told(), ElementsAre("up router-1"));
    ASSERT_THAT(router_.Told(), ElementsAre("up sip-1"));
  }

  TimePoint now_ = kStart;
  End front_{Role::kSipFrontend, "sip-1"};
  End router_{Role::kRouter, "router-1"};
};

inline Hello HelloOf(Role role, const std::string& instance, const std::string& version = "1.9.9") {
  return {role, instance, version, 1, 0};
}

}  // namespace dragoman::routing
