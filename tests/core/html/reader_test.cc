#include "core/html/reader.h"

#include <gtest/gtest.h>

#include <string>

namespace dragoman::html {
namespace {

TEST(HtmlReaderTest, GivesTextAndTagsInTurn) {
  Reader reader("a<B Title='x &amp; y' checked>b</B>");
  EXPECT_EQ(std::get<std::string>(*reader.Next()), "a");
  const Tag opening = std::get<Tag>(*reader.Next());
  EXPECT_EQ(opening.name, "b");
  EXPECT_FALSE(opening.closes);
  EXPECT_EQ(opening.Attr("title"), "x & y");
  EXPECT_EQ(opening.Attr("checked"), "");
  EXPECT_EQ(opening.attributes.size(), 2u);
  EXPECT_EQ(std::get<std::string>(*reader.Next()), "b");
  EXPECT_TRUE(std::get<Tag>(*reader.Next()).closes);
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_FALSE(reader.Next().has_value());
}

TEST(HtmlReaderTest, KeepsAttributesToABound) {
  std::string html = "<b";
  for (std::size_t i = 0; i <= kAttributesMax; ++i) html += " a" + std::to_string(i) + "=1";
  html += ">x";
  Reader reader(html);
  const Tag tag = std::get<Tag>(*reader.Next());
  EXPECT_EQ(tag.attributes.size(), kAttributesMax);
  EXPECT_EQ(tag.Attr("a" + std::to_string(kAttributesMax - 1)), "1");
  EXPECT_EQ(std::get<std::string>(*reader.Next()), "x");
}

}  // namespace
}  // namespace dragoman::html
