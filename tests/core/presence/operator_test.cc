// What an operator may do to a subscription: ask anew, and end it on both sides.
#include <gmock/gmock.h>

#include "core/presence/machine.h"
#include "tests/core/presence/watcher_fixture.h"

namespace dragoman::presence {
namespace {

SipDialog ADialog(const std::string& call_id) {
  SipDialog dialog;
  dialog.call_id = call_id;
  dialog.local_tag = "ours";
  dialog.remote_tag = "theirs";
  dialog.local_cseq = 1;
  return dialog;
}

class OperatorTest : public WatcherTest {
 protected:
  // A record of juliet's (XMPP) or romeo's (SIP) watching, with a live dialog where `dialogs`.
  void Given(Side watcher, State state, std::size_t dialogs) {
    Forget();
    record_.watcher_side = watcher;
    record_.watcher = watcher == Side::kXmpp ? kJuliet : kRomeo;
    record_.presentity = watcher == Side::kXmpp ? kRomeo : kJuliet;
    record_.state = state;
    for (std::size_t i = 0; i < dialogs; ++i)
      record_.watches.push_back({ADialog("c" + std::to_string(i)), kNow + 3600s});
  }
};

TEST_F(OperatorTest, AsksTheSipSideInTheLiveDialog) {
  Given(Side::kXmpp, State::kActive, 1);
  const auto asked = Commands<Subscribe>(Do(AskAnew{}));
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].dialog.call_id, "c0");
  EXPECT_GT(std::get<Subscribe>(asked[0].act).expires, 0u);
}

// Idle, or told by the SIP side to wait: an operator need not.
TEST_F(OperatorTest, AsksTheSipSideInANewDialogWhereThereIsNone) {
  Given(Side::kXmpp, State::kSuspended, 0);
  record_.retry_at = kNow + 600s;
  const auto asked = Commands<Subscribe>(Do(AskAnew{}));
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_TRUE(asked[0].dialog.remote_tag.empty());
  EXPECT_EQ(record_.state, State::kSuspended);
  EXPECT_LT(*DueAt(record_), kNow + 600s);
}

TEST_F(OperatorTest, AsksTheXmppSideByWhatItsUserHasDecided) {
  Given(Side::kSip, State::kActive, 2);
  EXPECT_EQ(Told<Probe>(Do(AskAnew{})).size(), 1u);
  Given(Side::kSip, State::kPending, 1);
  EXPECT_EQ(Told<Subscribe>(Do(AskAnew{})).size(), 1u);
}

TEST_F(OperatorTest, AsksNothingForNobody) {
  Given(Side::kSip, State::kSuspended, 0);
  EXPECT_TRUE(Do(AskAnew{}).effects.empty());
  Given(Side::kXmpp, State::kNone, 0);
  EXPECT_TRUE(Do(AskAnew{}).effects.empty());
}

TEST_F(OperatorTest, DropsWhatAnXmppUserWatches) {
  for (const State state :
       {State::kRequested, State::kPending, State::kActive, State::kSuspended}) {
    Given(Side::kXmpp, state, 1);
    if (state == State::kActive) record_.known = {Online("desk")};
    const Step step = Do(Drop{});
    const auto ended = Commands<Subscribe>(step);
    ASSERT_EQ(ended.size(), 1u);
    EXPECT_EQ(std::get<Subscribe>(ended[0].act).expires, 0u);
    EXPECT_EQ(Told<Deny>(step).size(), 1u);
    EXPECT_EQ(Told<PresenceUpdate>(step).size(), state == State::kActive ? 1u : 0u);
    EXPECT_TRUE(record_.IsEmpty());
  }
}

TEST_F(OperatorTest, DropsWhatASipUserWatches) {
  for (const State state : {State::kPending, State::kActive, State::kSuspended}) {
    const std::size_t dialogs = state == State::kSuspended ? 0 : 2;
    Given(Side::kSip, state, dialogs);
    const Step step = Do(Drop{});
    EXPECT_EQ(Told<Unsubscribe>(step).size(), 1u);
    const auto ended = Commands<PresenceUpdate>(step);
    ASSERT_EQ(ended.size(), dialogs);
    for (const SipCommand& one : ended) {
      EXPECT_EQ(std::get<PresenceUpdate>(one.act).subscription, SubscriptionState::kTerminated);
      EXPECT_EQ(std::get<PresenceUpdate>(one.act).termination_reason, "rejected");
    }
    EXPECT_TRUE(record_.IsEmpty());
  }
}

// A poll is no subscription: its one dialog ends, and nobody on the XMPP side hears of it.
TEST_F(OperatorTest, DropsAPollWithoutAWordToThePresentity) {
  Given(Side::kSip, State::kNone, 1);
  record_.watches[0].fetch = true;
  const Step step = Do(Drop{});
  EXPECT_TRUE(Told<Unsubscribe>(step).empty());
  EXPECT_TRUE(record_.IsEmpty());
}

}  // namespace
}  // namespace dragoman::presence
