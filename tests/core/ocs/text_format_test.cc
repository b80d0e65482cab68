#include "core/ocs/text_format.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/digest.h"

namespace dragoman::ocs {
namespace {

std::string Msgr(const std::string& text) {  // ASCII
  std::string bytes;
  for (const char c : text) bytes += {c, '\0'};
  std::string encoded = Base64Encode(bytes);
  while (encoded.ends_with('=')) encoded.pop_back();
  return encoded;
}

TEST(TextFormatTest, D34_ReadsTheTestVector) {
  const std::string vector =
      "WAAtAE0ATQBTAC0ASQBNAC0ARgBvAHIAbQBhAHQAOgAgAEYATgA9AE0AUwAlADIAMABTAGgAZQBsAGwAJQAyADAARABs"
      "AGcAJQAyADAAMgA7ACAARQBGAD0AOwAgAEMATwA9ADAAOwAgAEMAUwA9ADAAOwAgAFAARgA9ADAADQAKAA0ACgA";
  EXPECT_EQ(Msgr("X-MMS-IM-Format: FN=MS%20Shell%20Dlg%202; EF=; CO=0; CS=0; PF=0\r\n\r\n"),
            vector);
  const auto format = ParseTextFormat(vector);
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(*format, TextFormat{.font = "MS Shell Dlg 2"});
  EXPECT_EQ(format->Style(), "");
  EXPECT_EQ(ParseTextFormat(vector + "="), format);  // padded by somebody
}

TEST(TextFormatTest, D34_SaysHowATextLooks) {
  const auto format =
      ParseTextFormat(Msgr("X-MMS-IM-Format: FN=Segoe%20UI; EF=BIUS; CO=ff8000; CS=0; PF=22\r\n"));
  ASSERT_TRUE(format.has_value());
  EXPECT_EQ(format->Style(),
            "font-weight: bold; font-style: italic; text-decoration: underline line-through; "
            "color: #0080ff; font-family: Segoe UI");
  EXPECT_EQ(ParseTextFormat(Msgr("X-MMS-IM-Format: CO=ff"))->Style(), "color: #ff0000");
  EXPECT_EQ(ParseTextFormat(Msgr("X-MMS-IM-Format: EF=U"))->Style(), "text-decoration: underline");
}

TEST(TextFormatTest, D34_TakesNothingElse) {
  EXPECT_FALSE(ParseTextFormat("").has_value());
  EXPECT_FALSE(ParseTextFormat("!").has_value());
  EXPECT_FALSE(ParseTextFormat("WAAtAE0ATQBTAC0A...").has_value());
  EXPECT_FALSE(ParseTextFormat(Msgr("Something: else")).has_value());
  EXPECT_FALSE(ParseTextFormat("WAAt").has_value());  // an odd number of bytes
  EXPECT_EQ(ParseTextFormat(Msgr("X-MMS-IM-Format: FN=%; CO=zz; CO=1234567; ;=")), TextFormat{});
}

}  // namespace
}  // namespace dragoman::ocs
