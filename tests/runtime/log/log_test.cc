#include "runtime/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/utf8.h"

namespace dragoman::runtime {
namespace {

TEST(EscapeForLogTest, T56_LeavesNothingThatEndsALineOrReordersIt) {
  EXPECT_EQ(EscapeForLog("a\r\nb\x1b[2J\x7f"), "a\\u000d\\u000ab\\u001b[2J\\u007f");
  EXPECT_EQ(EscapeForLog("\"\\"), "\\\"\\\\");
  for (const char* sign :
       {"\u0085", "\u009b", "\u061c", "\u200e", "\u2028", "\u2029", "\u202e", "\u2066"})
    EXPECT_EQ(EscapeForLog(sign), "\\ufffd") << sign;
  EXPECT_EQ(EscapeForLog("jülïet \u2764"), "jülïet \u2764");
}

TEST(EscapeForLogTest, T56_MakesUtf8OfAnyBytes) {
  for (int first = 0; first < 256; ++first) {
    const std::string bytes = {static_cast<char>(first), '\xE2', '\x80', 'x'};
    EXPECT_TRUE(IsUtf8(EscapeForLog(bytes))) << first;
  }
}

TEST(EscapeForLogTest, CutsAtItsBound) {
  EXPECT_EQ(EscapeForLog(std::string(kLogValueBytesMax, 'x')), std::string(kLogValueBytesMax, 'x'));
  EXPECT_EQ(EscapeForLog(std::string(kLogValueBytesMax + 1, 'x')),
            std::string(kLogValueBytesMax, 'x') + "\u2026");
}

TEST(LogTest, WritesOneObjectALine) {
  testing::internal::CaptureStdout();
  Log("router-0", LogFormat::kJson).Warn("stream closed", {{"remote", "a\"\nb"}});
  const std::string line = testing::internal::GetCapturedStdout();
  EXPECT_THAT(line, testing::StartsWith("{\"time\":\""));
  EXPECT_THAT(line,
              testing::EndsWith("\"level\":\"warning\",\"role\":\"router-0\",\"event\":\"stream "
                                "closed\",\"remote\":\"a\\\"\\u000ab\"}\n"));
}

TEST(LogTest, WritesTextForPeople) {
  testing::internal::CaptureStdout();
  Log("router-0", LogFormat::kText)
      .Info("started", {{"admin", "127.0.0.1:1"}, {"cause", "two words"}});
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              testing::EndsWith("router-0: started admin=127.0.0.1:1 cause=\"two words\"\n"));
}

TEST(LogTest, L25_HoldsAStormOfOneEventBack) {
  testing::internal::CaptureStdout();
  Log log("x", LogFormat::kText);
  for (std::uint32_t i = 0; i < kLogLinesMax * 3; ++i) log.Info("storm");
  log.Info("another");
  const std::string out = testing::internal::GetCapturedStdout();
  // Twice the bound if the second turned meanwhile, and then the line that counts.
  EXPECT_LE(std::count(out.begin(), out.end(), '\n'), kLogLinesMax * 2 + 2);
  EXPECT_THAT(out, testing::HasSubstr("another"));
}

}  // namespace
}  // namespace dragoman::runtime
