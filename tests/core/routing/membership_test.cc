// Who is there, who is lost, and who is chosen.
#include "core/routing/rendezvous.h"
#include "tests/core/routing/membership_fixture.h"

namespace dragoman::routing {
namespace {

TEST_F(MembershipTest, WhoIsAsNewAsWeAreHasAPastThatNobodySaw) {
  Meet();
  EXPECT_TRUE(router_.unwatched);
  // Another router has seen this one already.
  End second(Role::kRouter, "router-2");
  front_.machine.AddLink("r2", kStart);
  front_.Collect();
  for (const auto& sent : std::exchange(front_.out, {})) second.Take("f", sent, now_);
  second.Collect();
  for (const auto& sent : std::exchange(second.out, {})) front_.Take("r2", sent, now_);
  front_.Collect();
  for (const auto& sent : std::exchange(front_.out, {})) second.Take("f", sent, now_);
  EXPECT_THAT(second.Told(), ElementsAre("up sip-1"));
  EXPECT_FALSE(second.unwatched);
}

TEST_F(MembershipTest, TheSecondOfARoleIsNewToARouterThatWasThere) {
  Meet();
  End late(Role::kSipFrontend, "sip-2");
  late.machine.AddLink("r", kStart);
  for (int turn = 0; turn < 3; ++turn) {
    late.Collect();
    for (const auto& sent : std::exchange(late.out, {})) router_.Take("f2", sent, now_);
    router_.Collect();
    for (const auto& sent : std::exchange(router_.out, {})) {
      if (sent.link == "f2") late.Take("r", sent, now_);
    }
  }
  EXPECT_THAT(router_.Told(), ElementsAre("up sip-2"));
  EXPECT_FALSE(router_.unwatched);
}

TEST_F(MembershipTest, ALinkIsUpOnceEachEndHasAnsweredTheOther) {
  front_.Collect();
  ASSERT_EQ(front_.out.size(), 1u);
  router_.Take("f", front_.out[0], kStart);
  EXPECT_THAT(router_.Told(), IsEmpty());  // it knows who, but not that it is heard
  front_.Take("r", router_.out.back(), kStart);
  EXPECT_THAT(front_.Told(), ElementsAre("up router-1"));
  router_.Take("f", front_.out.back(), kStart);
  EXPECT_THAT(router_.Told(), ElementsAre("up sip-1"));
  EXPECT_TRUE(front_.machine.IsUp("r"));
  EXPECT_EQ(router_.machine.Choose({Role::kSipFrontend, 5}), "sip-1");
  EXPECT_EQ(router_.machine.Choose({Role::kXmppFrontend, 5}), "");
}

TEST_F(MembershipTest, BeatsKeepBothUp) {
  Meet();
  Pass(60s);
  EXPECT_THAT(front_.Told(), IsEmpty());
  EXPECT_THAT(router_.Told(), IsEmpty());
}

TEST_F(MembershipTest, F11_SilenceIsNoticedWithinThreeSecondsAndHealedAtOnce) {
  Meet();
  Pass(2500ms, false, false);
  EXPECT_THAT(front_.Told(), ElementsAre("lost router-1 silent"));
  EXPECT_THAT(router_.Told(), ElementsAre("lost sip-1 silent"));
  Pass(kBeatInterval);
  EXPECT_THAT(front_.Told(), ElementsAre("up router-1"));
  EXPECT_THAT(router_.Told(), ElementsAre("up sip-1"));
}

TEST_F(MembershipTest, F11_ACutInOneDirectionIsSeenFromBothEnds) {
  for (const bool to_router : {false, true}) {
    BeginAgain();
    Meet();
    Pass(2500ms, to_router, !to_router);
    // The end that hears nothing says so with a new Hello: the other one learns it by that.
    EXPECT_THAT(front_.Told(),
                ElementsAre(to_router ? "lost router-1 silent" : "lost router-1 restarted"));
    EXPECT_THAT(router_.Told(),
                ElementsAre(to_router ? "lost sip-1 restarted" : "lost sip-1 silent"));
    Pass(10s, to_router, !to_router);
    EXPECT_FALSE(front_.machine.IsUp("r"));
    EXPECT_FALSE(router_.machine.IsUp("f"));
    Pass(kBeatInterval);
    EXPECT_TRUE(front_.machine.IsUp("r"));
    EXPECT_TRUE(router_.machine.IsUp("f"));
  }
}

TEST_F(MembershipTest, F11_WhoDoesNotHearUsIsNotUsed) {
  Meet();
  Pass(1s);
  const TimePoint cut = now_;
  const std::uint64_t heard = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  while (router_.machine.IsUp("f") && now_ < cut + 10s) {
    router_.machine.OnBeat("f", {0, false, heard, heard}, now_);  // always the same: it is deaf
    router_.machine.Advance(now_ += kBeatInterval, 0);
  }
  EXPECT_THAT(router_.Told(), ElementsAre("lost sip-1 deaf"));
  EXPECT_LE(now_, cut + 3s);
}

TEST_F(MembershipTest, WhoIsLateHimselfIsNotDeaf) {
  Meet();
  Pass(1s);
  Pass(kSilenceMax - 2 * kBeatInterval, false, false);  // neither hears the other, for a moment
  EXPECT_THAT(front_.Told(), IsEmpty());
  Pass(1s);
  EXPECT_THAT(front_.Told(), IsEmpty());
  EXPECT_THAT(router_.Told(), IsEmpty());
}

TEST_F(MembershipTest, F5_WhoWasAwayIsBelievedOnlyAfresh) {
  Meet();
  const Membership::Send old{"r", Kind::kBeat, Encode(Beat{0, false, 1, 0})};
  now_ += 10s;
  front_.machine.Advance(now_, 0);
  EXPECT_THAT(front_.Told(), ElementsAre("woke", "lost router-1 away"));
  front_.machine.OnBeat("r", *Decode<Beat>(old.payload), now_);  // from before: nobody is up
  EXPECT_FALSE(front_.machine.IsUp("r"));
  router_.machine.Advance(now_, 0);  // the router's loop stood still too, in this test
  Carry();
  EXPECT_TRUE(front_.machine.IsUp("r"));
  EXPECT_TRUE(router_.machine.IsUp("f"));
}

TEST_F(MembershipTest, F5_ThePeerOfOneThatWasAwayBeginsAnewToo) {
  Meet();
  now_ += kAwayMin + kBeatInterval;
  front_.machine.Advance(now_, 0);  // the router's own loop has nothing to say about that
  Carry();
  EXPECT_THAT(front_.Told(), ElementsAre("woke", "lost router-1 away", "up router-1"));
  EXPECT_THAT(router_.Told(), ElementsAre("lost sip-1 restarted", "up sip-1"));
}

TEST_F(MembershipTest, TimeInWhichNobodyLookedIsNotSilence) {
  Meet();
  Pass(1s);
  for (int i = 0; i < 20; ++i) {  // each turn of both loops is late, by less than an absence
    now_ += kBeatInterval + kAwayMin - 1ms;
    front_.machine.Advance(now_, 0);
    router_.machine.Advance(now_, 0);
    Carry();
  }
  EXPECT_THAT(front_.Told(), IsEmpty());
  EXPECT_THAT(router_.Told(), IsEmpty());
}

TEST_F(MembershipTest, ALinkThatEndsTakesItsMemberWithIt) {
  Meet();
  front_.machine.OnLinkDown("r", now_);
  EXPECT_THAT(front_.Told(), ElementsAre("lost router-1 closed"));
  router_.machine.OnLinkDown("f", now_);
  EXPECT_THAT(router_.Told(), ElementsAre("lost sip-1 closed"));
  EXPECT_EQ(router_.machine.InstanceAt("f"), "");
}

TEST_F(MembershipTest, ALinkCanBeTakenAwayAndAddedAgain) {
  Meet();
  front_.machine.RemoveLink("r", now_);
  EXPECT_THAT(front_.Told(), ElementsAre("lost router-1 closed"));
  Pass(kBeatInterval);
  EXPECT_FALSE(front_.machine.IsUp("r"));
  front_.machine.AddLink("r", now_);
  Carry();
  EXPECT_TRUE(front_.machine.IsUp("r"));
}

TEST_F(MembershipTest, WhatIsBehindALinkMayBeReplaced) {
  Meet();
  End reborn(Role::kRouter, "router-2");
  front_.machine.OnLinkDown("r", now_);
  front_.machine.OnLinkUp("r", now_);
  std::swap(reborn, router_);
  Carry();
  EXPECT_THAT(front_.Told(), ElementsAre("lost router-1 closed", "up router-2"));
}

TEST_F(MembershipTest, WhoDrainsIsNotChosenAndWhoWasToldIsKnown) {
  Meet();
  Pass(1s);
  front_.machine.Drain(now_);
  EXPECT_FALSE(front_.machine.Drained());
  Carry();
  EXPECT_EQ(router_.machine.Choose({Role::kSipFrontend, 1}), "");
  EXPECT_EQ(router_.machine.count(Role::kSipFrontend), 1u);
  EXPECT_TRUE(front_.machine.Drained());  // the router answers at once that it knows
  router_.machine.OnLinkDown("f", now_);
  EXPECT_THAT(router_.Told(), ElementsAre("lost sip-1 closed planned"));
}

TEST_F(MembershipTest, WhoMeetsADrainingProcessLearnsItAtOnce) {
  front_.machine.Drain(now_);
  Meet();
  EXPECT_EQ(router_.machine.Choose({Role::kSipFrontend, 1}), "");
}

TEST_F(MembershipTest, LinksAreBoundedAndForgotten) {
  for (std::size_t i = 0; i < kLinksMax; ++i) {
    router_.machine.OnHello(std::to_string(i), HelloOf(Role::kSipFrontend, std::to_string(i)),
                            now_);
  }
  EXPECT_THAT(router_.Told(), IsEmpty());
  router_.machine.OnHello("one more", HelloOf(Role::kSipFrontend, "z"), now_);
  EXPECT_THAT(router_.Told(), ElementsAre("refused z too-many"));
  router_.machine.OnHello("of a wrong role", HelloOf(Role::kRouter, "y"), now_);
  EXPECT_THAT(router_.Told(), ElementsAre("refused y too-many"));
  for (Duration passed{0}; passed <= kForgetAfter; passed += kBeatInterval)
    router_.machine.Advance(now_ += kBeatInterval, 0);
  router_.machine.OnHello("one more", HelloOf(Role::kSipFrontend, "z"), now_);
  EXPECT_THAT(router_.Told(), IsEmpty());
}

TEST_F(MembershipTest, AMarkFromTheFutureProvesNothing) {
  Meet();
  Pass(1s);
  for (Duration passed{0}; passed < 2500ms; passed += kBeatInterval) {
    router_.machine.Advance(now_ += kBeatInterval, 0);
    router_.machine.OnBeat("f", {0, false, 99, UINT64_MAX}, now_);
  }
  EXPECT_THAT(router_.Told(), ElementsAre("lost sip-1 deaf"));
}

TEST_F(MembershipTest, ARCH8_AFrontEndKnowsWhatItIsChosenFor) {
  Meet();
  EXPECT_TRUE(front_.machine.IsChosen(7));  // nobody has said otherwise
  Pass(kBeatInterval);
  EXPECT_TRUE(front_.machine.IsChosen(7));  // it is alone
  std::uint64_t moving = 1;
  while (Weight(moving, "sip-2") <= Weight(moving, "sip-1")) ++moving;
  std::uint64_t staying = 1;
  while (Weight(staying, "sip-2") > Weight(staying, "sip-1")) ++staying;
  router_.machine.OnHello("x", {Role::kSipFrontend, "sip-2", "1.0"}, now_);
  Pass(kBeatInterval);
  EXPECT_FALSE(front_.machine.IsChosen(moving));
  EXPECT_TRUE(front_.machine.IsChosen(staying));
  router_.machine.OnLinkDown("x", now_);
  Pass(kBeatInterval);
  EXPECT_TRUE(front_.machine.IsChosen(moving));
}

// As 0.1 spoke: no sessions, no marks.
}  // namespace
}  // namespace dragoman::routing
