// Both watcher machines by the tables of requirements §8.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/presence/machine.h"
#include "tests/core/counting_random.h"

namespace dragoman::presence {
namespace {

using namespace std::chrono_literals;
using namespace envelope;

const Address kRomeo{"romeo", "montague.example", {}};
const Address kJuliet{"juliet", "capulet.example", {}};
constexpr WallTime kNow{Duration(1'000'000)};

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

policy::Reason AnswerOf(const Step& step) {
  for (const Effect& effect : step.effects) {
    if (const auto* answer = std::get_if<Answer>(&effect)) return answer->outcome.reason;
  }
  return policy::Reason::kInternal;
}

ResourcePresence Online(const std::string& resource, Show show = Show::kNone) {
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
  CountingRandom random_;
  Record record_;
};

class XmppWatcherTest : public WatcherTest {
 protected:
  XmppWatcherTest() {
    record_.watcher_side = Side::kXmpp;
    record_.watcher = kJuliet;
    record_.presentity = kRomeo;
  }
  PresenceUpdate Notify(SubscriptionState state, std::uint32_t cseq,
                        std::vector<ResourcePresence> resources = {}) {
    PresenceUpdate update;
    update.subscription = state;
    update.complete = true;
    update.expires = 3600;
    update.resources = std::move(resources);
    update.dialog = record_.watches.at(0).dialog;
    update.dialog->remote_tag = "edge";
    update.dialog->remote_cseq = cseq;
    update.dialog->remote_target = "sip:romeo@192.0.2.1";
    return update;
  }
  void MakeActive() {
    Do(Subscribe{});
    Do(Notify(SubscriptionState::kActive, 1, {Online("0")}));
  }
};

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
                                         RefusalCase{501, true}, RefusalCase{408, false},
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

class SipWatcherTest : public WatcherTest {
 protected:
  SipWatcherTest() {
    record_.watcher_side = Side::kSip;
    record_.watcher = kRomeo;
    record_.presentity = kJuliet;
  }
  static Subscribe FromEndpoint(const std::string& call_id, std::uint32_t cseq = 1,
                                std::uint32_t expires = 3600) {
    Subscribe subscribe;
    subscribe.dialog.emplace();
    subscribe.dialog->call_id = call_id;
    subscribe.dialog->local_tag = "ours";
    subscribe.dialog->remote_tag = "theirs";
    subscribe.dialog->remote_cseq = cseq;
    subscribe.expires = expires;
    return subscribe;
  }
  static PresenceUpdate News(const ResourcePresence& one) {
    PresenceUpdate update;
    update.resources.push_back(one);
    return update;
  }
  static const PresenceUpdate& Document(const SipCommand& command) {
    return std::get<PresenceUpdate>(command.act);
  }
};

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
  const auto notifies = Commands<PresenceUpdate>(Do(News(Online("garden"))));
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(Document(notifies[0]).resources.size(), 2u);
  ResourcePresence gone;
  const auto last =
      Commands<PresenceUpdate>(Do(News(gone)));  // PRES-14: the bare JID takes all with it
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

}  // namespace
}  // namespace dragoman::presence
