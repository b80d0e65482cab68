#include "presence-store/census.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/presence-store/store_fixture.h"

namespace dragoman::store {
namespace {

using testing::SizeIs;

class CensusTest : public StoreTest {
 protected:
  // The pairs that are visited before `limit` is reached; empty `user`: of all.
  std::set<RecordKey> Visit(const std::string& user = {}, std::size_t limit = SIZE_MAX,
                            Duration pause = Duration(0)) {
    std::set<RecordKey> seen;
    std::optional<bool> whole;
    const auto visit = [&](const std::vector<Census::Entry>& entries) {
      for (const Census::Entry& entry : entries) {
        seen.insert(entry.key);
        EXPECT_EQ(entry.stored.bytes.empty(), entry.stored.unreadable);
      }
      EXPECT_FALSE(whole);
      return seen.size() < limit;
    };
    const auto done = [&](bool all) {
      EXPECT_FALSE(whole);
      whole = all;
    };
    user.empty() ? one_->census().Each(RecordKind::kPresence, pause, visit, done)
                 : one_->census().Of(Pair(user, ""), visit, done);
    EXPECT_TRUE(bench_.Until([&] { return whole.has_value(); }));
    whole_ = whole.value_or(false);
    return seen;
  }
  void Fill(int users, int each) {
    for (int user = 0; user < users; ++user) {
      for (int i = 0; i < each; ++i) {
        const RecordKey key = Pair("user" + std::to_string(user), "friend" + std::to_string(i));
        one_->Save(key, {.bytes = "a record"}, [](const Result<Saved, StoreError>&) {});
      }
    }
    MustSave(*one_, Pair("user0", "pending one"), {.bytes = "a record", .pending = true});
    const RecordKey chat{RecordKind::kChat, {"user0", "a.example", {}}, {"x", "b.example", {}}};
    MustSave(*one_, chat, {.bytes = "a conversation"});
  }
  bool whole_ = false;
};

TEST_F(CensusTest, VisitsEveryRecordOfAKind) {
  Fill(40, 50);
  EXPECT_THAT(Visit(), SizeIs(40 * 50 + 1));
  EXPECT_TRUE(whole_);
  EXPECT_THAT(Visit({}, SIZE_MAX, Duration(1)), SizeIs(40 * 50 + 1));
}

TEST_F(CensusTest, VisitsAUserWithManyRecordsPageByPage) {
  Fill(1, 1500);
  EXPECT_THAT(Visit("user0"), SizeIs(1501));
  EXPECT_THAT(Visit("nobody"), SizeIs(0));
  EXPECT_TRUE(whole_);
}

TEST_F(CensusTest, EndsWhenEnoughWasSeen) {
  Fill(40, 50);
  const std::set<RecordKey> seen = Visit({}, 60);
  EXPECT_GE(seen.size(), 60u);
  EXPECT_LT(seen.size(), 60u + 2 * kCensusPage);
  EXPECT_THAT(Visit(), SizeIs(40 * 50 + 1));  // nothing of the first one is left
}

TEST_F(CensusTest, SaysThatSomethingCouldNotBeRead) {
  Fill(2, 2);
  server_->Signal(SIGKILL);
  Visit();
  EXPECT_FALSE(whole_);
  Visit("user0");
  EXPECT_FALSE(whole_);
}

TEST_F(CensusTest, T55_GarbageIsVisitedAsWhatCannotBeRead) {
  const RecordKey key = Pair("romeo", "juliet");
  server_->Ask({"HSET", HashOf(key), FieldOf(key), "abc"});
  EXPECT_THAT(Visit(), SizeIs(1));
}

}  // namespace
}  // namespace dragoman::store
