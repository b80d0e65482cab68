#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/sip/byte_scan.h"
#include "core/sip/head_lines.h"

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

// Texts of every length around the width of a step, with one byte that matters at every place.
TEST(ByteScanTest, FindsTheByteWhereverItStands) {
  for (std::size_t size = 0; size < 50; ++size) {
    const std::string plain(size, 'x');
    EXPECT_EQ((StopIn<' ', ';', '\x7F'>(plain)), size);
    for (std::size_t at = 0; at < size; ++at) {
      for (const char stop : {' ', '\0', '\r', ';', '\x7F'}) {
        std::string text = plain;
        text[at] = stop;
        EXPECT_EQ((StopIn<' ', ';', '\x7F'>(text)), at);
        text.back() = ';';
        EXPECT_EQ((StopIn<' ', ';', '\x7F'>(text)), at);
      }
      for (const char passed : {'!', ':', '<', '\x80', '\xFF'}) {
        std::string text = plain;
        text[at] = passed;
        EXPECT_EQ((StopIn<' ', ';', '\x7F'>(text)), size);
      }
    }
  }
}

TEST(ByteScanTest, FindsTheEndOfAHeadWhereverItStands) {
  for (std::size_t size = 0; size < 60; ++size) {
    for (std::size_t at = 0; at + 4 <= size; ++at) {
      std::string text(size, 'x');
      text.replace(at, 4, "\r\n\r\n");
      for (std::size_t from = 0; from <= at; ++from) EXPECT_EQ(FindHeadEnd(text, from), at);
      EXPECT_EQ(FindHeadEnd(text, at + 1), std::string::npos);
      text.replace(at, 4, "\r\r\r\n");
      EXPECT_EQ(FindHeadEnd(text, 0), std::string::npos);
      text.replace(at, 4, "\r\n\r\r");
      EXPECT_EQ(FindHeadEnd(text, 0), std::string::npos);
    }
  }
}

std::vector<std::string> Lines(std::string head) {
  std::vector<std::string> lines;
  HeadLines in(head.data(), head.size());
  while (const auto line = in.Next()) {
    lines.push_back(std::string(line->text) + (line->clean ? "" : " (unclean)"));
  }
  return lines;
}

TEST(HeadLinesTest, SIP2_JoinsFoldedLines) {
  EXPECT_THAT(Lines("a\r\nb: 1\r\n 2\r\n\t3\r\nc"), ElementsAre("a", "b: 1   2  \t3", "c"));
  EXPECT_THAT(Lines("a\r\n"), ElementsAre("a"));
  EXPECT_THAT(Lines("a\r\n\r\nb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(Lines(""), ElementsAre());
}

TEST(HeadLinesTest, T20_EndsLinesAtCrLfOnly) {
  EXPECT_THAT(Lines("a\nb"), ElementsAre("a\nb (unclean)"));
  EXPECT_THAT(Lines("a\rb\r\nc"), ElementsAre("a\rb (unclean)", "c"));
  EXPECT_THAT(Lines("a\r\r\nb"), ElementsAre("a\r (unclean)", "b"));
  EXPECT_THAT(Lines("a\r"), ElementsAre("a\r (unclean)"));
  EXPECT_THAT(Lines(std::string("a\0b", 3)), ElementsAre(std::string("a\0b", 3) + " (unclean)"));
  EXPECT_THAT(Lines("a\tb\x01"), ElementsAre("a\tb\x01"));
}

}  // namespace
}  // namespace dragoman::sip
