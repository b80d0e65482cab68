#include "cli/print/json.h"

#include <gtest/gtest.h>

namespace dragoman::cli {
namespace {

using Members = std::map<std::string, std::string>;

TEST(JsonTest, WhatIsWrittenReadsBackToTheSame) {
  for (const std::string text :
       {"", "plain", "\"\\/\b\f\n\r\t\x7f\x01", "\u00fc\u20ac\U0001f3ad"}) {
    const auto read = ParseJsonStrings(JsonObject().Add("a", text).ToString());
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, (Members{{"a", text}}));
  }
}

TEST(JsonTest, T56_WhatATerminalShouldNotSeeIsEscapedAndStaysTheSame) {
  const std::string text = "\x1b\u0085\u061c\u202e\u2066";
  const std::string json = JsonObject().Add("a", text).ToString();
  EXPECT_EQ(json, "{\"a\":\"\\u001b\\u0085\\u061c\\u202e\\u2066\"}");
  EXPECT_EQ(ParseJsonStrings(json)->at("a"), text);
}

TEST(JsonTest, NumbersAndFlagsStandWithoutQuotes) {
  EXPECT_EQ(JsonObject().AddNumber("a", -5).AddFlag("b", true).AddFlag("c", false).ToString(),
            "{\"a\":-5,\"b\":true,\"c\":false}");
}

TEST(JsonTest, ReadsEveryEscape) {
  const auto read =
      ParseJsonStrings(R"( { "a" : "\"\\\/\b\f\n\r\t\u0041\u00e9\ud83c\udfad", "b":"\ud83c" } )");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at("a"), "\"\\/\b\f\n\r\tA\u00e9\U0001f3ad");
  EXPECT_EQ(read->at("b"), "\ufffd");
  EXPECT_EQ(*ParseJsonStrings("{}"), Members{});
}

TEST(JsonTest, RefusesWhatIsNoObjectOfStrings) {
  for (const std::string text :
       {"", "{", "[]", "{\"a\"}", "{\"a\":1}", "{\"a\":\"b\"", "{\"a\":\"b\"}x", "{\"a\":\"b\",}",
        "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\n\"}",
        "{\"a\":\"b\",\"a\":\"c\"}", "{\"a\":\"b\" \"c\":\"d\"}", "{\"a\":\"\\ud83c\\u0041\"}",
        "{,\"a\":\"b\"}"}) {
    EXPECT_FALSE(ParseJsonStrings(text)) << text;
  }
}

}  // namespace
}  // namespace dragoman::cli
