#include <gmock/gmock.h>

#include <algorithm>

#include "presence-store/tally.h"
#include "tests/presence-store/store_fixture.h"

namespace dragoman::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr WallTime kNow{Duration(1'700'000'000'000)};

DueEntry Due(const RecordKey& key) { return {key, Purpose::kDue}; }

TEST_F(StoreTest, WhatIsDueIsClaimedByOneOfTwo) {
  const DueEntry entry = Due(Pair("romeo", "juliet"));
  one_->due().Schedule(entry, kNow);
  EXPECT_THAT(Claim(*one_, kNow - Duration(1)).entries, IsEmpty());
  EXPECT_THAT(Claim(*one_, kNow).entries, ElementsAre(entry));
  EXPECT_THAT(Claim(*other_, kNow + kLease - Duration(1)).entries, IsEmpty());
}

TEST_F(StoreTest, WhoDiesWithItLeavesItToTheNextWhenTheLeaseEnds) {
  const DueEntry entry = Due(Pair("romeo", "juliet"));
  one_->due().Schedule(entry, kNow);
  Claim(*one_, kNow);
  EXPECT_THAT(Claim(*other_, kNow + kLease).entries, ElementsAre(entry));
  other_->due().Settle(entry);
  EXPECT_THAT(Claim(*other_, kNow + 3 * kLease).entries, IsEmpty());
  EXPECT_EQ(server_->Ask({"DBSIZE"}), "0");
}

TEST_F(StoreTest, ASaveSaysWhenTheRecordIsLookedAtAgain) {
  const RecordKey key = Pair("romeo", "juliet");
  std::uint32_t version = MustSave(*one_, key, {.bytes = "1", .due = kNow});
  EXPECT_THAT(Claim(*one_, kNow).entries, ElementsAre(Due(key)));
  version = MustSave(*one_, key, {.bytes = "2", .version = version, .due = kNow + Duration(9)});
  EXPECT_THAT(Claim(*one_, kNow + Duration(9)).entries, ElementsAre(Due(key)));
  MustSave(*one_, key, {.bytes = "3", .version = version});
  EXPECT_THAT(Claim(*one_, kNow + 9 * kLease).entries, IsEmpty());
}

TEST_F(StoreTest, BothPurposesAndErrandsStandBesideEachOther) {
  const RecordKey key = Pair("romeo", "juliet");
  one_->due().Schedule(Due(key), kNow);
  one_->due().Schedule({key, Purpose::kVerify}, kNow);
  one_->due().Schedule({{RecordKind::kChat, key.first, key.second}, Purpose::kDue}, kNow);
  one_->due().Schedule(Errand{"verify all"}, kNow);
  const Claimed claimed = Claim(*one_, kNow);
  EXPECT_THAT(claimed.entries, SizeIs(3));
  EXPECT_THAT(claimed.errands, ElementsAre(Errand{"verify all"}));
  one_->due().Settle(Errand{"verify all"});
  EXPECT_THAT(Claim(*one_, kNow + kLease).errands, IsEmpty());
}

TEST_F(StoreTest, WhatIsThereAlreadyKeepsItsTime) {
  const DueEntry entry = Due(Pair("romeo", "juliet"));
  one_->due().Schedule(entry, kNow);
  one_->due().ScheduleUnlessThere(entry, kNow + Duration(99'999));
  EXPECT_THAT(Claim(*one_, kNow).entries, ElementsAre(entry));
  one_->due().ScheduleUnlessThere(Errand{"audit"}, kNow);
  EXPECT_THAT(Claim(*one_, kNow).errands, ElementsAre(Errand{"audit"}));
}

TEST_F(StoreTest, NoMoreThanAskedForAreTakenAtOnceAndTheLagTellsTheRest) {
  for (int i = 0; i < 400; ++i) {
    one_->due().Schedule(Due(Pair("romeo", std::to_string(i))), kNow - Duration(i));
  }
  const Claimed claimed = Claim(*one_, kNow, 32);
  EXPECT_LE(claimed.entries.size(), 32u + kDueShards);
  EXPECT_GE(claimed.entries.size(), 32u);
  EXPECT_EQ(claimed.lag, Duration(399));
  std::optional<std::int64_t> count;
  one_->due().Count([&](std::optional<std::int64_t> entries) { count = entries; });
  EXPECT_TRUE(bench_.Until([&] { return count.has_value(); }));
  EXPECT_EQ(count, 400);
}

TEST_F(StoreTest, AWalkVisitsEveryPresenceRecordThatHasATime) {
  constexpr int kPairs = 3000;
  for (int i = 0; i < kPairs; ++i) {
    one_->due().Schedule(Due(Pair("romeo", std::to_string(i))), kNow);
  }
  one_->due().Schedule({Pair("romeo", "0"), Purpose::kVerify}, kNow);
  one_->due().Schedule(Errand{"audit"}, kNow);
  std::vector<RecordKey> seen;
  std::optional<bool> whole;
  one_->due().EachPresence(
      [&](const std::vector<RecordKey>& keys) {
        seen.insert(seen.end(), keys.begin(), keys.end());
      },
      [&](bool all) { whole = all; });
  ASSERT_TRUE(bench_.Until([&] { return whole.has_value(); }));
  EXPECT_TRUE(*whole);
  std::ranges::sort(seen);
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_THAT(seen, SizeIs(kPairs));
}

TEST_F(StoreTest, AWalkThatLosesRedisSaysSo) {
  server_->Signal(SIGKILL);
  std::optional<bool> whole;
  one_->due().EachPresence([](const std::vector<RecordKey>&) {}, [&](bool all) { whole = all; });
  ASSERT_TRUE(bench_.Until([&] { return whole.has_value(); }));
  EXPECT_FALSE(*whole);
}

TEST_F(StoreTest, APartnersCountGoesUpAndDownAndCanBePutRight) {
  Tally one(one_->redis());
  one.Add("capulet.example", 1);
  one.Add("capulet.example", 1);
  one.Add("capulet.example", -1);
  const auto read = [&] {
    std::optional<Tally::Counts> counts;
    one.Read([&](Tally::Counts found) { counts = std::move(found); });
    EXPECT_TRUE(bench_.Until([&] { return counts.has_value(); }));
    return *counts;
  };
  EXPECT_EQ(read(), (Tally::Counts{{"capulet.example", 1}}));
  one.Set({{"capulet.example", 7}, {"verona.example", 0}});
  EXPECT_EQ(read(), (Tally::Counts{{"capulet.example", 7}, {"verona.example", 0}}));
}

TEST_F(StoreTest, T52_WhatNobodyHereCanReadStaysForOthers) {
  const DueEntry entry = Due(Pair("romeo", "juliet"));
  one_->due().Schedule(entry, kNow);
  for (int shard = 0; shard < kDueShards; ++shard)
    server_->Ask({"ZADD", "due:" + std::to_string(shard), "1000", "of another kind"});
  EXPECT_THAT(Claim(*one_, kNow).entries, ElementsAre(entry));
  one_->due().Settle(entry);
  EXPECT_THAT(Claim(*one_, kNow + 2 * kLease).entries, IsEmpty());
  const std::string later = std::to_string((kNow + kStrangeAgain).time_since_epoch().count());
  for (int shard = 0; shard < kDueShards; ++shard)
    EXPECT_EQ(server_->Ask({"ZSCORE", "due:" + std::to_string(shard), "of another kind"}), later);
}

}  // namespace
}  // namespace dragoman::store
