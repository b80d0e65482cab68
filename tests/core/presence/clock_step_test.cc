// F-17: the wall clock is stepped between two events. A time that was noted before may then lie in
// a future that never comes; it is not waited for. Nor does anything end that the other side still
// has.
#include <gmock/gmock.h>

#include <string>

#include "tests/core/presence/sip_watcher_fixture.h"

namespace dragoman::presence {
namespace {

constexpr WallTime kBefore{Duration(1'700'000'000'000)};
constexpr Duration kLifetime = 3600s;
constexpr Duration kSoon = 10s;  // no news waits for longer (EVT-11)

struct ClockRow {
  std::string name;
  Duration by;
};

class SipWatcherClockTest : public SipWatcherTest, public testing::WithParamInterface<ClockRow> {
 protected:
  WallTime After() const { return kBefore + GetParam().by; }
  // It has a dialog, and was told the presentity's state just now.
  void MakeActive() {
    Do(FromEndpoint("a"), kBefore);
    Do(Approve{}, kBefore);
    Do(News(Online("balcony")), kBefore);
  }
};

TEST_P(SipWatcherClockTest, NewsIsToldOrDueSoon) {
  MakeActive();
  const Step step = Do(News(Online("balcony", Show::kAway)), After());
  if (!Commands<PresenceUpdate>(step).empty()) return;
  const auto due = DueAt(record_);
  ASSERT_TRUE(due);
  EXPECT_LE(*due, After() + kSoon);
}

TEST_P(SipWatcherClockTest, ARefreshKeepsTheDialogForItsLifetime) {
  MakeActive();
  Do(FromEndpoint("a", 2), After());
  ASSERT_EQ(record_.watches.size(), 1u);
  EXPECT_EQ(record_.watches[0].expires, After() + kLifetime);
}

TEST_P(SipWatcherClockTest, ANewDialogIsToldWhatIsKnown) {
  MakeActive();
  const Step step = Do(FromEndpoint("b"), After());
  EXPECT_EQ(AnswerOf(step), policy::Reason::kNone);
  ASSERT_EQ(Commands<PresenceUpdate>(step).size(), 1u);
  EXPECT_TRUE(Document(Commands<PresenceUpdate>(step)[0]).resources.at(0).available);
}

class XmppWatcherClockTest : public WatcherTest, public testing::WithParamInterface<ClockRow> {
 protected:
  XmppWatcherClockTest() {
    record_.watcher_side = Side::kXmpp;
    record_.watcher = kJuliet;
    record_.presentity = kRomeo;
  }
  WallTime After() const { return kBefore + GetParam().by; }
  PresenceUpdate Notify(std::uint32_t cseq, Show show = Show::kNone) {
    PresenceUpdate update;
    update.subscription = SubscriptionState::kActive;
    update.complete = true;
    update.expires = static_cast<std::uint32_t>(kLifetime / 1s);
    update.resources = {Online("0", show)};
    update.dialog = record_.watches.at(0).dialog;
    update.dialog->remote_tag = "edge";
    update.dialog->remote_cseq = cseq;
    return update;
  }
  void MakeActive() {
    Do(Subscribe{}, kBefore);
    Do(Notify(1), kBefore);
  }
};

TEST_P(XmppWatcherClockTest, NewsIsToldAndTheRefreshIsDueInTime) {
  MakeActive();
  EXPECT_EQ(Told<PresenceUpdate>(Do(Notify(2, Show::kAway), After())).size(), 1u);
  const auto due = DueAt(record_);
  ASSERT_TRUE(due);
  EXPECT_GT(*due, After());
  EXPECT_LE(*due, After() + kLifetime);
}

TEST_P(XmppWatcherClockTest, WhatIsVerifiedIsDueInTimeAgain) {
  MakeActive();
  EXPECT_EQ(Commands<Subscribe>(Do(Verify{}, After())).size(), 1u);
  const auto due = DueAt(record_);
  ASSERT_TRUE(due);
  EXPECT_LE(*due, After() + kLifetime);
}

// Beyond the dialog's lifetime nobody can tell a step from hours without a router: then it is asked
// for anew at once.
TEST_P(XmppWatcherClockTest, ALookEndsNothing) {
  MakeActive();
  const Step step = Do(Due{}, After());
  EXPECT_TRUE(Told<Deny>(step).empty());
  EXPECT_NE(record_.state, State::kNone);
  if (GetParam().by < kLifetime) {
    EXPECT_TRUE(Told<PresenceUpdate>(step).empty());
  } else {
    EXPECT_EQ(Commands<Subscribe>(step).size(), 1u);
  }
}

const ClockRow kClockRows[] = {
    {"ASecondBack", -1s},       {"AMinuteBack", -1min}, {"AnHourBack", -1h},
    {"TenYearsBack", -87'648h}, {"AMinuteAhead", 1min}, {"AnHourAhead", 1h},
    {"TenYearsAhead", 87'648h},
};
std::string NameOf(const testing::TestParamInfo<ClockRow>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(F17, SipWatcherClockTest, testing::ValuesIn(kClockRows), NameOf);
INSTANTIATE_TEST_SUITE_P(F17, XmppWatcherClockTest, testing::ValuesIn(kClockRows), NameOf);

}  // namespace
}  // namespace dragoman::presence
