// GET /subs
#include <gmock/gmock.h>

#include "core/policy/reason.h"
#include "tests/router/pages_fixture.h"

namespace dragoman::router {
namespace {

using presence::State;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const envelope::Address kNurse{"nurse", "rooms.capulet.example", {}};
const envelope::Address kPaolo{"paolo", "rimini.example", {}};

class SubscriptionListTest : public PagesTest {
 protected:
  admin::Subscriptions List(Query query) {
    const runtime::AdminAnswer answer = Ask("/subs", std::move(query));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return Read<admin::Subscriptions>(answer);
  }
  static std::vector<std::string> Pairs(const admin::Subscriptions& list) {
    std::vector<std::string> pairs;
    for (const admin::Subscription& one : list.subscriptions())
      pairs.push_back(one.watcher() + " " + one.presentity());
    return pairs;
  }
};

TEST_F(SubscriptionListTest, EachFilterChooses) {
  Given(kRomeo, kJuliet, State::kActive);
  Given(kJuliet, kRomeo, State::kPending);
  Given(kRomeo, kNurse, State::kSuspended);
  Given(kPaolo, kRomeo, State::kActive);
  const char* const kRJ = "romeo@montague.example juliet@capulet.example";
  const char* const kJR = "juliet@capulet.example romeo@montague.example";
  const char* const kRN = "romeo@montague.example nurse@rooms.capulet.example";
  const char* const kPR = "paolo@rimini.example romeo@montague.example";
  EXPECT_THAT(Pairs(List({})), UnorderedElementsAre(kRJ, kJR, kRN, kPR));
  EXPECT_EQ(List({}).seen(), 4u);
  EXPECT_FALSE(List({}).more());
  EXPECT_THAT(Pairs(List({{"watcher", ToString(kRomeo)}})), UnorderedElementsAre(kRJ, kRN));
  EXPECT_EQ(List({{"watcher", ToString(kRomeo)}}).seen(), 2u);  // nobody else's were looked at
  EXPECT_THAT(Pairs(List({{"presentity", ToString(kRomeo)}})), UnorderedElementsAre(kJR, kPR));
  EXPECT_THAT(Pairs(List({{"state", "active"}})), UnorderedElementsAre(kRJ, kPR));
  EXPECT_THAT(Pairs(List({{"partner", "capulet.example"}})), UnorderedElementsAre(kRJ, kJR));
  EXPECT_THAT(Pairs(List({{"partner", "verona"}})), UnorderedElementsAre(kRJ, kJR, kRN));
  EXPECT_THAT(Pairs(List({{"partner", "rimini.example"}})), UnorderedElementsAre(kPR));
  EXPECT_THAT(Pairs(List({{"state", "active"}, {"watcher", ToString(kRomeo)}})),
              UnorderedElementsAre(kRJ));
  EXPECT_THAT(Pairs(List({{"watcher", "nobody@montague.example"}})), UnorderedElementsAre());
}

TEST_F(SubscriptionListTest, TheLimitEndsTheListAndSaysThatThereIsMore) {
  for (std::size_t i = 0; i <= kListedUnlessSaid; ++i)
    Given(kRomeo, {"friend" + std::to_string(i), "capulet.example", {}}, State::kActive);
  const auto size = [this](const char* limit) {
    const admin::Subscriptions list = List({{"limit", limit}});
    EXPECT_EQ(list.more(), list.subscriptions_size() <= static_cast<int>(kListedUnlessSaid));
    return list.subscriptions_size();
  };
  EXPECT_EQ(size("1"), 1);
  EXPECT_EQ(size("100"), 100);
  EXPECT_EQ(size("101"), 101);
  EXPECT_EQ(size("10000"), 101);
  EXPECT_EQ(List({}).subscriptions_size(), static_cast<int>(kListedUnlessSaid));
  EXPECT_TRUE(List({}).more());
}

TEST_F(SubscriptionListTest, WhatItDoesNotUnderstandIsRefusedByItsName) {
  const std::pair<const char*, const char*> bad[] = {
      {"watcher", ""},      {"watcher", "romeo"}, {"presentity", "@capulet.example"},
      {"state", ""},        {"state", "asleep"},  {"limit", ""},
      {"limit", "0"},       {"limit", "-1"},      {"limit", "10001"},
      {"limit", "7 "},      {"limit", "many"},    {"limit", "99999999999999999999"},
      {"user", "romeo@a.b"}};
  for (const auto& [name, value] : bad) {
    SCOPED_TRACE(std::string(name) + "=" + value);
    const runtime::AdminAnswer answer = Ask("/subs", {{name, value}});
    EXPECT_EQ(Told(answer), "400 malformed");
    EXPECT_THAT(Read<admin::Done>(answer).text(), StartsWith(std::string(name) + ": "));
  }
}

TEST_F(SubscriptionListTest, T55_GarbageIsSeenAndNotListed) {
  Given(kRomeo, kJuliet, State::kActive);
  Garbage(Watches(kRomeo, kNurse));
  const admin::Subscriptions list = List({});
  EXPECT_EQ(list.subscriptions_size(), 1);
  EXPECT_EQ(list.seen(), 2u);
}

TEST_F(SubscriptionListTest, WithoutRedisThereIsNoHalfAList) {
  Given(kRomeo, kJuliet, State::kActive);
  server_->Signal(SIGKILL);
  EXPECT_EQ(Told(Ask("/subs", {})), "503 store-unavailable");
  EXPECT_EQ(Told(Ask("/subs", {{"watcher", ToString(kRomeo)}})), "503 store-unavailable");
}

}  // namespace
}  // namespace dragoman::router
