// Session-Expires and Date: the two headers that speak of time.
#include "core/sip/session_timer.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

#include "core/sip/date.h"

namespace dragoman::sip {
namespace {

TEST(SessionTimerTest, SaysHowLongAndWhoRefreshes) {
  const std::pair<std::string_view, std::optional<SessionExpires>> rows[] = {
      {"1800", SessionExpires{1800, Refresher::kNotSaid}},
      {"1800;refresher=uac", SessionExpires{1800, Refresher::kUac}},
      {" 90 ; Refresher=UAS;x=1", SessionExpires{90, Refresher::kUas}},
      {"90;refresher=proxy", SessionExpires{90, Refresher::kNotSaid}},
      {"", std::nullopt},
      {"soon;refresher=uac", std::nullopt},
      {"4294967296", std::nullopt},
  };
  for (const auto& [text, expected] : rows)
    EXPECT_EQ(SessionExpires::Parse(text), expected) << text;
}

TEST(DateTest, IsReadInUtcAndNothingElseIs) {
  const std::pair<std::string_view, std::int64_t> good[] = {
      {"Sat, 13 Nov 2010 23:29:00 GMT", 1'289'690'940},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Thu, 29 Feb 2024 12:00:00 GMT", 1'709'208'000},
  };
  for (const auto& [text, seconds] : good) {
    EXPECT_EQ(ParseDate(text), WallTime(std::chrono::seconds(seconds))) << text;
    EXPECT_EQ(PrintDate(WallTime(std::chrono::seconds(seconds))), text);
  }
  for (const std::string_view bad :
       {"", "Sat, 13 Nov 2010 23:29:00", "Sat, 13 Nov 2010 23:29:00 CET",
        "Sat, 31 Feb 2010 23:29:00 GMT", "Sat, 13 Nov 2010 24:29:00 GMT",
        "Sat, 13 Nov 10 23:29:00 GMT", "13 Nov 2010 23:29:00 GMT", "Sat, 013 Nov 2010 23:29:00 GMT",
        "Sat, 13 Foo 2010 23:29:00 GMT", "2010-11-13T23:29:00Z"}) {
    EXPECT_EQ(ParseDate(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace dragoman::sip
