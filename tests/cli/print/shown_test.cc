#include "cli/print/shown.h"

#include <gtest/gtest.h>

namespace dragoman::cli {
namespace {

TEST(ShownTest, T56_NoTerminalIsToldWhatToDo) {
  const std::pair<std::string, std::string> cases[] = {
      {"plain \"x\" \\ \u00fc", "plain \"x\" \\ \u00fc"},
      {"a\x1b[2Jb\r\n\tc\x7f", "a\\u001b[2Jb\\u000d\\u000a\\u0009c\\u007f"},
      {"a\u0085b\u009b", "a\ufffdb\ufffd"},
      {"a\u202eb\u2066c\u061c", "a\ufffdb\ufffdc\ufffd"},
      {"a\xff", "a\ufffd"},
      {std::string("\0", 1), "\\u0000"},
  };
  for (const auto& [text, shown] : cases) EXPECT_EQ(Shown(text), shown);
}

TEST(ShownTest, IsCutBetweenCharacters) {
  const std::string full(kShownBytesMax - 1, 'x');
  EXPECT_EQ(Shown(full + "y"), full + "y");
  EXPECT_EQ(Shown(full + "yz"), full + "y\u2026");
  EXPECT_EQ(Shown(full + "\u00fc"), full + "\u2026");
}

TEST(ShownTest, IsPaddedByCharactersNotBytes) {
  EXPECT_EQ(Padded("\u00fc", 3), "\u00fc  ");
  EXPECT_EQ(Padded("abcd", 3), "abcd");
}

TEST(ShownTest, TimesAreTheirLargestUnit) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {-1, "0 s"},
      {0, "0 s"},
      {59, "59 s"},
      {60, "1 min"},
      {3599, "59 min"},
      {3600, "1 h"},
      {48 * 3600 - 1, "47 h"},
      {48 * 3600, "2 days"},
      {400 * 86400, "400 days"},
  };
  for (const auto& [seconds, text] : cases) EXPECT_EQ(Lasting(Duration(seconds * 1000)), text);
  const WallTime now{Duration(1'000'000)};
  EXPECT_EQ(Ago(now - Duration(5'000), now), "5 s ago");
  EXPECT_EQ(Until(now + Duration(120'000), now), "in 2 min");
  EXPECT_EQ(Until(now, now), "now");
}

}  // namespace
}  // namespace dragoman::cli
