#include "core/sip/header_name.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/base/ascii.h"

namespace dragoman::sip {
namespace {

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

TEST(HeaderNameTest, SIP2_KnowsEachNameInAnyCase) {
  for (std::size_t i = 1; i < kHeaderNames; ++i) {
    const auto name = static_cast<HeaderName>(i);
    const std::string text(Text(name));
    EXPECT_EQ(HeaderNameOf(text), name) << text;
    EXPECT_EQ(HeaderNameOf(LowerCase(text)), name) << text;
    EXPECT_EQ(HeaderNameOf(UpperCase(text)), name) << text;
  }
}

TEST(HeaderNameTest, T21_TakesNothingForANameThatOnlyLooksLikeIt) {
  for (std::size_t i = 1; i < kHeaderNames; ++i) {
    const std::string text(Text(static_cast<HeaderName>(i)));
    EXPECT_EQ(HeaderNameOf(text + "s"), HeaderName::kOther) << text;
    EXPECT_EQ(HeaderNameOf("X" + text), HeaderName::kOther) << text;
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const char c : std::string("_*%q0~")) {
        std::string other = text;
        other[at] = c;
        if (!EqualsIgnoreCase(other, text)) {
          EXPECT_NE(HeaderNameOf(other), static_cast<HeaderName>(i)) << other;
        }
      }
    }
  }
  for (const std::string text : {"", "*", "-", "1", "_", "Content", "X-Other"}) {
    EXPECT_EQ(HeaderNameOf(text), HeaderName::kOther) << text;
  }
}

TEST(HeaderNameTest, SIP2_KnowsTheCompactForms) {
  const std::string known = "abcefiklmorstuvx";
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string lower(1, c);
    EXPECT_EQ(HeaderNameOf(lower) != HeaderName::kOther, known.find(c) != std::string::npos) << c;
    EXPECT_EQ(HeaderNameOf(lower), HeaderNameOf(UpperCase(lower))) << c;
  }
  EXPECT_EQ(HeaderNameOf("v"), HeaderName::kVia);
  EXPECT_EQ(HeaderNameOf("L"), HeaderName::kContentLength);
  EXPECT_EQ(HeaderNameOf("o"), HeaderName::kEvent);
}

}  // namespace
}  // namespace dragoman::sip
