// `subscribe` where there may be an authorisation already: what the SIP side answers ends it only
// if it is a refusal. Requirements §8.1, SUB-1.
#include <gmock/gmock.h>

#include "tests/core/presence/xmpp_watcher_fixture.h"

namespace dragoman::presence {
namespace {

enum class Given { kNothing, kSuspended, kProbed };
enum class Answered { k403, k404, k407, k500, kNever, kActive };

struct AgainCase {
  std::string name;
  Given given;
  Answered answer;
  State next;
  int approved;
  int denied;
  bool gone;  // she is told that he is not there, before she hears of her request
};

class AskedAgainTest : public XmppWatcherTest, public testing::WithParamInterface<AgainCase> {
 protected:
  void Make(Given given) {
    if (given == Given::kNothing) return;
    if (given == Given::kProbed) {
      Do(Probe{});
      Do(Notify(SubscriptionState::kTerminated, 1, {Online("0")}));
    } else {
      MakeActive();
      PresenceUpdate last = Notify(SubscriptionState::kTerminated, 2);
      last.termination_reason = "probation";
      last.retry_after = 600;
      Do(last);
    }
    ASSERT_EQ(record_.state, State::kSuspended);
  }
  Step Answer(const SipCommand& asked) {
    switch (GetParam().answer) {
      case Answered::k403:
        return Do(CommandDone{asked, Refused(403)});
      case Answered::k404:
        return Do(CommandDone{asked, Refused(404)});
      case Answered::k407:
        return Do(CommandDone{asked, Refused(407)});
      case Answered::k500:
        return Do(CommandDone{asked, Refused(500)});
      case Answered::kActive:
        return Do(Notify(SubscriptionState::kActive, 1, {Online("0")}));
      case Answered::kNever:
        break;
    }
    Step all;
    for (WallTime now = kNow; now < kNow + 25h && !record_.IsEmpty();) {
      now = *DueAt(record_);
      for (Effect& effect : Do(Due{}, now).effects) all.effects.push_back(std::move(effect));
    }
    return all;
  }
};

TEST_P(AskedAgainTest, SUB1_OnlyARefusalEndsTheAuthorisation) {
  const AgainCase& row = GetParam();
  Make(row.given);
  Subscribe request;
  request.sender_id = "again";
  const Step asked = Do(request);
  ASSERT_EQ(Commands<Subscribe>(asked).size(), 1u);
  EXPECT_GT(std::get<Subscribe>(Commands<Subscribe>(asked)[0].act).expires, 0u);
  EXPECT_TRUE(Told<Approve>(asked).empty());

  const Step step = Answer(Commands<Subscribe>(asked)[0]);
  EXPECT_EQ(record_.state, row.next);
  EXPECT_EQ(Told<Approve>(step).size(), static_cast<std::size_t>(row.approved));
  const auto denied = Told<Deny>(step);
  ASSERT_EQ(denied.size(), static_cast<std::size_t>(row.denied));
  const bool refused = row.answer == Answered::k403;
  if (row.denied > 0) {
    EXPECT_EQ(denied[0].sender_id, refused ? "" : "again");
  }
  const auto told = Told<PresenceUpdate>(step);
  EXPECT_EQ(!told.empty() && !told[0].resources.at(0).available, row.gone);
  // She hears it once.
  if (row.answer == Answered::kActive) {
    EXPECT_TRUE(Told<Approve>(Do(Notify(SubscriptionState::kActive, 2, {Online("0")}))).empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Again, AskedAgainTest,
    testing::Values(
        AgainCase{"N_403", Given::kNothing, Answered::k403, State::kNone, 0, 1, false},
        AgainCase{"N_404", Given::kNothing, Answered::k404, State::kNone, 0, 1, false},
        AgainCase{"N_407", Given::kNothing, Answered::k407, State::kNone, 0, 1, false},
        AgainCase{"N_500", Given::kNothing, Answered::k500, State::kRequested, 0, 0, false},
        AgainCase{"N_ADay", Given::kNothing, Answered::kNever, State::kNone, 0, 1, false},
        AgainCase{"N_Active", Given::kNothing, Answered::kActive, State::kActive, 1, 0, false},
        AgainCase{"S_403", Given::kSuspended, Answered::k403, State::kNone, 0, 1, false},
        AgainCase{"S_404", Given::kSuspended, Answered::k404, State::kSuspended, 0, 0, false},
        AgainCase{"S_407", Given::kSuspended, Answered::k407, State::kSuspended, 0, 0, false},
        AgainCase{"S_500", Given::kSuspended, Answered::k500, State::kSuspended, 0, 0, false},
        AgainCase{"S_ADay", Given::kSuspended, Answered::kNever, State::kSuspended, 0, 0, false},
        AgainCase{"S_Active", Given::kSuspended, Answered::kActive, State::kActive, 1, 0, false},
        AgainCase{"Probed_403", Given::kProbed, Answered::k403, State::kNone, 0, 1, true},
        AgainCase{"Probed_404", Given::kProbed, Answered::k404, State::kNone, 0, 1, true},
        AgainCase{"Probed_407", Given::kProbed, Answered::k407, State::kNone, 0, 1, true},
        AgainCase{"Probed_500", Given::kProbed, Answered::k500, State::kRequested, 0, 0, false},
        AgainCase{"Probed_ADay", Given::kProbed, Answered::kNever, State::kNone, 0, 1, true},
        AgainCase{"Probed_Active", Given::kProbed, Answered::kActive, State::kActive, 1, 0, false}),
    [](const auto& row) { return row.param.name; });

// What is under way answers this one too.
TEST_F(XmppWatcherTest, SUB9_S_AskedAgainWhileASubscribeIsUnderWay) {
  MakeActive();
  PresenceUpdate last = Notify(SubscriptionState::kTerminated, 2);
  last.termination_reason = "deactivated";
  EXPECT_EQ(Commands<Subscribe>(Do(last)).size(), 1u);
  EXPECT_TRUE(Commands<Subscribe>(Do(Subscribe{})).empty());
  const Step active = Do(Notify(SubscriptionState::kActive, 1, {Online("0")}));
  EXPECT_EQ(Told<Approve>(active).size(), 1u);
}

}  // namespace
}  // namespace dragoman::presence
