#include <string>

#include "tests/presence-store/store_fixture.h"

namespace dragoman::store {
namespace {

const std::string kBytes = "what a record says, at some length";

TEST_F(StoreTest, WhatOneSavesTheOtherLoads) {
  const RecordKey key = Pair("romeo", "juliet");
  EXPECT_TRUE(Load(*one_, key)->bytes.empty());
  const auto saved = Save(*one_, key, {.bytes = kBytes});
  ASSERT_TRUE(saved);
  EXPECT_TRUE(saved->created);
  const auto stored = Load(*other_, key);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->bytes, kBytes);
  EXPECT_EQ(stored->version, saved->version);
  EXPECT_FALSE(stored->kept);
  EXPECT_TRUE(Load(*other_, key)->kept);
}

TEST_F(StoreTest, ASaveOverAnotherIsAConflictAndTheNextLoadIsFresh) {
  const RecordKey key = Pair("romeo", "juliet");
  const std::uint32_t first = MustSave(*one_, key, {.bytes = "1"});
  Load(*other_, key);
  const std::uint32_t second = MustSave(*one_, key, {.bytes = "2", .version = first});
  EXPECT_NE(second, first);
  EXPECT_EQ(Save(*other_, key, {.bytes = "3", .version = first}).error(), StoreError::kConflict);
  const auto stored = Load(*other_, key);
  EXPECT_EQ(stored->bytes, "2");
  EXPECT_FALSE(stored->kept);
  EXPECT_EQ(Save(*other_, key, {.bytes = "3"}).error(), StoreError::kConflict);  // not new
}

TEST_F(StoreTest, ACopyOfWhatWasRemovedDoesNotReplaceWhatCameAfter) {
  const RecordKey key = Pair("romeo", "juliet");
  const std::uint32_t first = MustSave(*one_, key, {.bytes = "the first dialog"});
  Load(*other_, key);
  const auto removed = Save(*one_, key, {.version = first});
  ASSERT_TRUE(removed);
  EXPECT_TRUE(removed->removed);
  MustSave(*one_, key, {.bytes = "another dialog"});
  EXPECT_EQ(Save(*other_, key, {.bytes = "old news", .version = first}).error(),
            StoreError::kConflict);
}

TEST_F(StoreTest, ARemovedRecordLeavesNothingBehind) {
  const RecordKey key = Pair("romeo", "juliet");
  const WallTime due(Duration(1000));
  const std::uint32_t version =
      MustSave(*one_, key, {.bytes = kBytes, .due = due, .pending = true});
  MustSave(*one_, key, {.version = version});
  EXPECT_EQ(server_->Ask({"DBSIZE"}), "0");
}

TEST_F(StoreTest, WhatWasNotSavedHasSettledNothing) {
  const RecordKey key = Pair("romeo", "juliet");
  const std::uint32_t first = MustSave(*one_, key, {.bytes = "1", .due = WallTime(Duration(1000))});
  MustSave(*one_, key, {.bytes = "2", .version = first, .due = WallTime(Duration(2000))});
  EXPECT_EQ(Save(*other_, key, {.bytes = "3", .version = first}).error(), StoreError::kConflict);
  EXPECT_TRUE(Load(*other_, key));  // whatever was sent before has been done
  EXPECT_EQ(Claim(*one_, bench_.loop.Wall()).entries.size(), 1u);
}

// A failover may have lost what was saved last: the same version then means something else.
TEST_F(StoreTest, F10_NothingIsKeptBeyondTheConnection) {
  const RecordKey key = Pair("romeo", "juliet");
  MustSave(*one_, key, {.bytes = kBytes});
  EXPECT_TRUE(Load(*one_, key)->kept);
  const std::uint64_t comebacks = one_->comebacks();
  server_->Ask({"CLIENT", "KILL", "TYPE", "normal"});
  EXPECT_TRUE(bench_.Until([&] { return one_->comebacks() > comebacks && one_->available(); }));
  EXPECT_FALSE(Load(*one_, key)->kept);
}

TEST_F(StoreTest, T55_WhatIsNoRecordCountsAsNoneAndCanBeReplaced) {
  const RecordKey key = Pair("romeo", "juliet");
  for (const char* garbage : {"", "abc", "\x01\x02\x03\x04\x28\xB5\x2F\xFDgarbage"}) {
    server_->Ask({"HSET", HashOf(key), FieldOf(key), garbage});
    one_->Forget(key);
    const auto stored = Load(*one_, key);
    ASSERT_TRUE(stored);
    EXPECT_TRUE(stored->unreadable);
    EXPECT_TRUE(stored->bytes.empty());
    EXPECT_TRUE(Save(*one_, key, {.bytes = kBytes, .version = stored->version}));
    EXPECT_EQ(Load(*one_, key)->bytes, kBytes);
  }
}

TEST_F(StoreTest, L22_AUserHasSoManyRecordsAndNoMore) {
  for (int i = 0; i < 3; ++i) {
    MustSave(*one_, Pair("romeo", std::to_string(i)), {.bytes = kBytes, .records_max = 3});
  }
  const RecordKey fourth = Pair("romeo", "3");
  EXPECT_EQ(Save(*one_, fourth, {.bytes = kBytes, .records_max = 3}).error(), StoreError::kTooMany);
  EXPECT_TRUE(Load(*other_, fourth)->bytes.empty());
  // Those that exist can change, other users begin, and one that goes makes room.
  const RecordKey first = Pair("romeo", "0");
  const std::uint32_t version = Load(*other_, first)->version;
  const std::uint32_t changed =
      MustSave(*other_, first, {.bytes = "changed", .version = version, .records_max = 3});
  MustSave(*one_, Pair("paris", "0"), {.bytes = kBytes, .records_max = 3});
  MustSave(*other_, first, {.version = changed});
  MustSave(*one_, fourth, {.bytes = kBytes, .records_max = 3});
}

TEST_F(StoreTest, L22_SoManyOfThemMayWaitForADecision) {
  const auto pending = [](std::uint32_t version = 0) {
    return Change{
        .bytes = kBytes, .version = version, .pending = true, .records_max = 4, .pending_max = 2};
  };
  MustSave(*one_, Pair("romeo", "0"), pending());
  const std::uint32_t version = MustSave(*one_, Pair("romeo", "1"), pending());
  EXPECT_EQ(Save(*one_, Pair("romeo", "2"), pending()).error(), StoreError::kTooMany);
  MustSave(*one_, Pair("romeo", "1"), pending(version));  // it waits already
  Change decided = pending(Load(*one_, Pair("romeo", "1"))->version);
  decided.pending = false;
  MustSave(*one_, Pair("romeo", "1"), decided);
  MustSave(*one_, Pair("romeo", "2"), pending());
  MustSave(*one_, Pair("romeo", "3"), {.bytes = kBytes, .records_max = 4});  // does not wait
  EXPECT_EQ(Save(*one_, Pair("romeo", "4"), {.bytes = kBytes, .records_max = 4}).error(),
            StoreError::kTooMany);
}

TEST_F(StoreTest, L27_ARecordAboveTheBoundIsNotSaved) {
  const RecordKey key = Pair("romeo", "juliet");
  EXPECT_TRUE(Save(*one_, key, {.bytes = std::string(kRecordBytesMax, 'x')}));
  EXPECT_EQ(Save(*one_, key, {.bytes = std::string(kRecordBytesMax + 1, 'x')}).error(),
            StoreError::kTooLarge);
}

TEST_F(StoreTest, SoManyRecordsAreKeptInMemoryAndTheLeastUsedGoes) {
  for (std::size_t i = 0; i <= kCachedMax; ++i) {
    const RecordKey key = Pair("romeo", std::to_string(i));
    if (i % 1000 > 0) {
      one_->Load(key, [](const Result<Stored, StoreError>& stored) { EXPECT_TRUE(stored); });
    } else {  // waits for those before it too
      Load(*one_, key);
      Load(*one_, Pair("paris", "juliet"));
    }
  }
  EXPECT_TRUE(Load(*one_, Pair("paris", "juliet"))->kept);
  EXPECT_FALSE(Load(*one_, Pair("romeo", "0"))->kept);
}

TEST_F(StoreTest, WithoutRedisEveryRequestFails) {
  server_->Signal(SIGKILL);
  EXPECT_EQ(Load(*one_, Pair("romeo", "juliet")).error(), StoreError::kUnavailable);
  EXPECT_EQ(Save(*one_, Pair("romeo", "juliet"), {.bytes = kBytes}).error(),
            StoreError::kUnavailable);
}

}  // namespace
}  // namespace dragoman::store
