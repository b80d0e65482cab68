#include "core/charset/charset.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::charset {
namespace {

struct Row {
  std::string charset;
  std::string bytes;
  std::string utf8;
};

TEST(CharsetTest, IM17_TextOfEachCharsetBecomesUtf8) {
  const Row rows[] = {
      {"UTF-8", "\xD0\x9F", "П"},
      {"us-ascii", "plain", "plain"},
      {"ISO-8859-1", "\xE9t\xE9\x80", "été\xC2\x80"},
      {"windows-1252", "\x93quoted\x94 \x80", "“quoted” €"},
      {"Windows-1251", "\xCF\xF0\xE8\xE2\xE5\xF2", "Привет"},
      {"windows-1250", "\xB9\xEA", "ąę"},
      {"windows-1258", "\xD2", "\xCC\x89"},
      {"utf-8", "", ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ToUtf8(row.bytes, row.charset), row.utf8) << row.charset;
  }
}

TEST(CharsetTest, IM17_AnUnknownCharsetIsToldFromBytesThatAreNotInIt) {
  EXPECT_EQ(ToUtf8("x", "koi8-r").error(), CharsetError::kUnknown);
  EXPECT_EQ(ToUtf8("x", "utf-7").error(), CharsetError::kUnknown);
  EXPECT_EQ(ToUtf8("x", "windows-932").error(), CharsetError::kUnknown);
  EXPECT_EQ(ToUtf8("x", "").error(), CharsetError::kUnknown);
  EXPECT_EQ(ToUtf8("\xFF", "utf-8").error(), CharsetError::kMalformed);
  EXPECT_EQ(ToUtf8("\xC3\xA9", "us-ascii").error(), CharsetError::kMalformed);
}

TEST(CharsetTest, ACodePageNeverFails) {
  EXPECT_EQ(FromCodePage("\x82\xA0", 932), "あ");
  EXPECT_EQ(FromCodePage("\xC4\xE3", 936), "你");
  EXPECT_EQ(FromCodePage("a\x82", 932), "a\xEF\xBF\xBD");
  EXPECT_EQ(FromCodePage("a\xE9", 437), "a\xEF\xBF\xBD");
}

}  // namespace
}  // namespace dragoman::charset
