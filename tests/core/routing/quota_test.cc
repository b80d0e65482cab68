#include "core/routing/quota.h"

#include <gtest/gtest.h>

namespace dragoman::routing {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint t0{Duration(1000)};

TEST(QuotaTest, L24_EachHasItsOwnShareOfAMinute) {
  Quota quota;
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(quota.Allows("romeo", 60, t0)) << i;
    quota.Take("romeo", t0);
  }
  EXPECT_FALSE(quota.Allows("romeo", 60, t0 + 59s));
  EXPECT_TRUE(quota.Allows("juliet", 60, t0));
  EXPECT_TRUE(quota.Allows("romeo", 60, t0 + 60s));
  quota.Take("romeo", t0 + 60s);
  EXPECT_TRUE(quota.Allows("romeo", 60, t0 + 61s));
}

TEST(QuotaTest, TheOneSeenLongestAgoMakesRoom) {
  Quota quota;
  for (std::size_t i = 0; i <= kQuotaKeysMax; ++i) quota.Take(std::to_string(i), t0);
  EXPECT_EQ(quota.size(), kQuotaKeysMax);
  EXPECT_TRUE(quota.Allows("0", 1, t0));
  EXPECT_FALSE(quota.Allows("1", 1, t0));
}

}  // namespace
}  // namespace dragoman::routing
