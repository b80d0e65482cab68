// Requirements §8.2: a SIP user watches an XMPP user. Names begin with the row's state.
#include "tests/core/presence/sip_watcher_fixture.h"

namespace dragoman::presence {
namespace {

TEST_F(SipWatcherTest, EVT5_AnswersWithPendingAtOnceAndAsksTheContact) {
  const Step step = Do(FromEndpoint("a"));
  EXPECT_EQ(AnswerOf(step), policy::Reason::kNone);
  EXPECT_EQ(Told<Subscribe>(step).size(), 1u);
  const auto notifies = Commands<PresenceUpdate>(step);
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(Document(notifies[0]).subscription, SubscriptionState::kPending);
  EXPECT_FALSE(Document(notifies[0]).has_document);
  EXPECT_EQ(Document(notifies[0]).expires, 3600u);  // EVT-6
}

TEST_F(SipWatcherTest, T32_NothingButPendingReachesAWatcherWhoIsNotApproved) {
  Do(FromEndpoint("a"));
  EXPECT_TRUE(Commands<PresenceUpdate>(Do(News(Online("balcony")))).empty());
}

TEST_F(SipWatcherTest, ApprovalAndNewsReachEveryEndpoint) {
  Do(FromEndpoint("a"));
  Do(FromEndpoint("b"));
  EXPECT_EQ(Commands<PresenceUpdate>(Do(Approve{})).size(), 2u);
  const auto notifies = Commands<PresenceUpdate>(Do(News(Online("balcony", Show::kAway))));
  ASSERT_EQ(notifies.size(), 2u);
  EXPECT_EQ(Document(notifies[0]).subscription, SubscriptionState::kActive);
  EXPECT_EQ(Document(notifies[0]).resources.at(0).show, Show::kAway);
  EXPECT_EQ(notifies[0].dialog.local_cseq, 3u);  // ARCH-4: pending, active, news
}

TEST_F(SipWatcherTest, PRES1_EachNotifyHoldsTheWholeState) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  const auto notifies = Commands<PresenceUpdate>(Do(News(Online("garden")), kNow + 5s));
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(Document(notifies[0]).resources.size(), 2u);
  ResourcePresence gone;
  const auto last = Commands<PresenceUpdate>(
      Do(News(gone), kNow + 10s));  // PRES-14: the bare JID takes all with it
  ASSERT_EQ(last.size(), 1u);
  EXPECT_FALSE(Document(last[0]).resources.at(0).available);
}

TEST_F(SipWatcherTest, ADenialTerminatesEveryDialog) {
  Do(FromEndpoint("a"));
  const auto notifies = Commands<PresenceUpdate>(Do(Deny{}));
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(Document(notifies[0]).termination_reason, "rejected");
  EXPECT_TRUE(record_.IsEmpty());
}

TEST_F(SipWatcherTest, SUB1_TheAuthorisationOutlivesTheDialogs) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(Due{}, kNow + 3600s);
  EXPECT_EQ(record_.state, State::kSuspended);
  EXPECT_TRUE(record_.watches.empty());
  const Step back = Do(FromEndpoint("b"), kNow + 7200s);
  EXPECT_EQ(Told<Probe>(back).size(), 1u);
  EXPECT_TRUE(Told<Subscribe>(back).empty());
}

TEST_F(SipWatcherTest, ARefreshOfADialogThatNobodyKnowsIsRefused) {
  Subscribe refresh = FromEndpoint("a");
  refresh.in_dialog = true;
  EXPECT_EQ(AnswerOf(Do(refresh)), policy::Reason::kNoSuchDialog);
}

TEST_F(SipWatcherTest, EVT10_ANotifyThatFindsNobodyEndsItsDialog) {
  Do(FromEndpoint("a"));
  const auto notifies = Commands<PresenceUpdate>(Do(Approve{}));
  Outcome refused;
  refused.reason = policy::Reason::kSipRefused;
  refused.sip_status = 481;
  Do(CommandDone{notifies.at(0), refused});
  EXPECT_TRUE(record_.watches.empty());
}

TEST_F(SipWatcherTest, SIP32_AProxysTimeoutEndsItsDialogToo) {
  Do(FromEndpoint("a"));
  const auto notifies = Commands<PresenceUpdate>(Do(Approve{}));
  Outcome unanswered;
  unanswered.reason = policy::Reason::kSipRefused;
  unanswered.sip_status = 408;
  Do(CommandDone{notifies.at(0), unanswered});
  EXPECT_TRUE(record_.watches.empty());
}

TEST_F(SipWatcherTest, HoldsNoMoreDialogsThanItsBound) {
  for (std::size_t i = 0; i < kWatchesMax; ++i) {
    EXPECT_EQ(AnswerOf(Do(FromEndpoint(std::to_string(i)))), policy::Reason::kNone);
  }
  EXPECT_EQ(AnswerOf(Do(FromEndpoint("one more"))), policy::Reason::kOverloaded);
}

TEST_F(SipWatcherTest, KnowsNoMoreResourcesThanItsBound) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  for (std::size_t i = 0; i <= kResourcesMax; ++i) Do(News(Online(std::to_string(i))));
  EXPECT_EQ(record_.known.size(), kResourcesMax);
}

TEST_F(SipWatcherTest, ALostFrontEndLeadsToAProbe) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  EXPECT_EQ(Told<Probe>(Do(Verify{})).size(), 1u);
}

std::vector<Farewell> Farewells(const Step& step) {
  std::vector<Farewell> all;
  for (const Effect& effect : step.effects) {
    if (const auto* one = std::get_if<Farewell>(&effect)) all.push_back(*one);
  }
  return all;
}

TEST_F(SipWatcherTest, P_AnotherEndpointAsksNobodyAgainForAWhile) {
  Do(FromEndpoint("a"));
  const Step other = Do(FromEndpoint("b"), kNow + 1min);
  EXPECT_TRUE(Told<Subscribe>(other).empty());
  EXPECT_EQ(Document(Commands<PresenceUpdate>(other).at(0)).subscription,
            SubscriptionState::kPending);
  EXPECT_EQ(Told<Subscribe>(Do(FromEndpoint("a", 2), kNow + 11min)).size(), 1u);
}

TEST_F(SipWatcherTest, P_ADialogThatEndsLeavesTheQuestionWithThePresentity) {
  Do(FromEndpoint("a"));
  Do(FromEndpoint("b"), kNow + 1s);
  const Step step = Do(Due{}, kNow + 3600s);
  ASSERT_EQ(Commands<PresenceUpdate>(step).size(), 1u);
  EXPECT_EQ(Document(Commands<PresenceUpdate>(step)[0]).termination_reason, "timeout");
  EXPECT_EQ(record_.state, State::kPending);
  Do(Due{}, kNow + 3601s);
  EXPECT_EQ(record_.state, State::kNone);
  Do(Approve{});  // late
  EXPECT_EQ(record_.state, State::kSuspended);
}

TEST_F(SipWatcherTest, AnErrorSaysWhyByTheTable) {
  using policy::Reason;
  const std::pair<Reason, std::string> rows[] = {{Reason::kNone, "rejected"},
                                                 {Reason::kForbidden, "rejected"},
                                                 {Reason::kItemNotFound, "noresource"},
                                                 {Reason::kRemoteServerNotFound, "noresource"},
                                                 {Reason::kUnsupportedRequest, "giveup"},
                                                 {Reason::kUnsupportedMedia, "giveup"},
                                                 {Reason::kRemoteServerTimeout, "probation"},
                                                 {Reason::kRecipientUnavailable, "probation"},
                                                 {Reason::kOverloaded, "probation"}};
  for (const auto& [reason, word] : rows) {
    Do(FromEndpoint("a"));
    Deny deny;
    deny.reason = reason;
    const auto notifies = Commands<PresenceUpdate>(Do(deny));
    ASSERT_EQ(notifies.size(), 1u);
    EXPECT_EQ(Document(notifies[0]).termination_reason, word);
    EXPECT_EQ(Document(notifies[0]).retry_after > 0, word == "probation");
    EXPECT_FALSE(Document(notifies[0]).has_document);
  }
}

TEST_F(SipWatcherTest, P_C_WhatIsNotKnownHasNoDocument) {
  Do(FromEndpoint("a"));
  const auto approved = Commands<PresenceUpdate>(Do(Approve{}));
  ASSERT_EQ(approved.size(), 1u);
  EXPECT_FALSE(Document(approved[0]).has_document);
  Do(News(Online("balcony")));
  Do(FromEndpoint("a", 2, 0));
  const Step back = Do(FromEndpoint("b"));
  EXPECT_EQ(Told<Probe>(back).size(), 1u);
  EXPECT_EQ(Document(Commands<PresenceUpdate>(back).at(0)).subscription,
            SubscriptionState::kActive);
  EXPECT_FALSE(Document(Commands<PresenceUpdate>(back)[0]).has_document);
  // That nobody is there is knowledge.
  const auto nobody = Commands<PresenceUpdate>(Do(News({})));
  ASSERT_EQ(nobody.size(), 1u);
  EXPECT_FALSE(Document(nobody[0]).resources.at(0).available);
  EXPECT_TRUE(Commands<PresenceUpdate>(Do(News({}), kNow + 1min)).empty());
}

TEST_F(SipWatcherTest, A_AFetchOfWhatIsNotKnownWaitsForTheProbe) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  const Step asked = Do(FromEndpoint("once", 1, 0));
  EXPECT_EQ(Told<Probe>(asked).size(), 1u);
  EXPECT_TRUE(Commands<PresenceUpdate>(asked).empty());
  const auto silence = Commands<PresenceUpdate>(Do(Due{}, kNow + 3s));
  ASSERT_EQ(silence.size(), 1u);
  EXPECT_FALSE(Document(silence[0]).has_document);
  EXPECT_EQ(record_.watches.size(), 1u);
}

TEST_F(SipWatcherTest, A_AnotherEndpointSeesWhatIsKnown) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  const Step step = Do(FromEndpoint("b"));
  EXPECT_TRUE(Told<Probe>(step).empty());
  ASSERT_EQ(Commands<PresenceUpdate>(step).size(), 1u);
  EXPECT_TRUE(Document(Commands<PresenceUpdate>(step)[0]).resources.at(0).available);
}

// Requirements §8.2: with PIDF if known, else without body. "Offline" would be a guess.
TEST_F(SipWatcherTest, P_C_WhatIsNotKnownYetIsNotTold) {
  Do(FromEndpoint("a"));
  auto notifies = Commands<PresenceUpdate>(Do(Approve{}));
  EXPECT_FALSE(Document(notifies.at(0)).has_document);
  ResourcePresence offline;
  notifies = Commands<PresenceUpdate>(Do(News(offline), kNow + 1s));
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_TRUE(Document(notifies[0]).has_document);
  Do(Due{}, kNow + 3600s);
  ASSERT_EQ(record_.state, State::kSuspended);
  notifies = Commands<PresenceUpdate>(Do(FromEndpoint("b"), kNow + 3700s));
  EXPECT_EQ(Document(notifies.at(0)).subscription, SubscriptionState::kActive);
  EXPECT_FALSE(Document(notifies.at(0)).has_document);
}

TEST_F(SipWatcherTest, EVT11_NewsThatFollowsQuicklyIsToldAsOne) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  EXPECT_EQ(Commands<PresenceUpdate>(Do(News(Online("balcony")))).size(), 1u);
  EXPECT_TRUE(
      Commands<PresenceUpdate>(Do(News(Online("balcony", Show::kAway)), kNow + 1s)).empty());
  EXPECT_TRUE(Commands<PresenceUpdate>(Do(News(Online("balcony", Show::kDnd)), kNow + 2s)).empty());
  ASSERT_EQ(DueAt(record_), kNow + 5s);
  const auto newest = Commands<PresenceUpdate>(Do(Due{}, kNow + 5s));
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(Document(newest[0]).resources.at(0).show, Show::kDnd);
  EXPECT_TRUE(Commands<PresenceUpdate>(Do(Due{}, kNow + 20s)).empty());
  EXPECT_EQ(Commands<PresenceUpdate>(Do(News(Online("balcony")), kNow + 21s)).size(), 1u);
}

TEST_F(SipWatcherTest, EVT10_ANotifyThatFailsOtherwiseIsFollowedByTheNewestState) {
  Do(FromEndpoint("a"));
  const auto notifies = Commands<PresenceUpdate>(Do(Approve{}));
  Outcome busy;
  busy.reason = policy::Reason::kSipRefused;
  busy.sip_status = 500;
  Do(CommandDone{notifies.at(0), busy});
  ASSERT_EQ(record_.watches.size(), 1u);
  EXPECT_EQ(Commands<PresenceUpdate>(Do(Due{}, kNow + 30s)).size(), 1u);
  Outcome silent;
  silent.reason = policy::Reason::kRemoteServerTimeout;
  Do(CommandDone{notifies.at(0), silent});
  EXPECT_TRUE(record_.watches.empty());
}

TEST_F(SipWatcherTest, ANotifyThatWasTakenIsNoNews) {
  Do(FromEndpoint("a"));
  const auto notifies = Commands<PresenceUpdate>(Do(Approve{}));
  const Record before = record_;
  Do(CommandDone{notifies.at(0), {}});
  EXPECT_EQ(record_, before);
  EXPECT_FALSE(IsNews(notifies.at(0), {}));
  EXPECT_TRUE(IsNews(notifies.at(0), {.reason = policy::Reason::kSipRefused}));
  EXPECT_TRUE(IsNews({.dialog = {}, .act = Subscribe{}}, {}));
}

TEST_F(SipWatcherTest, EVT10_ANotifyThatFailedHoldsUpNoNews) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  const auto notifies = Commands<PresenceUpdate>(Do(News(Online("orchard"))));
  Outcome busy;
  busy.reason = policy::Reason::kSipRefused;
  busy.retry_after = 60;
  Do(CommandDone{notifies.at(0), busy});
  EXPECT_EQ(DueAt(record_), kNow + 60s);
  EXPECT_EQ(Commands<PresenceUpdate>(Do(News(Online("balcony")), kNow + 5s)).size(), 1u);
  Do(CommandDone{notifies.at(0), busy}, kNow + 6s);  // overtaken: the one behind it said all
  EXPECT_EQ(DueAt(record_), kNow + 3600s);
}

TEST_F(SipWatcherTest, SUB7_WithTheLastDialogThePresentityIsBidFarewell) {
  Do(FromEndpoint("a"));
  Do(FromEndpoint("b"));
  Do(Approve{});
  EXPECT_TRUE(Farewells(Do(FromEndpoint("a", 2, 0))).empty());
  const Step last = Do(FromEndpoint("b", 2, 0));
  ASSERT_EQ(Farewells(last).size(), 1u);
  EXPECT_EQ(Farewells(last)[0], (Farewell{kRomeo, kJuliet}));
  const auto notifies = Commands<PresenceUpdate>(last);
  EXPECT_EQ(Document(notifies.at(0)).termination_reason, "timeout");
  EXPECT_FALSE(Document(notifies.at(0)).resources.at(0).available);  // closed
  Do(Deny{});
  Do(FromEndpoint("c"));
  EXPECT_TRUE(Farewells(Do(FromEndpoint("c", 2, 0))).empty());  // it was never approved
}

TEST_F(SipWatcherTest, SUB10_AFetchWaitsForTheProbeAndNoLongerThanThreeSeconds) {
  for (const bool authorised : {false, true}) {
    Forget();
    if (authorised) record_.state = State::kSuspended;
    const Step asked = Do(FromEndpoint("a", 1, 0));
    EXPECT_EQ(Told<Probe>(asked).size(), 1u);
    EXPECT_TRUE(Commands<PresenceUpdate>(asked).empty());
    const auto told = Commands<PresenceUpdate>(Do(News(Online("balcony")), kNow + 1s));
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(Document(told[0]).termination_reason, "timeout");
    EXPECT_TRUE(Document(told[0]).resources.at(0).available);
    EXPECT_EQ(record_.state, authorised ? State::kSuspended : State::kNone);

    Do(FromEndpoint("b", 1, 0));
    const auto silence = Commands<PresenceUpdate>(Do(Due{}, kNow + 3s));
    ASSERT_EQ(silence.size(), 1u);
    EXPECT_FALSE(Document(silence[0]).has_document);
    EXPECT_EQ(record_.state, authorised ? State::kSuspended : State::kNone);
    EXPECT_TRUE(record_.watches.empty());
  }
}

TEST_F(SipWatcherTest, P_AnApprovalThatNoPresenceFollowsIsProbedFor) {
  for (const bool follows : {false, true}) {
    Forget();
    Do(FromEndpoint("a"));
    EXPECT_TRUE(Told<Probe>(Do(Approve{})).empty());
    if (follows) Do(News(Online("balcony")), kNow + 1s);
    const Step later = Do(Due{}, kNow + 3s);
    EXPECT_EQ(Told<Probe>(later).size(), follows ? 0u : 1u);
    EXPECT_EQ(DueAt(record_), kNow + 3600s);
  }
}

TEST_F(SipWatcherTest, P_AFetchShowsNothingAndLeavesTheQuestionAlone) {
  Do(FromEndpoint("a"));
  Do(News(Online("balcony")));
  const Step fetch = Do(FromEndpoint("once", 1, 0));
  EXPECT_TRUE(Told<Probe>(fetch).empty());
  ASSERT_EQ(Commands<PresenceUpdate>(fetch).size(), 1u);
  EXPECT_EQ(Document(Commands<PresenceUpdate>(fetch)[0]).termination_reason, "timeout");
  EXPECT_FALSE(Document(Commands<PresenceUpdate>(fetch)[0]).has_document);
  EXPECT_EQ(record_.state, State::kPending);
  EXPECT_EQ(record_.watches.size(), 1u);
}

TEST_F(SipWatcherTest, A_AFetchIsAnsweredAtOnceFromWhatIsKnown) {
  Do(FromEndpoint("a"));
  Do(Approve{});
  Do(News(Online("balcony")));
  const Step fetch = Do(FromEndpoint("once", 1, 0));
  ASSERT_EQ(Commands<PresenceUpdate>(fetch).size(), 1u);
  EXPECT_TRUE(Document(Commands<PresenceUpdate>(fetch)[0]).resources.at(0).available);
  EXPECT_EQ(record_.watches.size(), 1u);
}

TEST_F(SipWatcherTest, A_ARefreshAsksAgainForWhatIsOld) {
  Do(FromEndpoint("a", 1, 28'800));
  Do(Approve{});
  Do(News(Online("balcony")));
  EXPECT_TRUE(Told<Probe>(Do(FromEndpoint("a", 2, 28'800), kNow + 59min)).empty());
  EXPECT_EQ(Told<Probe>(Do(FromEndpoint("a", 3, 28'800), kNow + 61min)).size(), 1u);
}

TEST_F(SipWatcherTest, AQuestionThatWasNotCarriedIsAskedAgain) {
  const Step asked = Do(FromEndpoint("a"));
  Do(NotCarried{std::get<ToXmpp>(
      *std::find_if(asked.effects.begin(), asked.effects.end(),
                    [](const Effect& effect) { return std::holds_alternative<ToXmpp>(effect); }))});
  ASSERT_EQ(DueAt(record_), kNow + 10s);
  EXPECT_EQ(Told<Subscribe>(Do(Due{}, kNow + 10s)).size(), 1u);
  Do(Approve{});
  Do(NotCarried{ToXmpp{kRomeo, kJuliet, Probe{}}}, kNow + 20s);
  EXPECT_EQ(Told<Probe>(Do(Due{}, *DueAt(record_))).size(), 1u);
}

// Who left while nobody could tell (a front-end or the store was away) is not in the answer.
}  // namespace
}  // namespace dragoman::presence
