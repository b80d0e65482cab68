#include "core/xmpp/losses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace dragoman::xmpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint kStart{Duration(1000)};
constexpr Duration kMoment{1};

TEST(LossesTest, SUB13_TheFirstIsToldAtOnceAndTheOthersOnceMore) {
  Losses losses;
  EXPECT_TRUE(losses.Add("capulet.example", kStart));
  EXPECT_FALSE(losses.Add("capulet.example", kStart));
  EXPECT_TRUE(losses.Add("verona.example", kStart + kMoment));
  EXPECT_EQ(losses.Deadline(), kStart + kLossWindow);
  EXPECT_THAT(losses.Advance(kStart + kLossWindow - kMoment), IsEmpty());
  EXPECT_THAT(losses.Advance(kStart + kLossWindow), ElementsAre("capulet.example"));
  EXPECT_THAT(losses.Advance(kStart + kLossWindow + kMoment), IsEmpty());
}

TEST(LossesTest, AWhileWithoutLossesEndsIt) {
  Losses losses;
  losses.Add("capulet.example", kStart);
  EXPECT_THAT(losses.Advance(kStart + kLossWindow), IsEmpty());
  EXPECT_EQ(losses.Deadline(), TimePoint::max());
  EXPECT_TRUE(losses.Add("capulet.example", kStart + kLossWindow));
}

TEST(LossesTest, WhoIsToldOfOnceMoreBeginsAWhileAgain) {
  Losses losses;
  losses.Add("capulet.example", kStart);
  losses.Add("capulet.example", kStart);
  losses.Advance(kStart + kLossWindow);
  EXPECT_FALSE(losses.Add("capulet.example", kStart + kLossWindow + kMoment));
  EXPECT_THAT(losses.Advance(kStart + 2 * kLossWindow), ElementsAre("capulet.example"));
}

TEST(LossesTest, RemembersNoMoreThanItsBound) {
  Losses losses;
  for (std::size_t i = 0; i < kLossesMax; ++i) EXPECT_TRUE(losses.Add(std::to_string(i), kStart));
  EXPECT_FALSE(losses.Add("one more", kStart));
  losses.Advance(kStart + kLossWindow);
  EXPECT_TRUE(losses.Add("one more", kStart + kLossWindow));
}

}  // namespace
}  // namespace dragoman::xmpp
