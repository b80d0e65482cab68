// Frames between two loops, over both transports: in order, in bounds, and with a word when not.
#include "runtime/bus/bus.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/runtime/bus/two_loops.h"

namespace dragoman::runtime {
namespace {

using testing::SizeIs;

class BusTest : public TwoLoops, public testing::WithParamInterface<const char*> {
 protected:
  std::string Endpoint() { return GetParam() == std::string("ipc") ? Ipc() : Tcp(); }
};
INSTANTIATE_TEST_SUITE_P(Over, BusTest, testing::Values("ipc", "tcp"),
                         [](const auto& named) { return std::string(named.param); });

TEST_P(BusTest, WhatOneEndSendsTheOtherGetsInOrder) {
  const std::string front = Meet(Endpoint());
  for (int i = 0; i < 1000; ++i) {
    front_bus_->Send(Endpoint(), "h" + std::to_string(i), "p" + std::to_string(i));
    router_bus_->Send(front, "H" + std::to_string(i), "");
  }
  ASSERT_TRUE(Until([&] { return router_.frames.size() == 1000 && front_.frames.size() == 1000; }));
  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(router_.frames[i].header, "h" + std::to_string(i));
    EXPECT_EQ(router_.frames[i].payload, "p" + std::to_string(i));
    EXPECT_EQ(front_.frames[i].header, "H" + std::to_string(i));
    EXPECT_EQ(front_.frames[i].link, Endpoint());
  }
}

TEST_P(BusTest, MoreThanABatchArrivesWhole) {
  Meet(Endpoint());
  const std::size_t half = kBusBatchBytesMax / 2;
  for (char c = 'a'; c <= 'z'; ++c) front_bus_->Send(Endpoint(), {c}, std::string(half, c));
  ASSERT_TRUE(Until([&] { return router_.frames.size() == 26; }));
  for (std::size_t i = 0; i < 26; ++i)
    EXPECT_EQ(router_.frames[i].payload, std::string(half, static_cast<char>('a' + i)));
}

TEST_P(BusTest, EachConnectionHasANameOfItsOwn) {
  const std::string first = Meet(Endpoint());
  Connect(Endpoint());  // the same process again
  ASSERT_TRUE(Until([&] { return front_.ups.size() == 2; }));
  front_bus_->Send(Endpoint(), "hello", "");
  ASSERT_TRUE(Until([&] { return !router_.frames.empty(); }));
  EXPECT_NE(router_.frames[0].link, first);
}

TEST_P(BusTest, AFrontEndHearsThatARouterIsGoneAndBackAgain) {
  Meet(Endpoint());
  router_bus_.reset();
  ASSERT_TRUE(Until([&] { return !front_.downs.empty(); }));
  EXPECT_EQ(front_.downs[0], Endpoint());
  front_bus_->Send(Endpoint(), "into the void", "");  // nothing waits for a router that is away
  Bind(Endpoint());
  ASSERT_TRUE(Until([&] { return front_.ups.size() == 2; }));
  front_bus_->Send(Endpoint(), "hello", "");
  ASSERT_TRUE(Until([&] { return !router_.frames.empty(); }));
  EXPECT_EQ(router_.frames[0].header, "hello");
}

TEST_P(BusTest, L28_WithoutDescriptorsItTriesAgainUntilThereAreSome) {
  Meet(Endpoint());
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  router_bus_.reset();
  setrlimit(RLIMIT_NOFILE, &none);
  const bool told = Until([&] { return !front_.troubles.empty(); });
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(told);
  Bind(Endpoint());
  ASSERT_TRUE(Until([&] { return front_.ups.size() == 2; }));
}

TEST_P(BusTest, L28_AFirstAttemptWithoutDescriptorsIsFollowedByOthers) {
  Bind(Endpoint());
  front_bus_ = ConnectingBus::Create(front_loop_, {}, front_.handler());
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  front_bus_->Add(Endpoint());
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_EQ(front_.troubles.size(), 1u);
  EXPECT_THAT(front_.troubles[0].second, testing::StartsWith(Endpoint()));
  ASSERT_TRUE(Until([&] { return !front_.ups.empty(); }));
  front_bus_->Send(Endpoint(), "hello", "");
  ASSERT_TRUE(Until([&] { return !router_.frames.empty(); }));
}

TEST_P(BusTest, F20_ARouterHearsThatAFrontEndIsGoneWhenItSends) {
  const std::string front = Meet(Endpoint());
  front_bus_.reset();
  ASSERT_TRUE(Until([&] {
    router_bus_->Send(front, "are you there", "");
    return !router_.downs.empty();
  }));
  EXPECT_EQ(router_.downs[0], front);
  ASSERT_FALSE(router_.unsent.empty());
  EXPECT_EQ(router_.unsent[0].second, Bus::Unsent::kGone);
  router_bus_->Send("never was here", "hello", "");
  ASSERT_TRUE(Until([&] { return router_.downs.back() == "never was here"; }));
}

// What waited for one of them goes to the next, which is found to be gone in the same breath.
TEST_P(BusTest, F20_WhatTheEndOfOneLinkSendsToAnotherIsToldToo) {
  Meet(Endpoint());
  router_.on_down = [&](const std::string& link) {
    if (link == "gone 1") router_bus_->Send("gone 2", "after it", "");
  };
  router_bus_->Send("gone 1", "one", "");
  router_bus_->Send("gone 2", "two", "");
  ASSERT_TRUE(Until([&] { return router_.downs.size() == 2; }));
  EXPECT_THAT(router_.unsent, testing::ElementsAre(std::pair("one", Bus::Unsent::kGone),
                                                   std::pair("two", Bus::Unsent::kGone),
                                                   std::pair("after it", Bus::Unsent::kGone)));
}

TEST_P(BusTest, ALinkThatIsRemovedSaysNothingMore) {
  const std::string front = Meet(Endpoint());
  front_bus_->Remove(Endpoint());
  front_bus_->Send(Endpoint(), "too late", "");
  ASSERT_TRUE(Until([&] {
    router_bus_->Send(front, "are you there", "");
    return !router_.downs.empty();
  }));
  EXPECT_TRUE(router_.frames.empty());
  EXPECT_TRUE(front_.downs.empty());  // it knows
  front_bus_->Add(Endpoint());
  EXPECT_TRUE(Until([&] { return front_.ups.size() == 2; }));
}

TEST_P(BusTest, L26_AFrameOfOneMegabyteIsTheLargest) {
  const std::string front = Meet(Endpoint());
  front_bus_->Send(Endpoint(), "at the bound", std::string(kBusFrameBytesMax, 'x'));
  front_bus_->Send(Endpoint(), "above", std::string(kBusFrameBytesMax + 1, 'x'));
  router_bus_->Send(front, "above too", std::string(kBusFrameBytesMax + 1, 'x'));
  ASSERT_TRUE(Until([&] {
    return !front_.unsent.empty() && !router_.unsent.empty() && !router_.frames.empty();
  }));
  EXPECT_EQ(front_.unsent[0], std::pair(std::string("above"), Bus::Unsent::kTooLarge));
  EXPECT_EQ(router_.unsent[0], std::pair(std::string("above too"), Bus::Unsent::kTooLarge));
  ASSERT_THAT(router_.frames, SizeIs(1));
  EXPECT_EQ(router_.frames[0].payload.size(), kBusFrameBytesMax);
}

// The router's loop stands still: its sockets fill, then ours, then our queue.
TEST_P(BusTest, L26_WhatAPeerDoesNotReadIsBoundedAndTold) {
  Meet(Endpoint());
  const std::string payload(kBusBatchBytesMax, 'x');
  std::size_t sent = 0;
  ASSERT_TRUE(Until(
      [&] {
        for (int i = 0; i < 16; ++i) front_bus_->Send(Endpoint(), std::to_string(sent++), payload);
        return !front_.unsent.empty();
      },
      false));
  // Ours, ZeroMQ's on both sides, and what the kernel has.
  const std::size_t most =
      kBusQueueBytesMax + 2 * kBusHighWater * 2 * kBusBatchBytesMax + (16u << 20);
  EXPECT_GT(sent * payload.size(), kBusQueueBytesMax);
  EXPECT_LT(sent * payload.size(), most);
  EXPECT_EQ(front_.unsent[0].second, Bus::Unsent::kFull);
  // It goes on: all that was not refused arrives, in order.
  const std::size_t taken = std::stoul(front_.unsent[0].first);
  ASSERT_TRUE(Until([&] { return router_.frames.size() >= taken; }));
  for (std::size_t i = 0; i < taken; ++i) EXPECT_EQ(router_.frames[i].header, std::to_string(i));
}

TEST_F(TwoLoops, OnOneMachineTheFileModeIsTheLock) {
  Bind(Ipc());
  struct stat found {};
  ASSERT_EQ(stat((folder_ + "/router").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
}

TEST_F(TwoLoops, AnAddressInUseIsAnError) {
  Bind(Tcp());
  EXPECT_FALSE(Bus::Bind(front_loop_, Tcp(), {}, front_.handler()));
}

}  // namespace
}  // namespace dragoman::runtime
