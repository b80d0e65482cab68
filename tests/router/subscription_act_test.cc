// POST /subs/refresh, /subs/drop
#include <gmock/gmock.h>

#include "router/describe.h"
#include "tests/router/pages_fixture.h"

namespace dragoman::router {
namespace {

using presence::State;
using testing::IsEmpty;
using testing::SizeIs;

const char* const kBoth[] = {"/subs/refresh", "/subs/drop"};

class SubscriptionActTest : public PagesTest {
 protected:
  // The process saves what a drop makes of the record: nothing.
  void SaveDrops() {
    carry_out_ = [this](const store::RecordKey& key, std::function<void(bool)> done) {
      other_->Load(key, [this, key, done](const auto& stored) {
        other_->Save(key, {.version = stored->version}, [done](const auto&) { done(true); });
      });
    };
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

TEST_F(SubscriptionActTest, WhatTheProcessHasNoRoomForIsRefused) {
  carry_out_ = [](const store::RecordKey&, const std::function<void(bool)>& done) { done(false); };
  Given(kJuliet, kRomeo, State::kActive);
  for (const char* page : kBoth)
    EXPECT_EQ(Told(Post(page, Pair(kJuliet, kRomeo))), "503 overloaded");
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
