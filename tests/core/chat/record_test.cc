// How long what is known of a conversation is kept, and how much of it one user makes. Design §5;
// IM-6.
#include "core/chat/record.h"

#include <gtest/gtest.h>

#include <optional>

#include "core/chat/machine.h"

namespace dragoman::chat {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{Duration(1'000'000'000'000)};

enum class Seen { kNothing, kPages, kSession, kBoth, kEndedSession };

Record RecordOf(Seen seen) {
  Record record;
  record.sip_user = {"romeo", "montague.example", {}};
  record.xmpp_user = {"juliet", "capulet.example", {}};
  record.last_activity = kNow;
  if (seen == Seen::kPages || seen == Seen::kBoth) record.mode = Mode::kPage;
  if (seen == Seen::kSession || seen == Seen::kEndedSession) record.mode = Mode::kSession;
  if (seen == Seen::kSession || seen == Seen::kBoth) {
    record.dialogs.emplace_back();
    record.dialogs.back().call_id = "a";
  }
  return record;
}

TEST(ChatRecordTest, ARecordWithoutASessionIsForgottenInTime) {
  constexpr WallTime kNever{};
  struct Row {
    Seen seen;
    Duration idle;
    WallTime due;  // before
    std::size_t byes;
    bool empty;     // afterwards, when it was looked at
    WallTime next;  // due then
  };
  const WallTime idle = kNow + kIdleMax, forgotten = kNow + kForgottenAfter;
  const Row rows[] = {
      {Seen::kNothing, 1min, kNever, 0, true, kNever},
      {Seen::kNothing, kIdleMax, kNever, 0, true, kNever},
      {Seen::kNothing, kForgottenAfter, kNever, 0, true, kNever},
      {Seen::kPages, 1min, forgotten, 0, false, forgotten},
      {Seen::kPages, kIdleMax, forgotten, 0, false, forgotten},
      {Seen::kPages, kForgottenAfter - 1ms, forgotten, 0, false, forgotten},
      {Seen::kPages, kForgottenAfter, forgotten, 0, true, kNever},
      {Seen::kSession, 1min, idle, 0, false, idle},
      {Seen::kSession, kIdleMax, idle, 1, false, forgotten},
      {Seen::kSession, kForgottenAfter, idle, 1, true, kNever},
      {Seen::kBoth, 1min, idle, 0, false, idle},
      {Seen::kBoth, kIdleMax, idle, 1, false, forgotten},
      {Seen::kBoth, kForgottenAfter, idle, 1, true, kNever},
      {Seen::kEndedSession, 1min, forgotten, 0, false, forgotten},
      {Seen::kEndedSession, kIdleMax, forgotten, 0, false, forgotten},
      {Seen::kEndedSession, kForgottenAfter, forgotten, 0, true, kNever},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::to_string(static_cast<int>(row.seen)) + " idle for " +
                 std::to_string(row.idle.count()) + " ms");
    const Record record = RecordOf(row.seen);
    EXPECT_EQ(DueAt(record).value_or(kNever), row.due);
    const Step step = Advance(record, Due{}, kNow + row.idle);
    EXPECT_EQ(step.effects.size(), row.byes);
    EXPECT_EQ(step.record.IsEmpty(), row.empty);
    EXPECT_EQ(DueAt(step.record).value_or(kNever), row.next);
  }
}

envelope::Chat Page() {
  envelope::Chat chat;
  chat.bodies.push_back({"", "Ay me!"});
  return chat;
}

TEST(ChatRecordTest, APageKeepsTheRecordAndIsWrittenDownOnceInAWhile) {
  Record record = Advance(RecordOf(Seen::kNothing), Page(), kNow + 2h).record;
  EXPECT_EQ(record.last_activity, kNow + 2h);
  EXPECT_EQ(DueAt(record), kNow + 2h + kForgottenAfter);
  EXPECT_EQ(Advance(record, Page(), kNow + 2h + kPageStep - 1ms).record, record);
  EXPECT_EQ(Advance(record, Page(), kNow + 2h + kPageStep).record.last_activity,
            kNow + 2h + kPageStep);
}

// The one that wrote last is not where pages go because of the pages.
TEST(ChatRecordTest, IM6_APageMakesNoResourceFresh) {
  Record record = RecordOf(Seen::kPages);
  record.xmpp_resource = "balcony";
  EXPECT_EQ(Advance(record, Page(), kNow + 9min).forward->resource, "balcony");
  const Step late = Advance(record, Page(), kNow + 2h);
  EXPECT_EQ(late.forward->resource, "");
  EXPECT_EQ(Advance(late.record, Page(), kNow + 2h + 1min).forward->resource, "");
}

// To write to everybody makes so many; nobody else can use them up for the user.
TEST(ChatRecordTest, L22_PagesThatNobodyAnsweredAreRememberedUpToABound) {
  EXPECT_EQ(RecordsMax(Advance(RecordOf(Seen::kNothing), Page(), kNow).record), kRecordsMax);
  EXPECT_EQ(RecordsMax(RecordOf(Seen::kSession)), 0u);
  Record answered = RecordOf(Seen::kPages);
  answered.xmpp_resource = "balcony";
  EXPECT_EQ(RecordsMax(answered), 0u);
}

}  // namespace
}  // namespace dragoman::chat
