// Requirements §8.1, the row of watchers who are offline or idle: their dialogs end, their
// authorisation stays.
#include <gtest/gtest.h>

#include "tests/core/presence/watcher_fixture.h"

namespace dragoman::presence {
namespace {

class SignOfLifeTest : public WatcherTest {
 protected:
  static constexpr WallTime kStart{std::chrono::milliseconds(1'700'000'000'000)};

  SignOfLifeTest() {
    record_.watcher_side = Side::kXmpp;
    record_.watcher = kJuliet;
    record_.presentity = kRomeo;
    Take(Subscribe{}, kStart);
    PresenceUpdate notify;
    notify.subscription = SubscriptionState::kActive;
    notify.complete = true;
    notify.expires = 28'800;
    notify.resources = {Online("0")};
    notify.dialog = record_.watches.at(0).dialog;
    notify.dialog->remote_tag = "edge";
    notify.dialog->remote_cseq = 1;
    Take(notify, kStart);
    record_.watches.at(0).expires = kStart + 480h;  // so that only the refresh is due
    record_.known_until = kStart + 480h;
  }

  Step Take(const Event& event, WallTime now, SignOfLife watcher = {}) {
    Step step = Advance(record_, event, {now, random_, 28'800s, false, 24h, watcher});
    record_ = step.record;
    return step;
  }
  Step Refresh(WallTime now, SignOfLife watcher = {}) {
    record_.retry_at = now;
    EXPECT_TRUE(NeedsSignOfLife(record_, now));
    return Take(Due{}, now, watcher);
  }
  static std::uint32_t ExpiresOf(const Step& step) {
    const auto commands = Commands<Subscribe>(step);
    return commands.size() == 1 ? std::get<Subscribe>(commands[0].act).expires : 1;
  }
};

TEST_F(SignOfLifeTest, WhoWasSeenLatelyIsWatchedForOn) {
  EXPECT_EQ(ExpiresOf(Refresh(kStart + 23h)), 28'800u);
  EXPECT_EQ(record_.state, State::kActive);
}

TEST_F(SignOfLifeTest, WhoWasNotSeenForADayIsNot) {
  const Step step = Refresh(kStart + 24h);
  EXPECT_EQ(ExpiresOf(step), 0u);
  EXPECT_EQ(record_.state, State::kSuspended);
  EXPECT_TRUE(record_.watches.empty());
  EXPECT_EQ(DueAt(record_), std::nullopt);
  // It may be there all the same, and is shown nothing that nobody vouches for.
  ASSERT_EQ(Told<PresenceUpdate>(step).size(), 1u);
  EXPECT_FALSE(Told<PresenceUpdate>(step)[0].resources.at(0).available);
}

TEST_F(SignOfLifeTest, AProbeIsASignOfLifeAndBringsTheDialogBack) {
  Take(Probe{}, kStart + 23h);
  EXPECT_EQ(ExpiresOf(Refresh(kStart + 46h)), 28'800u);
  Refresh(kStart + 47h);
  EXPECT_EQ(record_.state, State::kSuspended);
  EXPECT_EQ(ExpiresOf(Take(Probe{}, kStart + 100h)), 28'800u);
  EXPECT_EQ(record_.seen_at, kStart + 100h);
}

TEST_F(SignOfLifeTest, WhomTheSipUserSeesOnlineIsThere) {
  EXPECT_EQ(ExpiresOf(Refresh(kStart + 100h, {kStart + 100h, false})), 28'800u);
}

TEST_F(SignOfLifeTest, WhoIsKnownToBeOfflineMayBeBackWithinAnHour) {
  EXPECT_EQ(ExpiresOf(Refresh(kStart + 2h, {kStart + 1h + 1s, true})), 28'800u);
  const Step step = Refresh(kStart + 3h, {kStart + 1h + 1s, true});
  EXPECT_EQ(ExpiresOf(step), 0u);
  EXPECT_EQ(record_.state, State::kSuspended);
  EXPECT_TRUE(Told<PresenceUpdate>(step).empty());  // its server knows
}

TEST_F(SignOfLifeTest, ALossElsewhereDoesNotWakeWhatNobodyLooksAt) {
  Refresh(kStart + 24h);
  EXPECT_TRUE(Take(Verify{}, kStart + 25h).effects.empty());
}

TEST_F(SignOfLifeTest, TheOtherDirectionTellsWhetherTheWatcherIsThere) {
  Record reverse;
  reverse.state = State::kActive;
  reverse.known_at = kStart;
  EXPECT_TRUE(SignOf(reverse, kStart + 1h).gone);
  EXPECT_EQ(SignOf(reverse, kStart + 1h).at, kStart);
  reverse.known = {Online("balcony")};
  EXPECT_FALSE(SignOf(reverse, kStart + 1h).gone);
  EXPECT_EQ(SignOf(reverse, kStart + 1h).at, kStart + 1h);
  reverse.state = State::kSuspended;  // nobody tells it any more
  EXPECT_FALSE(SignOf(reverse, kStart + 1h).gone);
  EXPECT_EQ(SignOf(reverse, kStart + 1h).at, WallTime{});
}

TEST_F(SignOfLifeTest, OnlyARefreshAsksForIt) {
  EXPECT_FALSE(NeedsSignOfLife(record_, kStart));
  record_.retry_at = kStart + 5h;
  EXPECT_TRUE(NeedsSignOfLife(record_, kStart + 5h));
  record_.state = State::kPending;
  EXPECT_FALSE(NeedsSignOfLife(record_, kStart + 5h));
}

TEST_F(SignOfLifeTest, SUB16_APollIsARequestWithoutAnAuthorisation) {
  EXPECT_FALSE(IsPoll(record_, Probe{}));
  Forget();
  EXPECT_TRUE(IsPoll(record_, Probe{}));
  EXPECT_FALSE(IsPoll(record_, Subscribe{}));
  record_.watcher_side = Side::kSip;
  Subscribe fetch{.dialog = SipDialog{}, .expires = 0, .sender_id = {}};
  EXPECT_TRUE(IsPoll(record_, fetch));
  fetch.in_dialog = true;
  EXPECT_FALSE(IsPoll(record_, fetch));
}

TEST_F(SignOfLifeTest, NewsTellHowOldWhatWasKnownHadBecome) {
  EXPECT_EQ(AgeOf(record_, PresenceUpdate{}, kStart + 2h), std::optional<Duration>(2h));
  EXPECT_EQ(AgeOf(record_, Probe{}, kStart + 2h), std::nullopt);
  record_.known_at = {};
  EXPECT_EQ(AgeOf(record_, PresenceUpdate{}, kStart + 2h), std::nullopt);
}

}  // namespace
}  // namespace dragoman::presence
