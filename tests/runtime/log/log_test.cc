#include "runtime/log/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "core/base/utf8.h"
#include "tests/runtime/log/pipe.h"

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
              testing::EndsWith("\"level\":\"warning\",\"process\":\"router-0\",\"event\":\"stream "
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
  {
    Log log("x", LogFormat::kText);
    for (std::uint32_t i = 0; i < kLogLinesMax * 3; ++i) log.Info("storm");
    log.Info("another");
  }
  const std::string out = testing::internal::GetCapturedStdout();
  // Twice the bound if the second turned meanwhile, and then the line that counts.
  EXPECT_LE(std::count(out.begin(), out.end(), '\n'), kLogLinesMax * 2 + 2);
  EXPECT_THAT(out, testing::HasSubstr("another"));
}

TEST(LogTest, L25_TellsOnceOfWhatItHeldBackWhenTheSecondIsOverAndAtTheEnd) {
  testing::internal::CaptureStdout();
  {
    Log log("x", LogFormat::kText);
    const auto begun = std::chrono::steady_clock::now();
    const auto storm = [&](const char* event) {
      for (std::uint32_t i = 0; i < kLogLinesMax + 7; ++i) log.Info(event);
    };
    storm("one");
    log.TellHeldBack(begun);  // it may go on
    log.Info("in between");
    log.TellHeldBack(std::chrono::steady_clock::now() + kLogSecond);
    log.TellHeldBack(std::chrono::steady_clock::now() + 3 * kLogSecond);
    log.Info("after");
    storm("two");
  }
  const std::string out = testing::internal::GetCapturedStdout();
  const std::size_t told = out.find("x: log lines held back of=one count=7\n");
  ASSERT_NE(told, std::string::npos) << out;
  EXPECT_GT(told, out.find("in between"));
  EXPECT_LT(told, out.find("after"));
  EXPECT_EQ(out.rfind("x: log lines held back of=one"), told);
  EXPECT_THAT(out, testing::EndsWith("x: log lines held back of=two count=7\n"));
}

// Standard output becomes something else for as long as this lives.
class StandardOutput {
 public:
  StandardOutput() : kept_(dup(STDOUT_FILENO)) {}
  ~StandardOutput() {
    dup2(kept_, STDOUT_FILENO);
    close(kept_);
  }
  static void Become(int fd) { dup2(fd, STDOUT_FILENO); }

 private:
  const int kept_;
};

TEST(LogTest, F18_SaysHowManyLinesAFullDiskHasSwallowed) {
  const int disk = open("/dev/full", O_WRONLY | O_CLOEXEC);
  Pipe pipe;
  StandardOutput output;
  output.Become(disk);
  close(disk);
  Log log("router-0", LogFormat::kJson);
  log.Info("one");
  log.Info("two");
  std::uint64_t lost = 0;
  while (lost < 2) lost += log.TakeLostLines();
  output.Become(pipe.writer());
  const std::string line = pipe.ReadUntil("\n");
  EXPECT_THAT(line, testing::StartsWith("{\"time\":\""));
  EXPECT_THAT(line,
              testing::EndsWith("\"level\":\"warning\",\"process\":\"router-0\",\"event\":\"log "
                                "lines lost\",\"count\":\"2\"}\n"));
}

TEST(LogTest, F18_ForPeopleToo) {
  Pipe pipe;
  const std::string filling = pipe.Fill();
  StandardOutput output;
  output.Become(pipe.writer());
  Log log("router-0", LogFormat::kText);
  std::uint64_t lost = 0;
  for (int i = 0; lost == 0; ++i) {
    log.Info("event " + std::to_string(i), {{"bytes", std::string(kLogValueBytesMax, 'x')}});
    lost = log.TakeLostLines();
  }
  EXPECT_THAT(pipe.ReadUntil(" router-0: log lines lost count=1\n"),
              testing::MatchesRegex("f*([^\n]* event [0-9]* bytes=x*\n)*[^\n]* W [^\n]*\n"));
}

}  // namespace
}  // namespace dragoman::runtime
