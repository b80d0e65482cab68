// POST /subs/refresh, /subs/drop
#include <gmock/gmock.h>

#include "router/describe.h"
#include "router/store_reason.h"
#include "tests/router/pages_fixture.h"

namespace dragoman::router {
namespace {

using policy::Reason;
using presence::State;
using testing::IsEmpty;
using testing::SizeIs;

const char* const kBoth[] = {"/subs/refresh", "/subs/drop"};

class SubscriptionActTest : public PagesTest {
 protected:
  // The process saves what a drop makes of the record: nothing; and says how that went.
  void SaveDrops() {
    carry_out_ = [this](const store::RecordKey& key, OnActed done) {
      other_->Load(key, [this, key, done](const auto& stored) {
        other_->Save(key, {.version = stored->version}, [done](const auto& saved) {
          done(saved ? Reason::kNone : ReasonOf(saved.error()));
        });
      });
    };
  }
  void Answering(Reason reason) {
    carry_out_ = [reason](const store::RecordKey&, const OnActed& done) { done(reason); };
  }
};

TEST_F(SubscriptionActTest, NothingChangesWithoutPost) {
  Given(kRomeo, kJuliet, State::kActive);
  for (const char* page : kBoth) EXPECT_EQ(Ask(page, Pair(kRomeo, kJuliet)).status, 405);
  EXPECT_THAT(acted_, IsEmpty());
}

TEST_F(SubscriptionActTest, BothAddressesAreWanted) {
  for (const char* page : kBoth) {
    for (const Query& query :
         {Query{}, Query{{"watcher", ToString(kRomeo)}}, Query{{"presentity", ToString(kRomeo)}},
          Query{{"watcher", ToString(kRomeo)}, {"presentity", "juliet"}}}) {
      EXPECT_EQ(Told(Post(page, query)), "400 malformed");
    }
  }
}

TEST_F(SubscriptionActTest, WhatIsNotThereIsNotMade) {
  Given(kRomeo, kJuliet, State::kActive);
  Garbage(Watches(kRomeo, {"nurse", "capulet.example", {}}));
  for (const char* page : kBoth) {
    EXPECT_EQ(Told(Post(page, Pair(kJuliet, kRomeo))), "404 item-not-found");
    EXPECT_EQ(Told(Post(page, Pair(kRomeo, {"nurse", "capulet.example", {}}))),
              "404 item-not-found");
  }
  EXPECT_THAT(acted_, IsEmpty());
}

TEST_F(SubscriptionActTest, ARefreshAsksAnewForEachState) {
  for (const State state :
       {State::kRequested, State::kPending, State::kActive, State::kSuspended}) {
    const envelope::Address watcher{std::string(Name(state)), "capulet.example", {}};
    Given(watcher, kRomeo, state);
    EXPECT_EQ(Told(Post("/subs/refresh", Pair(watcher, kRomeo))), "200 ");
    ASSERT_THAT(acted_, testing::Not(IsEmpty()));
    EXPECT_EQ(acted_.back().first, Watches(watcher, kRomeo));
    EXPECT_TRUE(std::holds_alternative<presence::AskAnew>(acted_.back().second));
  }
  EXPECT_THAT(acted_, SizeIs(4));
}

TEST_F(SubscriptionActTest, ARefreshForNobodySaysSo) {
  Given(kRomeo, kJuliet, State::kSuspended);
  EXPECT_EQ(Told(Post("/subs/refresh", Pair(kRomeo, kJuliet))), "409 no-such-dialog");
  presence::Record poll = RecordFor(Watches(kJuliet, kRomeo), State::kNone);
  poll.watches = {ALiveDialog("c1", WallTime(Duration(1)))};
  poll.watches[0].fetch = true;
  Given(poll);
  EXPECT_EQ(Told(Post("/subs/refresh", Pair(kJuliet, kRomeo))), "404 item-not-found");
  EXPECT_THAT(acted_, IsEmpty());
}

TEST_F(SubscriptionActTest, ADropIsAnsweredWhenItIsSaved) {
  Given(kRomeo, kJuliet, State::kActive);
  SaveDrops();
  EXPECT_EQ(Told(Post("/subs/drop", Pair(kRomeo, kJuliet))), "200 ");
  ASSERT_THAT(acted_, SizeIs(1));
  EXPECT_TRUE(std::holds_alternative<presence::Drop>(acted_[0].second));
  one_->Forget(Watches(kRomeo, kJuliet));
  EXPECT_EQ(Load(*one_, Watches(kRomeo, kJuliet)).value().version, 0u);
  EXPECT_EQ(Told(Post("/subs/drop", Pair(kRomeo, kJuliet))), "404 item-not-found");
}

TEST_F(SubscriptionActTest, WhatIsStillThereIsNotSaidToBeDropped) {
  Given(kRomeo, kJuliet, State::kActive);
  EXPECT_EQ(Told(Post("/subs/drop", Pair(kRomeo, kJuliet))), "503 store-unavailable");
}

// A drop changes nothing only where nothing is left to drop.
TEST_F(SubscriptionActTest, WhatCameOfItIsSaid) {
  enum Made { kSaved, kRefused, kUnchanged, kNoRoom, kTooLarge };
  struct Row {
    const char* page;
    Made made;
    const char* told;
  };
  const Row rows[] = {
      {"/subs/refresh", kSaved, "200 "},
      {"/subs/refresh", kRefused, "503 store-unavailable"},
      {"/subs/refresh", kUnchanged, "200 "},
      {"/subs/refresh", kNoRoom, "503 overloaded"},
      {"/subs/refresh", kTooLarge, "409 message-too-large"},
      {"/subs/drop", kSaved, "200 "},
      {"/subs/drop", kRefused, "503 store-unavailable"},
      {"/subs/drop", kUnchanged, "503 store-unavailable"},
      {"/subs/drop", kNoRoom, "503 overloaded"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.page) + " " + std::to_string(row.made));
    server_->Ask({"FLUSHALL"});
    one_->Forget(Watches(kJuliet, kRomeo));
    Given(kJuliet, kRomeo, State::kActive);
    switch (row.made) {
      case kSaved:
      case kRefused:
        SaveDrops();
        break;
      case kUnchanged:
        Answering(Reason::kNone);
        break;
      case kNoRoom:
        Answering(Reason::kOverloaded);
        break;
      case kTooLarge:
        Answering(Reason::kMessageTooLarge);
        break;
    }
    // No replica is there: it is read, and not written. (A drop needs no memory.)
    server_->Ask({"CONFIG", "SET", "min-replicas-to-write", row.made == kRefused ? "1" : "0"});
    EXPECT_EQ(Told(Post(row.page, Pair(kJuliet, kRomeo))), row.told);
    server_->Ask({"CONFIG", "SET", "min-replicas-to-write", "0"});
  }
}

TEST_F(SubscriptionActTest, WithoutRedisNothingIsTried) {
  Given(kRomeo, kJuliet, State::kActive);
  server_->Signal(SIGKILL);
  for (const char* page : kBoth)
    EXPECT_EQ(Told(Post(page, Pair(kRomeo, kJuliet))), "503 store-unavailable");
  EXPECT_THAT(acted_, IsEmpty());
}

}  // namespace
}  // namespace dragoman::router
