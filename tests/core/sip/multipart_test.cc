#include "core/sip/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/sip/transfer_encoding.h"

namespace dragoman::sip {
namespace {

const char kMixed[] = "multipart/mixed; boundary=b";

// What ocs-dialect §3.5 shows.
const std::string kAlternative =
    "------=_NextPart_000_0001\r\n"
    "Content-Type: text/plain; charset=UTF-8\r\n"
    "\r\n"
    "Hello\r\n"
    "------=_NextPart_000_0001\r\n"
    "Content-Type: text/html; charset=UTF-8\r\n"
    "\r\n"
    "<SPAN style=\"font-family:Segoe UI; color:#000000\">Hello</SPAN>\r\n"
    "------=_NextPart_000_0001--\r\n";

TEST(MultipartTest, SIP26_ReadsWhatMicrosoftClientsSend) {
  const auto parts =
      ReadMultipart("multipart/alternative; boundary=\"----=_NextPart_000_0001\"", kAlternative);
  ASSERT_TRUE(parts.has_value());
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ(parts->at(0).ContentType(), "text/plain; charset=UTF-8");
  EXPECT_EQ(parts->at(0).content, "Hello");
  EXPECT_EQ(parts->at(1).ContentType(), "text/html; charset=UTF-8");
  EXPECT_EQ(parts->at(1).content,
            "<SPAN style=\"font-family:Segoe UI; color:#000000\">Hello</SPAN>");
}

TEST(MultipartTest, GivesViewsIntoTheBody) {
  const auto parts =
      ReadMultipart("multipart/alternative; boundary=\"----=_NextPart_000_0001\"", kAlternative);
  ASSERT_TRUE(parts.has_value());
  for (const BodyPart& part : *parts) {
    EXPECT_GE(part.content.data(), kAlternative.data());
    EXPECT_LE(part.content.data() + part.content.size(), kAlternative.data() + kAlternative.size());
  }
}

TEST(MultipartTest, SkipsPreambleAndEpilogue) {
  const auto parts =
      ReadMultipart(kMixed, "not for\r\n--other\r\nyou\r\n--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny");
  ASSERT_TRUE(parts.has_value());
  ASSERT_EQ(parts->size(), 1u);
  EXPECT_EQ(parts->at(0).content, "x");
}

TEST(MultipartTest, TakesLfLinesAndBlanksBehindTheDelimiter) {
  const auto parts =
      ReadMultipart(kMixed, "--b \t\nContent-Type: text/html\n\n<b>x</b>\n--b\n\ny\n--b--  \n");
  ASSERT_TRUE(parts.has_value());
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ(parts->at(0).content, "<b>x</b>");
  EXPECT_EQ(parts->at(1).content, "y");
  EXPECT_EQ(parts->at(1).ContentType(), "text/plain");
}

TEST(MultipartTest, LeavesLineEndsInsideAPartAlone) {
  const auto parts = ReadMultipart(kMixed, "--b\r\n\r\n\r\na\n\r\n\r\n--b--");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->at(0).content, "\r\na\n\r\n");
}

TEST(MultipartTest, KnowsALongerBoundaryFromItsOwn) {
  const auto parts = ReadMultipart(kMixed, "--b\r\n\r\nx\r\n--bb\r\n--b-\r\ny--b\r\n--b--");
  ASSERT_TRUE(parts.has_value());
  ASSERT_EQ(parts->size(), 1u);
  EXPECT_EQ(parts->at(0).content, "x\r\n--bb\r\n--b-\r\ny--b");
}

TEST(MultipartTest, TakesEmptyPartsAndPartsWithoutContent) {
  const auto parts =
      ReadMultipart(kMixed, "--b\r\n--b\r\n\r\n--b\r\nContent-Type: text/html\r\n--b--");
  ASSERT_TRUE(parts.has_value());
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ(parts->at(0).content, "");
  EXPECT_EQ(parts->at(1).content, "");
  EXPECT_EQ(parts->at(2).ContentType(), "text/html");
  EXPECT_EQ(parts->at(2).content, "");
}

TEST(MultipartTest, TakesABodyWithoutItsLastDelimiter) {
  const auto parts = ReadMultipart(kMixed, "--b\r\n\r\nHello");
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->at(0).content, "Hello");
}

TEST(MultipartTest, SIP25_ReadsThePartsHeaders) {
  const auto parts =
      ReadMultipart("multipart/mixed;boundary=\"b c\"",
                    "--b c\r\ncontent-TYPE : "
                    "text/plain;\r\n\tcharset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
                    "Content-Disposition: render;handling=Optional\r\n\r\nSGk=\r\n--b c--");
  ASSERT_TRUE(parts.has_value());
  const BodyPart& part = parts->at(0);
  EXPECT_EQ(ParameterOf(part.ContentType(), "Charset"), "utf-8");
  EXPECT_EQ(part.Get("Content-Transfer-Encoding"), "base64");
  EXPECT_EQ(part.Get("Content-ID"), "");
  EXPECT_TRUE(part.IsOptional());
  EXPECT_FALSE(part.IsRequired());
}

TEST(MultipartTest, SaysNothingOfHandlingThatIsNotSaid) {
  const auto parts = ReadMultipart(
      kMixed, "--b\r\n\r\nx\r\n--b\r\nContent-Disposition: render;handling=required\r\n\r\n--b--");
  ASSERT_TRUE(parts.has_value());
  EXPECT_FALSE(parts->at(0).IsOptional() || parts->at(0).IsRequired());
  EXPECT_TRUE(parts->at(1).IsRequired());
}

std::string Nest(std::size_t depth) {  // a body of boundary "b1" with `depth` multiparts in it
  std::string body = "x";
  for (std::size_t i = depth; i > 0; --i) {
    const std::string boundary = "b" + std::to_string(i);
    const std::string type =
        i == depth ? "text/plain" : "multipart/mixed;boundary=b" + std::to_string(i + 1);
    body.insert(0, "--" + boundary + "\r\nContent-Type: " + type + "\r\n\r\n");
    body += "\r\n--" + boundary + "--";
  }
  return body;
}

TEST(MultipartTest, ReadsNestedOnesToABound) {
  const std::string deepest = Nest(kMultipartDepthMax);
  const auto parts = ReadMultipart("multipart/mixed;boundary=b1", deepest);
  ASSERT_TRUE(parts.has_value());
  const BodyPart* part = &parts->front();
  for (std::size_t i = 1; i < kMultipartDepthMax; ++i) {
    ASSERT_EQ(part->parts.size(), 1u);
    part = &part->parts.front();
  }
  EXPECT_EQ(part->content, "x");
  const auto deeper = ReadMultipart("multipart/mixed;boundary=b1", Nest(kMultipartDepthMax + 1));
  EXPECT_EQ(deeper.error(), MultipartError::kTooDeep);
}

TEST(MultipartTest, ReadsPartsToABound) {
  std::string body;
  for (std::size_t i = 0; i < kPartsMax; ++i) body += "--b\r\n\r\nx\r\n";
  EXPECT_EQ(ReadMultipart(kMixed, body + "--b--")->size(), kPartsMax);
  EXPECT_EQ(ReadMultipart(kMixed, body + "--b\r\n\r\nx\r\n--b--").error(),
            MultipartError::kTooManyParts);
}

TEST(MultipartTest, RefusesWhatHasNoBoundaryOrNoParts) {
  EXPECT_EQ(ReadMultipart("multipart/mixed", "--\r\n").error(), MultipartError::kBoundary);
  EXPECT_EQ(ReadMultipart("multipart/mixed;boundary=\"\"", "").error(), MultipartError::kBoundary);
  const std::string longest(kBoundaryBytesMax, 'x');
  EXPECT_TRUE(ReadMultipart("multipart/mixed;boundary=" + longest, "--" + longest).has_value());
  EXPECT_EQ(ReadMultipart("multipart/mixed;boundary=x" + longest, "--x" + longest).error(),
            MultipartError::kBoundary);
  EXPECT_EQ(ReadMultipart(kMixed, "").error(), MultipartError::kNoParts);
  EXPECT_EQ(ReadMultipart(kMixed, "Hello").error(), MultipartError::kNoParts);
  EXPECT_EQ(ReadMultipart(kMixed, "--b--\r\n--b\r\n\r\nx").error(), MultipartError::kNoParts);
}

struct TransferRow {
  std::string encoding;
  std::string content;
  std::optional<std::string> decoded;
};

TEST(TransferEncodingTest, UndoesEachEncodingOfRfc2045) {
  const TransferRow rows[] = {
      {"", "a=41", "a=41"},
      {"7bit", "a", "a"},
      {"8BIT", "\xC3\xA9", "\xC3\xA9"},
      {"binary", std::string("\0", 1), std::string("\0", 1)},
      {"Base64", "SGVs\r\nbG8=\r\n", "Hello"},
      {"base64", "SGVsbG8", std::nullopt},
      {"base64", "!", std::nullopt},
      {"quoted-printable", "caf=C3=a9 =\r\nau lait  \r\n=3D=\n", "caf\xC3\xA9 au lait\r\n="},
      {"quoted-printable", "a\nb", "a\nb"},
      {"quoted-printable", "a=4", std::nullopt},
      {"quoted-printable", "a=ZZ", std::nullopt},
      {"x-uuencode", "a", std::nullopt},
  };
  for (const TransferRow& row : rows) {
    EXPECT_EQ(DecodeTransfer(row.encoding, row.content), row.decoded)
        << row.encoding << " " << row.content;
  }
}

}  // namespace
}  // namespace dragoman::sip
