#include "runtime/redis/slot.h"

#include <gtest/gtest.h>

namespace dragoman::runtime {
namespace {

TEST(SlotTest, IsWhatClusterKeyslotSays) {  // of Redis 7.0.15
  const struct {
    const char* key;
    int slot;
  } kRows[] = {{"", 0},
               {"foo", 12182},
               {"123456789", 12739},
               {"due:0", 636},
               {"due:15", 4297},
               {"{user1000}.following", 3443},
               {"foo{}{bar}", 8363},
               {"foo{{bar}}zap", 4015},
               {"foo{bar}{zap}", 5061},
               {"foo{", 7673},
               {"foo}bar{", 11073},
               {"presence:{romeo@a.example|juliet@b.example}", 14612}};
  for (const auto& row : kRows) EXPECT_EQ(SlotOf(row.key), row.slot) << row.key;
}

TEST(SlotTest, HashesWhatStandsInTheFirstBraces) {
  EXPECT_EQ(SlotOf("presence:{a@b|c@d}"), SlotOf("chat:{a@b|c@d}"));
  EXPECT_EQ(SlotOf("{user1000}.following"), SlotOf("user1000"));
  EXPECT_EQ(SlotOf("foo{{bar}}zap"), SlotOf("{bar"));
  EXPECT_EQ(SlotOf("foo{bar}{zap}"), SlotOf("bar"));
  EXPECT_NE(SlotOf("foo{}{bar}"), SlotOf("bar"));  // the first braces are empty: the whole key
}

TEST(SlotTest, TakesEveryByte) {
  const std::string_view odd("\0\xff{\x80\0}", 6);
  EXPECT_EQ(SlotOf(odd), SlotOf(std::string_view("\x80\0", 2)));
  EXPECT_EQ(SlotOf(""), 0);
}

}  // namespace
}  // namespace dragoman::runtime
