// Requirements §8.1: an XMPP user watches a SIP user. Names begin with the row's state.
#include <gmock/gmock.h>

#include "tests/core/presence/xmpp_watcher_fixture.h"

namespace dragoman::presence {
namespace {

TEST_F(XmppWatcherTest, ASubscribeBecomesASubscribeWithADialogOfItsOwn) {
  const Step step = Do(Subscribe{});
  const std::vector<SipCommand> commands = Commands<Subscribe>(step);
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].dialog.local_cseq, 1u);
  EXPECT_FALSE(commands[0].dialog.call_id.empty());
  EXPECT_EQ(std::get<Subscribe>(commands[0].act).expires, 28'800u);
  EXPECT_EQ(record_.state, State::kRequested);
  EXPECT_EQ(AnswerOf(step), policy::Reason::kNone);
}

TEST_F(XmppWatcherTest, SUB4_OnlyAnActiveNotifyApproves) {
  Do(Subscribe{});
  Step step = Do(Notify(SubscriptionState::kPending, 1));
  EXPECT_TRUE(Told<Approve>(step).empty());
  EXPECT_TRUE(Told<PresenceUpdate>(step).empty());
  step = Do(Notify(SubscriptionState::kActive, 2, {Online("0")}));
  EXPECT_EQ(Told<Approve>(step).size(), 1u);
  EXPECT_EQ(Told<PresenceUpdate>(step).size(), 1u);
  EXPECT_EQ(record_.state, State::kActive);
}

TEST_F(XmppWatcherTest, PRES14_TellsWhatChangedAndNothingElse) {
  MakeActive();
  EXPECT_TRUE(
      Told<PresenceUpdate>(Do(Notify(SubscriptionState::kActive, 2, {Online("0")}))).empty());
  const auto away =
      Told<PresenceUpdate>(Do(Notify(SubscriptionState::kActive, 3, {Online("0", Show::kAway)})));
  ASSERT_EQ(away.size(), 1u);
  EXPECT_EQ(away[0].resources.at(0).show, Show::kAway);
  const auto gone = Told<PresenceUpdate>(Do(Notify(SubscriptionState::kActive, 4)));
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_FALSE(gone[0].resources.at(0).available);
}

TEST_F(XmppWatcherTest, TellsAgainWhatAProcessThatDiedMayNotHaveTold) {
  MakeActive();
  const Step again = Do(Notify(SubscriptionState::kActive, 2, {Online("0")}), kNow, true);
  EXPECT_EQ(Told<PresenceUpdate>(again).size(), 1u);
  EXPECT_EQ(Told<Approve>(again).size(), 1u);
}

TEST_F(XmppWatcherTest, EVT15_RefusesANotifyOfAnotherDialog) {
  MakeActive();
  PresenceUpdate stray = Notify(SubscriptionState::kActive, 2);
  stray.dialog->call_id = "another";
  EXPECT_EQ(AnswerOf(Do(stray)), policy::Reason::kNoSuchDialog);
}

TEST_F(XmppWatcherTest, SIP30_RefusesANotifyOlderThanOneSeen) {
  MakeActive();
  Do(Notify(SubscriptionState::kActive, 9));
  EXPECT_EQ(AnswerOf(Do(Notify(SubscriptionState::kActive, 8))), policy::Reason::kOutOfOrder);
}

TEST_F(XmppWatcherTest, SUB1_RejectedEndsTheAuthorisation) {
  MakeActive();
  PresenceUpdate last = Notify(SubscriptionState::kTerminated, 2);
  last.termination_reason = "rejected";
  const Step step = Do(last);
  EXPECT_EQ(Told<Deny>(step).size(), 1u);
  EXPECT_EQ(Told<PresenceUpdate>(step).size(), 1u);
  EXPECT_TRUE(record_.IsEmpty());
}

TEST_F(XmppWatcherTest, ADeactivatedDialogIsReplacedAtOnce) {
  MakeActive();
  const std::string before = record_.watches[0].dialog.call_id;
  PresenceUpdate last = Notify(SubscriptionState::kTerminated, 2);
  last.termination_reason = "deactivated";
  const Step step = Do(last);
  ASSERT_EQ(Commands<Subscribe>(step).size(), 1u);
  EXPECT_NE(record_.watches[0].dialog.call_id, before);  // EVT-14
  EXPECT_TRUE(Told<PresenceUpdate>(step).empty());
}

TEST_F(XmppWatcherTest, AnUnsubscribeEndsTheDialogAndTellsTheWatcher) {
  MakeActive();
  const Step step = Do(Unsubscribe{});
  const auto commands = Commands<Subscribe>(step);
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(std::get<Subscribe>(commands[0].act).expires, 0u);
  EXPECT_EQ(commands[0].dialog.local_cseq, 2u);
  EXPECT_EQ(Told<Deny>(step).size(), 1u);
  EXPECT_TRUE(record_.IsEmpty());
}

struct RefusalCase {
  std::uint16_t status;
  bool ends;
};
class SubscribeRefusedTest : public XmppWatcherTest,
                             public testing::WithParamInterface<RefusalCase> {};

// N: W asks; what the answer to SUBSCRIBE makes of it.
TEST_P(SubscribeRefusedTest, FollowsTheTable) {
  const Step asked = Do(Subscribe{});
  Outcome refused;
  refused.reason = policy::Reason::kSipRefused;
  refused.sip_status = GetParam().status;
  const Step step = Do(CommandDone{Commands<Subscribe>(asked).at(0), refused});
  EXPECT_EQ(Told<Deny>(step).size(), GetParam().ends ? 1u : 0u);
  EXPECT_EQ(record_.IsEmpty(), GetParam().ends);
  if (!GetParam().ends) {
    EXPECT_GT(record_.retry_at, kNow);
  }
}
INSTANTIATE_TEST_SUITE_P(Requested, SubscribeRefusedTest,
                         testing::Values(RefusalCase{403, true}, RefusalCase{489, true},
                                         RefusalCase{603, true}, RefusalCase{404, true},
                                         RefusalCase{501, true}, RefusalCase{401, true},
                                         RefusalCase{407, true}, RefusalCase{408, false},
                                         RefusalCase{500, false}, RefusalCase{503, false}));

TEST_F(XmppWatcherTest, SUB3_RefreshesBeforeTheEnd) {
  MakeActive();
  ASSERT_TRUE(DueAt(record_));
  EXPECT_GE(*DueAt(record_), kNow + 2700s);
  EXPECT_LE(*DueAt(record_), kNow + 3240s);
  const Step step = Do(Due{}, *DueAt(record_));
  ASSERT_EQ(Commands<Subscribe>(step).size(), 1u);
  EXPECT_EQ(Commands<Subscribe>(step)[0].dialog.remote_tag, "edge");
}

TEST_F(XmppWatcherTest, ALostFrontEndLeadsToARefresh) {
  MakeActive();
  EXPECT_EQ(Commands<Subscribe>(Do(Verify{})).size(), 1u);
}

// A client's probe went with a front-end, or came while the store was away.
TEST_F(XmppWatcherTest, SUB13_AfterAVerificationTheWatcherIsToldWithoutNewsToo) {
  MakeActive();
  Do(Verify{});
  EXPECT_EQ(Told<PresenceUpdate>(Do(Notify(SubscriptionState::kActive, 2, {Online("0")}))).size(),
            1u);
  EXPECT_TRUE(
      Told<PresenceUpdate>(Do(Notify(SubscriptionState::kActive, 3, {Online("0")}))).empty());
  Do(Verify{});
  PresenceUpdate bodyless = Notify(SubscriptionState::kActive, 4);
  bodyless.has_document = false;
  const Step step = Do(bodyless);
  ASSERT_EQ(Told<PresenceUpdate>(step).size(), 1u);
  EXPECT_EQ(Told<PresenceUpdate>(step)[0].resources[0], Online("0"));
}

TEST_F(XmppWatcherTest, R_ARefusalIsUnsubscribedAndAFailureAnErrorForTheRequest) {
  Subscribe request;
  request.sender_id = "ask-1";
  for (const auto& [status, error] : {std::pair{403, false}, std::pair{404, true}}) {
    const Step asked = Do(request);
    const Step step = Do(
        CommandDone{Commands<Subscribe>(asked).at(0), Refused(static_cast<std::uint16_t>(status))});
    const auto denied = Told<Deny>(step);
    ASSERT_EQ(denied.size(), 1u);
    EXPECT_EQ(denied[0].sender_id, error ? "ask-1" : "");
    EXPECT_EQ(denied[0].sip_status, error ? status : 0);
  }
}

TEST_F(XmppWatcherTest, R_423IsTriedOnceMoreWithWhatThePeerWants) {
  const Step asked = Do(Subscribe{});
  Outcome brief = Refused(423);
  brief.expires = 40'000;
  const Step step = Do(CommandDone{Commands<Subscribe>(asked).at(0), brief});
  ASSERT_EQ(Commands<Subscribe>(step).size(), 1u);
  const SipCommand again = Commands<Subscribe>(step)[0];
  EXPECT_EQ(std::get<Subscribe>(again.act).expires, 40'000u);
  EXPECT_TRUE(Commands<Subscribe>(Do(CommandDone{again, brief})).empty());
}

TEST_F(XmppWatcherTest, R_ARequestThatNobodyAnswersEndsAfterADay) {
  Subscribe request;
  request.sender_id = "ask-1";
  Do(request);
  int tries = 0;
  WallTime now = kNow;
  while (record_.state == State::kRequested) {
    now = *DueAt(record_);
    const Step step = Do(Due{}, now);
    if (!Told<Deny>(step).empty()) {
      EXPECT_EQ(Told<Deny>(step)[0].reason, policy::Reason::kRemoteServerTimeout);
      EXPECT_EQ(Told<Deny>(step)[0].sender_id, "ask-1");
    }
    ASSERT_LT(++tries, 100);
  }
  EXPECT_GE(now, kNow + 24h);
  EXPECT_GT(tries, 10);
  EXPECT_TRUE(record_.IsEmpty());
}

TEST_F(XmppWatcherTest, P_NothingIsToldUntilItIsActive) {
  Do(Subscribe{});
  Do(Notify(SubscriptionState::kPending, 1));
  EXPECT_EQ(record_.state, State::kPending);
  EXPECT_TRUE(Commands<Subscribe>(Do(Probe{})).empty());
  EXPECT_TRUE(Told<PresenceUpdate>(Do(Probe{})).empty());
  const Step refused = Do(Notify(SubscriptionState::kTerminated, 2));
  EXPECT_TRUE(Told<Deny>(refused).empty());  // no reason said: it is asked again
}

TEST_F(XmppWatcherTest, A_APendingNotifyTakesBackWhatWasShown) {
  MakeActive();
  const Step step = Do(Notify(SubscriptionState::kPending, 2));
  ASSERT_EQ(Told<PresenceUpdate>(step).size(), 1u);
  EXPECT_FALSE(Told<PresenceUpdate>(step)[0].resources.at(0).available);
  EXPECT_EQ(record_.state, State::kPending);
}

TEST_F(XmppWatcherTest, A_ARefreshThatIsRefusedEndsTheAuthorisation) {
  for (const std::uint16_t status : {std::uint16_t{403}, std::uint16_t{489}, std::uint16_t{603}}) {
    MakeActive();
    const Step refresh = Do(Due{}, *DueAt(record_));
    const Step step = Do(CommandDone{Commands<Subscribe>(refresh).at(0), Refused(status)});
    EXPECT_FALSE(Told<PresenceUpdate>(step).at(0).resources.at(0).available) << status;
    EXPECT_EQ(Told<Deny>(step).size(), 1u);
    EXPECT_TRUE(record_.IsEmpty());
  }
}

TEST_F(XmppWatcherTest, A_ARefreshThatFindsNoDialogBeginsANewOneAtOnce) {
  MakeActive();
  const Step refresh = Do(Due{}, *DueAt(record_));
  const Step step = Do(CommandDone{Commands<Subscribe>(refresh).at(0), Refused(481)});
  ASSERT_EQ(Commands<Subscribe>(step).size(), 1u);
  EXPECT_TRUE(Commands<Subscribe>(step)[0].dialog.remote_tag.empty());
  EXPECT_TRUE(Told<PresenceUpdate>(step).empty());
  EXPECT_EQ(record_.state, State::kSuspended);
  // The new one is confirmed: presence, and no second `subscribed`.
  const Step back = Do(Notify(SubscriptionState::kActive, 1, {Online("0", Show::kAway)}));
  EXPECT_EQ(Told<PresenceUpdate>(back).size(), 1u);
  EXPECT_TRUE(Told<Approve>(back).empty());
}

TEST_F(XmppWatcherTest, A_WhatNobodyVouchesForAnyMoreIsGoneAtTheOldExpiry) {
  for (const std::uint16_t status : {std::uint16_t{404}, std::uint16_t{500}}) {
    Forget();
    MakeActive();
    const WallTime expiry = kNow + 3600s;
    bool gone = false;
    for (int i = 0; i < 100 && !gone; ++i) {
      const WallTime now = *DueAt(record_);
      const Step step = Do(Due{}, now);
      const auto told = Told<PresenceUpdate>(step);
      gone = !told.empty() && !told[0].resources.at(0).available;
      EXPECT_EQ(gone, now >= expiry) << status;
      for (const SipCommand& command : Commands<Subscribe>(step)) {
        Do(CommandDone{command, Refused(status)}, now);
      }
    }
    EXPECT_TRUE(gone);
    EXPECT_EQ(record_.state, State::kSuspended);
    EXPECT_TRUE(DueAt(record_));  // and it goes on trying
  }
}

struct EndCase {
  std::string reason;
  bool anew;         // at once
  bool unavailable;  // told at once
  State state;
};
class TerminatedTest : public XmppWatcherTest, public testing::WithParamInterface<EndCase> {};

TEST_P(TerminatedTest, FollowsTheTableOfReasons) {
  MakeActive();
  PresenceUpdate end = Notify(SubscriptionState::kTerminated, 2);
  end.termination_reason = GetParam().reason;
  const Step step = Do(end);
  EXPECT_EQ(!Commands<Subscribe>(step).empty(), GetParam().anew);
  EXPECT_EQ(!Told<PresenceUpdate>(step).empty(), GetParam().unavailable);
  EXPECT_EQ(record_.state, GetParam().state);
  EXPECT_EQ(Told<Deny>(step).size(), GetParam().state == State::kNone ? 1u : 0u);
}
INSTANTIATE_TEST_SUITE_P(Active, TerminatedTest,
                         testing::Values(EndCase{"deactivated", true, false, State::kSuspended},
                                         EndCase{"timeout", true, false, State::kSuspended},
                                         EndCase{"", true, false, State::kSuspended},
                                         EndCase{"probation", false, true, State::kSuspended},
                                         EndCase{"giveup", false, true, State::kSuspended},
                                         EndCase{"invariant", false, false, State::kSuspended},
                                         EndCase{"rejected", false, true, State::kNone},
                                         EndCase{"noresource", false, true, State::kNone}));

TEST_F(XmppWatcherTest, ADialogThatIsNotReplacedTakesItsStateWithIt) {
  MakeActive();
  PresenceUpdate end = Notify(SubscriptionState::kTerminated, 2);
  end.termination_reason = "deactivated";
  Do(end);
  EXPECT_FALSE(Told<PresenceUpdate>(Do(Due{}, kNow + 60s)).empty());
  EXPECT_TRUE(record_.known.empty());
}

TEST_F(XmppWatcherTest, N_AnUnsubscribeIsConfirmed) {
  EXPECT_EQ(Told<Deny>(Do(Unsubscribe{})).size(), 1u);
  EXPECT_TRUE(record_.IsEmpty());
}

TEST_F(XmppWatcherTest, WhatDidNotReachTheWatcherIsToldAgain) {
  MakeActive();
  ToXmpp lost{kRomeo, kJuliet, PresenceUpdate{}};
  Do(NotCarried{lost});
  const Step again = Do(Due{}, *DueAt(record_));
  EXPECT_EQ(Told<Approve>(again).size(), 1u);
  EXPECT_TRUE(Told<PresenceUpdate>(again).at(0).resources.at(0).available);
}

}  // namespace
}  // namespace dragoman::presence
