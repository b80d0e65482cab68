#include <gtest/gtest.h>

#include "core/base/cursor.h"
#include "core/base/digest.h"
#include "core/base/utf8.h"

namespace dragoman {
namespace {

TEST(Utf8Test, KnowsShortestFormsFromOthers) {
  for (const char* good :
       {"", "a", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
}

TEST(Utf8Test, IM5_ReplacesWhatXmlDoesNotAllow) {
  EXPECT_EQ(ReplaceNonXml("a\x01"
                          "b\tc\n"),
            "a\xEF\xBF\xBD"
            "b\tc\n");
  EXPECT_EQ(ReplaceNonXml("\xEF\xBF\xBE"), "\xEF\xBF\xBD");
}

TEST(Utf8Test, CharactersAreTakenOneByOne) {
  EXPECT_EQ(CharacterAt(""), 0u);
  EXPECT_EQ(CharacterAt("ab"), 1u);
  EXPECT_EQ(CharacterAt("\u00fcb"), 2u);
  EXPECT_EQ(CharacterAt("\u20ac"), 3u);
  EXPECT_EQ(CharacterAt("\U0001f3ad!"), 4u);
  EXPECT_EQ(CharacterAt("\xff"), 0u);
}

TEST(Utf8Test, T56_KnowsWhatReordersOrEndsALine) {
  for (const char* bad :
       {"\u0080", "\u009f", "\u061c", "\u200e", "\u200f", "\u2028", "\u202e", "\u2066", "\u2069"}) {
    EXPECT_TRUE(IsTreacherous(bad)) << bad;
  }
  for (const char* good : {"a", "\u00a0", "\u200d", "\u202f", "\u2065", "\u206a", "\u20ac"})
    EXPECT_FALSE(IsTreacherous(good)) << good;
}

TEST(CursorTest, CannotRunOffTheEnd) {
  Cursor in("12 x");
  EXPECT_EQ(in.TakeNumber(), 12u);
  EXPECT_TRUE(in.SkipBlanks());
  EXPECT_TRUE(in.Take('x'));
  EXPECT_FALSE(in.Take('x'));
  EXPECT_EQ(in.Peek(), '\0');
  EXPECT_FALSE(Cursor("18446744073709551616").TakeNumber());  // 2^64
  EXPECT_EQ(Cursor("18446744073709551615").TakeNumber(), UINT64_MAX);
}

TEST(DigestTest, MatchesThePublishedVectors) {
  EXPECT_EQ(HexEncode(Sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(HexEncode(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(Base64Encode("Hello"), "SGVsbG8=");
  EXPECT_EQ(Base64Decode("SGVsbG8="), "Hello");
  EXPECT_FALSE(Base64Decode("SGVsbG8"));
  EXPECT_TRUE(EqualsInConstantTime("key", "key"));
  EXPECT_FALSE(EqualsInConstantTime("key", "kez"));
}

}  // namespace
}  // namespace dragoman
