// Requirements §8.1: what a probe of an XMPP user leads to. Names begin with the row's state.
#include <gmock/gmock.h>

#include "tests/core/presence/xmpp_watcher_fixture.h"

namespace dragoman::presence {
namespace {

using XmppWatcherProbeTest = XmppWatcherTest;

TEST_F(XmppWatcherProbeTest, A_ProbesAndRequestsAreAnsweredFromWhatIsKnown) {
  MakeActive();
  EXPECT_TRUE(Told<PresenceUpdate>(Do(Probe{})).at(0).resources.at(0).available);
  const Step again = Do(Subscribe{});
  EXPECT_EQ(Told<Approve>(again).size(), 1u);
  EXPECT_EQ(Told<PresenceUpdate>(again).size(), 1u);
  Do(Notify(SubscriptionState::kActive, 2));
  EXPECT_FALSE(Told<PresenceUpdate>(Do(Probe{})).at(0).resources.at(0).available);
}

TEST_F(XmppWatcherProbeTest, S_ARequestOrAProbeOpensADialog) {
  for (const bool request : {false, true}) {
    Forget();
    record_.state = State::kSuspended;
    EXPECT_EQ(Commands<Subscribe>(request ? Do(Subscribe{}) : Do(Probe{})).size(), 1u);
    const Step active = Do(Notify(SubscriptionState::kActive, 1, {Online("0")}));
    EXPECT_EQ(Told<Approve>(active).size(), request ? 1u : 0u);
    EXPECT_EQ(Told<PresenceUpdate>(active).size(), 1u);
  }
}

TEST_F(XmppWatcherProbeTest, N_AProbeAsksOnce_SUB9) {
  const Step asked = Do(Probe{});
  ASSERT_EQ(Commands<Subscribe>(asked).size(), 1u);
  EXPECT_EQ(std::get<Subscribe>(Commands<Subscribe>(asked)[0].act).expires, 0u);
  EXPECT_TRUE(Commands<Subscribe>(Do(Probe{}, kNow + 1s)).empty());
  PresenceUpdate silent = Notify(SubscriptionState::kTerminated, 1);
  silent.has_document = false;
  const Step told = Do(silent, kNow + 2s);
  EXPECT_TRUE(told.effects.size() == 1 && Told<PresenceUpdate>(told).empty());
  EXPECT_EQ(record_.state, State::kNone);
  EXPECT_TRUE(Commands<Subscribe>(Do(Probe{}, kNow + 3s)).empty());  // L-23
  Do(Due{}, *DueAt(record_));
  EXPECT_TRUE(record_.IsEmpty());
  EXPECT_EQ(Commands<Subscribe>(Do(Probe{}, kNow + 20s)).size(), 1u);
}

// The store was lost: the roster and the presentity's side know of the authorisation still.
TEST_F(XmppWatcherProbeTest, F7_AProbeThatShowsPresenceIsFollowedByASubscription) {
  Do(Probe{});
  const Step told = Do(Notify(SubscriptionState::kTerminated, 1, {Online("0")}), kNow + 2s);
  EXPECT_TRUE(Told<PresenceUpdate>(told).at(0).resources.at(0).available);
  EXPECT_TRUE(Told<Approve>(told).empty());
  ASSERT_EQ(Commands<Subscribe>(told).size(), 1u);
  EXPECT_EQ(std::get<Subscribe>(Commands<Subscribe>(told)[0].act).expires, 28'800u);
  EXPECT_TRUE(Commands<Subscribe>(Do(Probe{}, kNow + 3s)).empty());  // one is under way (SUB-9)
  const Step active = Do(Notify(SubscriptionState::kActive, 1, {Online("0")}), kNow + 3s);
  EXPECT_EQ(record_.state, State::kActive);
  EXPECT_TRUE(Told<Approve>(active).empty());  // nobody is asked, and nobody answered
  const Step news =
      Do(Notify(SubscriptionState::kActive, 2, {Online("0", Show::kAway)}), kNow + 4s);
  EXPECT_EQ(Told<PresenceUpdate>(news).size(), 1u);
}

TEST_F(XmppWatcherProbeTest, F7_AProbeThatShowsPresenceInventsNothingThatIsRefused) {
  Do(Probe{});
  const Step told = Do(Notify(SubscriptionState::kTerminated, 1, {Online("0")}));
  const Step refused = Do(CommandDone{Commands<Subscribe>(told).at(0), Refused(403)});
  EXPECT_FALSE(Told<PresenceUpdate>(refused).at(0).resources.at(0).available);
  EXPECT_EQ(Told<Deny>(refused).size(), 1u);
  EXPECT_TRUE(record_.IsEmpty());
}

class ProbeInVainTest : public XmppWatcherProbeTest {
 protected:
  // Juliet has seen him by a probe; the subscription that follows is under way.
  void SetUp() override {
    Do(Probe{});
    Do(Notify(SubscriptionState::kTerminated, 1, {Online("0")}));
    ASSERT_EQ(record_.state, State::kSuspended);
  }
  // The answer to the SUBSCRIBE that is under way.
  CommandDone Answered(std::uint16_t status) const {
    Subscribe subscribe;
    subscribe.expires = 28'800;
    return {{record_.watches.at(0).dialog, subscribe}, Refused(status)};
  }
  static bool IsGone(const Step& step) {
    const auto told = Told<PresenceUpdate>(step);
    return told.size() == 1 && !told[0].resources.at(0).available;
  }
};

TEST_F(ProbeInVainTest, HeIsNotAskedWhetherHeWantsWhatNobodyAskedFor) {
  const Step step = Do(Notify(SubscriptionState::kPending, 1));
  EXPECT_TRUE(IsGone(step));
  ASSERT_EQ(Commands<Subscribe>(step).size(), 1u);
  EXPECT_EQ(std::get<Subscribe>(Commands<Subscribe>(step)[0].act).expires, 0u);
  EXPECT_TRUE(record_.IsEmpty());
}

TEST_F(ProbeInVainTest, WhatWasShownDoesNotOutliveARejection) {
  PresenceUpdate rejected = Notify(SubscriptionState::kTerminated, 1);
  rejected.termination_reason = "rejected";
  EXPECT_TRUE(IsGone(Do(rejected)));
  EXPECT_TRUE(record_.IsEmpty());
}

TEST_F(ProbeInVainTest, WhatNobodyVouchesForIsGoneAfterAMinute) {
  EXPECT_TRUE(Do(Answered(503)).effects.empty());
  WallTime now = kNow;
  bool gone = false;
  while (!gone) {
    now = *DueAt(record_);
    ASSERT_LE(now, kNow + 60s);
    gone = IsGone(Do(Due{}, now));
  }
  EXPECT_EQ(now, kNow + 60s);
}

TEST_F(ProbeInVainTest, WhatFailedIsNoLongerUnderWay) {
  EXPECT_TRUE(Commands<Subscribe>(Do(Probe{})).empty());
  Do(Answered(503));
  EXPECT_EQ(Commands<Subscribe>(Do(Probe{})).size(), 1u);
  EXPECT_TRUE(Commands<Subscribe>(Do(Probe{})).empty());
}

TEST_F(ProbeInVainTest, ADialogThatEndsAtOnceAgainAndAgainIsTriedLater) {
  EXPECT_EQ(Commands<Subscribe>(Do(Notify(SubscriptionState::kTerminated, 1))).size(), 1u);
  EXPECT_TRUE(Commands<Subscribe>(Do(Notify(SubscriptionState::kTerminated, 1))).empty());
  EXPECT_GE(*DueAt(record_), kNow + 10s);
}

// Until she asks for it, it is worth no record that outlives her stay.
TEST_F(ProbeInVainTest, WhatNobodyAskedForIsForgottenWithItsDialog) {
  for (const bool asked : {false, true}) {
    Do(Notify(SubscriptionState::kActive, 1, {Online("0")}));
    if (asked) Do(Subscribe{});
    record_.seen_at = kNow;
    const WallTime now = std::max(*DueAt(record_), kNow + 24h);
    record_.watches.at(0).expires = record_.known_until = now + 1h;
    record_.retry_at = now;
    EXPECT_TRUE(IsGone(Do(Due{}, now)));
    EXPECT_EQ(record_.IsEmpty(), !asked);
    Forget();
    SetUp();
  }
}

TEST_F(XmppWatcherProbeTest, N_AProbeThatIsRefusedIsUnsubscribedAndOneWithoutAnswerNothing) {
  const Step asked = Do(Probe{});
  EXPECT_EQ(Told<Deny>(Do(CommandDone{Commands<Subscribe>(asked)[0], Refused(404)})).size(), 1u);
  record_.watches.clear();
  const Step again = Do(Probe{});
  EXPECT_TRUE(Told<Deny>(Do(CommandDone{Commands<Subscribe>(again)[0], Refused(500)})).empty());
  EXPECT_TRUE(Do(Due{}, kNow + 1h).effects.empty());
  EXPECT_TRUE(record_.IsEmpty());
}

}  // namespace
}  // namespace dragoman::presence
