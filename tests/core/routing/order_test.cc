// Order while members come and go. ARCH-6, ARCH-7.
#include "tests/core/routing/node_fixture.h"

namespace dragoman::routing {
namespace {

class OrderTest : public NodeTest {
 protected:
  // A key that `newcomer` takes over from `x`.
  std::uint64_t MovingKey(const std::string& newcomer) {
    std::uint64_t key = 1;
    while (Weight(key, newcomer) <= Weight(key, "x")) ++key;
    return key;
  }
};

TEST_F(OrderTest, ARCH6_WhatMovesWaitsUntilTheOldOneIsDone) {
  Greet("x");
  const std::uint64_t key = MovingKey("y");
  const MessageId first = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", first)));
  Greet("y");
  const MessageId second = Ask(10'000, kStart, key);
  const MessageId third = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), IsEmpty());
  Answer("x", first);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", second), std::pair("y", third)));
}

TEST_F(OrderTest, ARCH6_OtherTargetsDoNotWait) {
  Greet("x");
  const std::uint64_t moving = MovingKey("y");
  std::uint64_t staying = 1;
  while (Weight(staying, "y") > Weight(staying, "x")) ++staying;
  Ask(10'000, kStart, moving);
  Asked();
  Greet("y");
  Ask(10'000, kStart, moving);
  const MessageId free = Ask(10'000, kStart, staying);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", free)));
}

TEST_F(OrderTest, ARCH6_TheOldOneIsWaitedForNoLongerThanItsDeadline) {
  Greet("x");
  const std::uint64_t key = MovingKey("y");
  Ask(900, kStart, key);
  Greet("y");
  const MessageId second = Ask(10'000, kStart, key);
  Asked();
  node_.Advance(kStart + 900ms);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", second)));
}

TEST_F(OrderTest, ARCH7_ARetriedRequestHoldsBackItsSuccessors) {
  Greet("x");
  const std::uint64_t key = MovingKey("y");
  const MessageId first = Ask(10'000, kStart, key);
  Greet("y");
  const MessageId second = Ask(10'000, kStart, key);
  Asked();
  Lose("x");
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", first), std::pair("y", second)));
}

TEST_F(OrderTest, ARCH6_ADrainingMemberEndsWhatItHasBeforeTheNextBegins) {
  Greet("x");
  Greet("y");
  const std::uint64_t key = MovingKey("y");
  const MessageId first = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("y", first)));
  Say("y", Kind::kGoodbye, Encode(Goodbye{}));
  const MessageId second = Ask(10'000, kStart, key);
  EXPECT_THAT(Asked(), IsEmpty());
  Answer("y", first);
  EXPECT_THAT(Asked(), ElementsAre(std::pair("x", second)));
}

}  // namespace
}  // namespace dragoman::routing
