#include "router/lanes.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace dragoman::router {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LanesTest : public testing::Test {
 protected:
  // Work that says its name and waits for its release.
  bool Enter(const std::string& lane, int name) {
    return lanes_.Enter(lane, [this, name](Lanes::Release release) {
      begun_.push_back(name);
      releases_.push_back(std::move(release));
    });
  }
  Lanes lanes_;
  std::vector<int> begun_;
  std::vector<Lanes::Release> releases_;
};

TEST_F(LanesTest, ARCH7_OneAfterTheOtherInALaneAndLanesBesideEachOther) {
  Enter("a", 1);
  Enter("a", 2);
  Enter("b", 3);
  EXPECT_THAT(begun_, ElementsAre(1, 3));
  EXPECT_TRUE(lanes_.AnyBehind("a"));
  EXPECT_FALSE(lanes_.AnyBehind("b"));
  releases_[0]();
  EXPECT_THAT(begun_, ElementsAre(1, 3, 2));
  EXPECT_FALSE(lanes_.AnyBehind("a"));
  releases_[1]();
  releases_[2]();
  EXPECT_EQ(lanes_.waiting(), 0u);
  EXPECT_FALSE(lanes_.AnyBehind("a"));
}

// However much work ends at once, none of it is on top of the other on the stack.
TEST_F(LanesTest, WorkThatEndsAtOnceIsNotAnsweredByRecursion) {
  Enter("a", 0);
  int depth = 0, deepest = 0, done = 0;
  for (std::size_t i = 1; i < kLaneMax; ++i) {
    lanes_.Enter("a", [&](const Lanes::Release& release) {
      deepest = std::max(deepest, ++depth);
      ++done;
      release();
      --depth;
    });
  }
  releases_[0]();
  EXPECT_EQ(done, static_cast<int>(kLaneMax) - 1);
  EXPECT_EQ(deepest, 1);
  EXPECT_EQ(lanes_.waiting(), 0u);
}

TEST_F(LanesTest, WorkMayEnterItsOwnLane) {
  lanes_.Enter("a", [this](const Lanes::Release& release) {
    begun_.push_back(1);
    Enter("a", 2);
    EXPECT_THAT(begun_, ElementsAre(1));
    release();
  });
  EXPECT_THAT(begun_, ElementsAre(1, 2));
}

TEST_F(LanesTest, ALaneThatIsFullTakesNothing) {
  for (std::size_t i = 0; i < kLaneMax; ++i) ASSERT_TRUE(Enter("a", 0));
  EXPECT_FALSE(Enter("a", 1));
  EXPECT_TRUE(Enter("b", 2));
  releases_[0]();
  EXPECT_TRUE(Enter("a", 3));
}

TEST_F(LanesTest, AllLanesTogetherAreBoundedToo) {
  for (std::size_t i = 0; i < kAllLanesMax; ++i)
    ASSERT_TRUE(Enter(std::to_string(i / kLaneMax), 0));
  EXPECT_EQ(lanes_.waiting(), kAllLanesMax);
  EXPECT_FALSE(Enter("another", 1));
  releases_[0]();
  EXPECT_TRUE(Enter("another", 2));
}

// SIP has answered: the lane of the record has room for that, though no other work has.
TEST_F(LanesTest, WhatFollowsFromWorkAlwaysFindsRoom) {
  for (std::size_t i = 0; i < kAllLanesMax; ++i)
    ASSERT_TRUE(Enter(std::to_string(i / kLaneMax), 0));
  ASSERT_FALSE(Enter("record", 1));
  ASSERT_FALSE(Enter("0", 1));
  const auto follow = [this](const std::string& lane, int name) {
    lanes_.Follow(lane, [this, name](Lanes::Release release) {
      begun_.push_back(name);
      release();
    });
  };
  follow("record", 2);
  EXPECT_EQ(begun_.back(), 2);
  follow("0", 3);  // in its turn
  EXPECT_EQ(begun_.back(), 2);
  EXPECT_EQ(lanes_.waiting(), kAllLanesMax + 1);
  for (std::size_t i = 0; i < kAllLanesMax / kLaneMax; ++i) releases_[i]();
  std::size_t next = kAllLanesMax / kLaneMax;
  while (next < releases_.size()) releases_[next++]();
  EXPECT_EQ(lanes_.waiting(), 0u);
  EXPECT_EQ(std::count(begun_.begin(), begun_.end(), 3), 1);
}

}  // namespace
}  // namespace dragoman::router
