#include "core/routing/windows.h"

#include <gtest/gtest.h>

namespace dragoman::routing {
namespace {

TEST(WindowsTest, L9_AtItsBoundAPartnerIsFullAndNoOtherIs) {
  Windows windows;
  for (std::size_t i = 1; i < kPartnerWindowMax; ++i) ASSERT_FALSE(windows.Open("mute")) << i;
  EXPECT_FALSE(windows.full("mute"));
  EXPECT_TRUE(windows.Open("mute"));
  EXPECT_TRUE(windows.full("mute"));
  EXPECT_FALSE(windows.Open("mute")) << "it was full before";
  EXPECT_FALSE(windows.Open("quick"));
  EXPECT_FALSE(windows.full("quick"));
}

TEST(WindowsTest, L9_ItIsReadAgainOnceHalfHasItsOutcome) {
  Windows windows;
  for (std::size_t i = 0; i < kPartnerWindowMax; ++i) windows.Open("mute");
  for (std::size_t i = kPartnerWindowMax; i > kPartnerWindowAgain + 1; --i) {
    ASSERT_FALSE(windows.Close("mute")) << i;
    ASSERT_TRUE(windows.full("mute"));
  }
  EXPECT_TRUE(windows.Close("mute"));
  EXPECT_FALSE(windows.full("mute"));
}

TEST(WindowsTest, WhoHasNothingOpenIsForgotten) {
  Windows windows;
  windows.Open("a");
  windows.Open("b");
  windows.Open("b");
  windows.Close("a");
  windows.Close("b");
  EXPECT_EQ(windows.size(), 1u);
  windows.Close("b");
  EXPECT_EQ(windows.size(), 0u);
  EXPECT_FALSE(windows.Close("nobody"));
}

}  // namespace
}  // namespace dragoman::routing
