// SIP peers that end what was just begun: none makes an X-watcher ask as fast as it answers, nor
// for ever. Requirements §8.1, SEC-5.
#include "tests/core/presence/xmpp_watcher_fixture.h"

namespace dragoman::presence {
namespace {

constexpr std::uint32_t kForEver = 4'294'967'295;

struct Peer {
  std::string name;
  // What comes of a SUBSCRIBE: NOTIFYs of these states, the last of them with this reason; or, if
  // there is a status, this answer to it.
  std::vector<SubscriptionState> notifies;
  std::string reason;
  std::uint32_t retry_after = 0;
  std::uint16_t status = 0;
  bool decides = false;  // it says `active`: then it is asked for as long as somebody watches
};

class InsistentPeerTest : public XmppWatcherTest, public testing::WithParamInterface<Peer> {
 protected:
  // Answers all that `step` asks, and what is asked because of that, at once; at most `max` times.
  void Play(Step step, WallTime now, int max) {
    std::vector<SipCommand> asked;
    const auto take = [&](const Step& one) {
      for (const SipCommand& command : Commands<Subscribe>(one)) asked.push_back(command);
      for (const Deny& denied : Told<Deny>(one)) denied_.push_back(denied);
    };
    take(step);
    for (std::size_t i = 0; i < asked.size() && max-- > 0; ++i) {
      ++asked_;
      const SipCommand command = asked[i];  // `asked` grows
      for (const Event& answer : AnswersTo(command)) take(Do(answer, now));
    }
  }
  std::vector<Event> AnswersTo(const SipCommand& command) {
    const Peer& peer = GetParam();
    const auto& subscribe = std::get<Subscribe>(command.act);
    Outcome outcome;
    if (peer.status != 0) {
      outcome = Refused(peer.status);
      outcome.expires = subscribe.expires + 1;  // of a 423
      return {CommandDone{command, outcome}};
    }
    outcome.sip_status = 200;
    outcome.expires = subscribe.expires;
    std::vector<Event> answers{CommandDone{command, outcome}};
    std::uint32_t cseq = 0;
    for (const SubscriptionState state : peer.notifies) {
      PresenceUpdate notify;
      notify.subscription = state;
      notify.complete = true;
      notify.expires = 3600;
      notify.dialog = command.dialog;
      notify.dialog->remote_tag = "edge";
      notify.dialog->remote_cseq = ++cseq;
      if (state == SubscriptionState::kTerminated) {
        notify.termination_reason = peer.reason;
        notify.retry_after = peer.retry_after;
      } else {
        notify.resources = {Online("0")};
      }
      answers.push_back(notify);
    }
    return answers;
  }

  int asked_ = 0;
  std::vector<Deny> denied_;
};

TEST_P(InsistentPeerTest, SEC5_IsAskedAHandfulOfTimesAtOnceAndEndsAfterADay) {
  Subscribe request;
  request.sender_id = "ask-1";
  Play(Do(request), kNow, 1000);
  EXPECT_LE(asked_, 6);
  EXPECT_TRUE(denied_.empty());
  ASSERT_TRUE(DueAt(record_));
  EXPECT_GE(*DueAt(record_), kNow + 10s);

  WallTime now = kNow;
  while (!record_.IsEmpty() && now < kNow + 26h) {
    ASSERT_GT(*DueAt(record_), now);
    now = *DueAt(record_);
    Play(Do(Due{}, now), now, 1000);
  }
  EXPECT_LE(asked_, 100);
  EXPECT_EQ(record_.IsEmpty(), !GetParam().decides);
  ASSERT_EQ(denied_.size(), GetParam().decides ? 0u : 1u);
  if (GetParam().decides) return;
  EXPECT_GE(now, kNow + 24h);
  EXPECT_EQ(denied_[0].reason, policy::Reason::kRemoteServerTimeout);
  EXPECT_EQ(denied_[0].sender_id, "ask-1");
}

constexpr SubscriptionState kPending = SubscriptionState::kPending;
constexpr SubscriptionState kActive = SubscriptionState::kActive;
constexpr SubscriptionState kEnd = SubscriptionState::kTerminated;
INSTANTIATE_TEST_SUITE_P(
    Peers, InsistentPeerTest,
    testing::Values(Peer{"Deactivates", {kEnd}, "deactivated"}, Peer{"TimesOut", {kEnd}, "timeout"},
                    Peer{"SaysNoReason", {kEnd}, ""},
                    Peer{"DeactivatesWhatPends", {kPending, kEnd}, "deactivated"},
                    Peer{"DeactivatesWhatIsActive", {kActive, kEnd}, "deactivated", 0, 0, true},
                    Peer{"DeactivatesAfterBoth", {kPending, kActive, kEnd}, "timeout", 0, 0, true},
                    Peer{"ProbationOfASecond", {kEnd}, "probation", 1},
                    Peer{"ProbationOfWhatPends", {kPending, kEnd}, "probation", 1},
                    Peer{"ProbationOfWhatIsActive", {kActive, kEnd}, "probation", 1, 0, true},
                    Peer{"GivesUpForASecond", {kEnd}, "giveup", 1},
                    Peer{"GivesUpForEver", {kEnd}, "giveup", kForEver},
                    Peer{"WantsEverLonger", {}, "", 0, 423}, Peer{"KnowsNoDialog", {}, "", 0, 481},
                    Peer{"IsOutOfOrder", {}, "", 0, 500}),
    [](const auto& peer) { return peer.param.name; });

TEST_F(XmppWatcherTest, R_A423ThatWantsMoreThanADayIsAFailure) {
  for (const auto& [seconds, followed] : {std::pair{86'400u, true}, std::pair{86'401u, false}}) {
    Forget();
    const Step asked = Do(Subscribe{});
    Outcome brief = Refused(423);
    brief.expires = seconds;
    const Step step = Do(CommandDone{Commands<Subscribe>(asked).at(0), brief});
    EXPECT_EQ(Commands<Subscribe>(step).size(), followed ? 1u : 0u);
    EXPECT_GE(*DueAt(record_), kNow + 10s);
  }
}

// What the table of §8.1 promises a dialog that ends, it has again once another one has lasted.
TEST_F(XmppWatcherTest, A_ADialogThatLastedIsReplacedAtOnceAgain) {
  MakeActive();
  const auto end = [this](WallTime now) {
    PresenceUpdate last = Notify(SubscriptionState::kTerminated, 9);
    last.termination_reason = "deactivated";
    return Commands<Subscribe>(Do(last, now)).size();
  };
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(end(kNow), 1u);
    Do(Notify(SubscriptionState::kActive, 1, {Online("0")}));
  }
  const Record before = record_;
  EXPECT_EQ(end(kNow), 0u);

  record_ = before;
  ASSERT_EQ(DueAt(record_), kNow + kLasting);
  EXPECT_TRUE(Do(Due{}, kNow + kLasting).effects.empty());
  EXPECT_EQ(record_.failures, 0u);
  EXPECT_GT(*DueAt(record_), kNow + kLasting);
  EXPECT_EQ(end(kNow + kLasting), 1u);
}

// Whoever has pended for days is asked for a day once more.
TEST_F(XmppWatcherTest, P_ADialogThatEndsAfterDaysIsAskedForAnew) {
  Do(Subscribe{});
  Do(Notify(SubscriptionState::kPending, 1));
  const WallTime now = kNow + 48h;
  PresenceUpdate last = Notify(SubscriptionState::kTerminated, 2);
  last.termination_reason = "deactivated";
  const Step step = Do(last, now);
  EXPECT_EQ(Commands<Subscribe>(step).size(), 1u);
  EXPECT_TRUE(Told<Deny>(step).empty());
  EXPECT_EQ(record_.state, State::kRequested);
  EXPECT_TRUE(Told<Deny>(Do(Due{}, *DueAt(record_))).empty());
}

}  // namespace
}  // namespace dragoman::presence
