#include "core/translate/escape.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::translate {
namespace {

struct EscapeRow {
  std::string text;
  std::string localpart;
};

// XEP-0106 §4.2 and §5, and the rows of requirements §2.1.
const EscapeRow kRows[] = {
    {"plain", "plain"},
    {"space cadet", "space\\20cadet"},
    {"call me \"ishmael\"", "call\\20me\\20\\22ishmael\\22"},
    {"at&t guy", "at\\26t\\20guy"},
    {"d'artagnan", "d\\27artagnan"},
    {"/.fanboy", "\\2f.fanboy"},
    {"::foo::", "\\3a\\3afoo\\3a\\3a"},
    {"<foo>", "\\3cfoo\\3e"},
    {"user@host", "user\\40host"},
    {"c:\\net", "c\\3a\\net"},
    {"c:\\cool stuff", "c\\3a\\cool\\20stuff"},
    {"c:\\5commas", "c\\3a\\5c5commas"},
    {"\\3and\\2is\\5@example.com", "\\5c3and\\2is\\5\\40example.com"},
    {"\\\\20x", "\\\\5c20x"},
    {"\\", "\\"},
    {"#%[]^`{|}!$()*+,-.;=?_~", "#%[]^`{|}!$()*+,-.;=?_~"},
};

TEST(EscapeTest, ADDR8_EscapesExactlyTheTenCharacters) {
  for (const EscapeRow& row : kRows) {
    EXPECT_EQ(EscapeLocalpart(row.text), row.localpart) << row.text;
    EXPECT_EQ(UnescapeLocalpart(row.localpart), row.text) << row.localpart;
  }
}

TEST(EscapeTest, ADDR9_ProtectsABackslashBeforeAnEscapeInEitherCase) {
  for (const std::string hex :
       {"20", "22", "26", "27", "2f", "2F", "3a", "3A", "3c", "3C", "3e", "3E", "40", "5c", "5C"}) {
    EXPECT_EQ(EscapeLocalpart("x\\" + hex), "x\\5c" + hex);
  }
  EXPECT_EQ(EscapeLocalpart("x\\21"), "x\\21");
}

TEST(EscapeTest, ADDR10_HasNoFormForASpaceAtAnEnd) {
  EXPECT_EQ(EscapeLocalpart(" x"), std::nullopt);
  EXPECT_EQ(EscapeLocalpart("x "), std::nullopt);
  EXPECT_EQ(EscapeLocalpart(" "), std::nullopt);
  EXPECT_EQ(EscapeLocalpart("a b"), "a\\20b");
}

TEST(EscapeTest, ADDR12_UnescapingUndoesEscapingForEveryShortText) {
  const std::string alphabet = "\\25c0 @ax";
  std::string text;
  const auto check = [&](auto&& self, int depth) -> void {
    if (const auto escaped = EscapeLocalpart(text)) {
      EXPECT_EQ(UnescapeLocalpart(*escaped), text);
      EXPECT_EQ(escaped->find_first_of(" \"&'/:<>@"), std::string::npos) << *escaped;
    }
    if (depth == 0) return;
    for (const char c : alphabet) {
      text.push_back(c);
      self(self, depth - 1);
      text.pop_back();
    }
  };
  check(check, 5);
}

}  // namespace
}  // namespace dragoman::translate
