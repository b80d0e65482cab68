#include "core/dns/srv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/counting_random.h"

namespace dragoman::dns {
namespace {

TEST(SrvTest, DISC4_ASingleDotRefuses) {
  EXPECT_TRUE(IsRefusal({{0, 0, 0, "."}}));
  EXPECT_FALSE(IsRefusal({{0, 0, 5269, "x.example"}}));
  CountingRandom random;
  EXPECT_TRUE(Order({{0, 0, 0, "."}}, random).empty());
}

TEST(SrvTest, WhatAResolverFoundIsKeptInItsOrder) {
  const std::vector<SrvRecord> found = {{20, 1, 5061, "b"}, {10, 2, 5062, "a"}};
  EXPECT_THAT(Servers(found),
              testing::ElementsAre(Srv{20, 1, 5061, "b", false}, Srv{10, 2, 5062, "a", false}));
  EXPECT_THAT(Servers({{0, 0, 5270, "c"}}, true), testing::ElementsAre(Srv{0, 0, 5270, "c", true}));
}

TEST(SrvTest, DISC3_LowerPrioritiesComeFirst) {
  CountingRandom random;
  const auto order = Order({{20, 0, 1, "c"}, {10, 0, 2, "a"}, {15, 0, 3, "b"}}, random);
  EXPECT_THAT(order, testing::ElementsAre(Target{"a", 2}, Target{"b", 3}, Target{"c", 1}));
}

TEST(SrvTest, WeightsShareAPriority) {
  CountingRandom random;
  int heavy_first = 0;
  for (int i = 0; i < 256; ++i) {
    if (Order({{1, 1, 1, "light"}, {1, 9, 1, "heavy"}}, random).front().host == "heavy")
      ++heavy_first;
  }
  EXPECT_GT(heavy_first, 128);
}

TEST(SrvTest, T59_TakesNoMoreTargetsThanItsBound) {
  std::vector<Srv> many;
  for (std::size_t i = 0; i <= kTargetsMax; ++i) many.push_back({1, 0, 1, "h" + std::to_string(i)});
  CountingRandom random;
  EXPECT_EQ(Order(many, random).size(), kTargetsMax);
}

}  // namespace
}  // namespace dragoman::dns
