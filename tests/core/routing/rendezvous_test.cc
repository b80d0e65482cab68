#include "core/routing/rendezvous.h"

#include <gtest/gtest.h>

namespace dragoman::routing {
namespace {

TEST(RendezvousTest, OnlyTheKeysOfALostInstanceMove) {
  const std::vector<std::string> all{"a", "b", "c"};
  const std::vector<std::string> rest{"a", "c"};
  std::size_t moved = 0;
  for (std::uint64_t key = 0; key < 3000; ++key) {
    const std::string before = all[Choose(key, all)];
    const std::string after = rest[Choose(key, rest)];
    if (before != "b") {
      EXPECT_EQ(before, after);
    } else {
      ++moved;
    }
  }
  EXPECT_NEAR(static_cast<double>(moved), 1000, 120);
}

TEST(RendezvousTest, ANewInstanceTakesItsShareAndNoMore) {
  const std::vector<std::string> before{"a", "b", "c"};
  const std::vector<std::string> after{"a", "b", "c", "d"};
  std::size_t moved = 0;
  for (std::uint64_t key = 0; key < 4000; ++key) {
    const std::string old_one = before[Choose(key, before)];
    const std::string new_one = after[Choose(key, after)];
    if (old_one == new_one) continue;
    EXPECT_EQ(new_one, "d");
    ++moved;
  }
  EXPECT_NEAR(static_cast<double>(moved), 1000, 120);
}

}  // namespace
}  // namespace dragoman::routing
