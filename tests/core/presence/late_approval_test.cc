// What `subscribed` is worth to a SIP watcher without a dialog: as much as the question that it
// answers. Requirements §8.2, SEC-5, L-22; RFC 6121 §3.1.6.
#include <optional>

#include "tests/core/presence/sip_watcher_fixture.h"

namespace dragoman::presence {
namespace {

using LateApprovalTest = SipWatcherTest;

struct ApprovalCase {
  std::optional<Duration> asked;  // ago; the dialog ended at once
  State next;
};
constexpr ApprovalCase kRows[] = {{std::nullopt, State::kNone},
                                  {1h, State::kSuspended},
                                  {24h, State::kNone},
                                  {25h, State::kNone}};

TEST_F(LateApprovalTest, SEC5_N_AnApprovalThatNobodyAskedForOpensNoRecord) {
  for (const bool looked : {false, true}) {  // a due time came before the approval, or it was late
    for (const ApprovalCase& row : kRows) {
      Forget();
      if (row.asked) {
        Do(FromEndpoint("a"), kNow);
        Do(FromEndpoint("a", 2, 0), kNow);
        ASSERT_EQ(record_.state, State::kNone);
        ASSERT_FALSE(record_.IsEmpty());
        ASSERT_EQ(DueAt(record_), kNow + 24h);
      }
      const WallTime now = kNow + row.asked.value_or(Duration(0));
      if (looked) Do(Due{}, now);
      const Step step = Do(Approve{}, now);
      EXPECT_EQ(AnswerOf(step), policy::Reason::kNone);
      EXPECT_EQ(step.effects.size(), 1u);
      EXPECT_EQ(record_.state, row.next);
      EXPECT_EQ(record_.IsEmpty(), row.next == State::kNone);
      EXPECT_FALSE(DueAt(record_));
    }
  }
}

TEST_F(LateApprovalTest, SEC5_AForgedApprovalLeadsToNoSubscriptionOfWhomNobodyAsked) {
  Do(Approve{});
  EXPECT_EQ(record_.state, State::kNone);
  const Step step = Do(FromEndpoint("a"));
  EXPECT_EQ(Told<Subscribe>(step).size(), 1u);
  EXPECT_EQ(Document(Commands<PresenceUpdate>(step).at(0)).subscription,
            SubscriptionState::kPending);
}

// Whatever it is that ends the question.
TEST_F(LateApprovalTest, N_WhoDecidedOrIsNotAskedAnyMoreIsForgotten) {
  const Event ends[] = {Deny{}, Drop{}, Due{}};
  for (const Event& end : ends) {
    Forget();
    Do(FromEndpoint("a"));
    Do(FromEndpoint("a", 2, 0));
    const Step step = Do(end, kNow + 24h);
    EXPECT_TRUE(record_.IsEmpty());
    EXPECT_EQ(Told<Unsubscribe>(step).size(), std::holds_alternative<Drop>(end) ? 1u : 0u);
    Do(Approve{}, kNow + 24h);
    EXPECT_TRUE(record_.IsEmpty());
  }
}

TEST_F(LateApprovalTest, N_ANewSubscriptionAsksAnew) {
  Do(FromEndpoint("a"));
  Do(FromEndpoint("a", 2, 0));
  EXPECT_EQ(Told<Subscribe>(Do(FromEndpoint("b"), kNow + 1min)).size(), 1u);
  EXPECT_EQ(record_.state, State::kPending);
}

// A probe would be answered `unsubscribed`, and that is not the presentity's decision.
TEST_F(LateApprovalTest, N_AFetchLeavesTheQuestionAlone) {
  Do(FromEndpoint("a"));
  Do(FromEndpoint("a", 2, 0));
  const Step fetch = Do(FromEndpoint("once", 1, 0), kNow + 1min);
  EXPECT_TRUE(Told<Probe>(fetch).empty());
  ASSERT_EQ(Commands<PresenceUpdate>(fetch).size(), 1u);
  EXPECT_FALSE(Document(Commands<PresenceUpdate>(fetch)[0]).has_document);
  Do(Approve{}, kNow + 1h);
  EXPECT_EQ(record_.state, State::kSuspended);
}

// Nobody watches who has only asked what there is: the last dialog ends although that is not
// answered.
TEST_F(LateApprovalTest, P_A_AFetchDoesNotStandForADialog) {
  for (const bool approved : {false, true}) {
    Forget();
    Do(FromEndpoint("once", 1, 0));
    Do(FromEndpoint("a"));
    if (approved) Do(Approve{});
    Do(FromEndpoint("a", 2, 0));
    EXPECT_EQ(record_.state, approved ? State::kSuspended : State::kNone);
    Do(Due{}, kNow + 3s);
    EXPECT_TRUE(record_.watches.empty());
    EXPECT_EQ(record_.state, approved ? State::kSuspended : State::kNone);
  }
}

}  // namespace
}  // namespace dragoman::presence
