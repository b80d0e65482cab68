#include "core/translate/sip_content.h"

#include <gtest/gtest.h>

#include <string>

#include "core/html/xhtml.h"

namespace dragoman::translate {
namespace {

SipContent Read(const std::string& content_type, const std::string& body,
                const ContentOptions& options = {}) {
  sip::Request request("MESSAGE", "sip:juliet@jabber.example.com");
  request.SetBody(content_type, body);
  return ContentOf(request, options);
}

// Parts of boundary "b": each its header lines and content, with LF for CRLF.
std::string Parts(std::initializer_list<std::string> parts) {
  std::string body;
  for (const std::string& part : parts) {
    body += "--b\r\n";
    for (const char c : part) body += c == '\n' ? std::string("\r\n") : std::string(1, c);
    body += "\r\n";
  }
  return body + "--b--\r\n";
}

const std::string kPlain = "Content-Type: text/plain; charset=UTF-8\n\nHello";
const std::string kHtml =
    "Content-Type: text/html; charset=UTF-8\n\n<SPAN style=\"color:#000000\">Hello!</SPAN>";
const std::string kRtf = "Content-Type: text/rtf\n\n{\\rtf1 Hello?}";
const std::string kInk = "Content-Type: application/x-ms-ink\n\nbase64:x";
const std::string kOptionalInk =
    "Content-Type: application/x-ms-ink\nContent-Disposition: render;handling=optional\n\nx";
const std::string kRequiredInk =
    "Content-Type: application/x-ms-ink\nContent-Disposition: render;handling=required\n\nx";
const std::string kAlternative = "multipart/alternative; boundary=b";
const std::string kMixed = "multipart/mixed; boundary=b";
const std::string kRelated = "multipart/related; boundary=b";

struct TextRow {
  std::string id;
  std::string content_type;
  std::string body;
  std::string text;
};

TEST(SipContentTest, TextComesOutOfEveryKindOfBody) {
  const TextRow rows[] = {
      {"IM-17", "text/plain; charset=windows-1252", "\x93Hi\x94 \x80", "“Hi” €"},
      {"IM-17", "text/plain", "\xEF\xBB\xBFHi", "Hi"},
      {"IM-18", "text/html", "<DIV>a</DIV><DIV>b &amp; c</DIV>", "a\nb & c"},
      {"IM-18", "text/html; charset=iso-8859-1", "<b>\xE9</b>", "é"},
      {"D-3.5", "text/rtf", "{\\rtf1\\ansi a\\par b\\'e9}", "a\nbé"},
      {"D-3.4", "text/plain; charset=UTF-8;msgr=WAAtAE0ATQBTAC0A", "Hello", "Hello"},
      {"SIP-26", kAlternative, Parts({kPlain, kHtml}), "Hello"},
      {"SIP-26", kAlternative, Parts({kHtml, kPlain}), "Hello"},
      {"SIP-26", kAlternative, Parts({kPlain, kInk}), "Hello"},
      {"SIP-26", kAlternative, Parts({kRtf, kHtml}), "Hello!"},
      {"SIP-26", kAlternative, Parts({kHtml, kRtf}), "Hello?"},
      {"SIP-26", kAlternative, Parts({"Content-Type: text/plain; charset=koi8-r\n\nx", kHtml}),
       "Hello!"},
      {"SIP-26", kAlternative, Parts({"Content-Type: text/plain\n\n", kHtml}), "Hello!"},
      {"SIP-26", kAlternative,
       Parts({kPlain,
              "Content-Type: multipart/related; boundary=c\n\n--c\nContent-Type: "
              "text/html\n\n<b>x</b>\n--c\nContent-Type: image/gif\n\nGIF\n--c--"}),
       "Hello"},
      {"SIP-26", kMixed, Parts({kPlain, kHtml}), "Hello"},
      {"SIP-26", kMixed, Parts({kOptionalInk, kHtml}), "Hello!"},
      {"SIP-26", kRelated, Parts({kHtml, "Content-Type: image/gif\n\nGIF"}), "Hello!"},
      {"SIP-25", kMixed,
       Parts({"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8="}), "Hello"},
      {"SIP-25", kMixed, Parts({"Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9"}),
       "café"},
      {"IM-19", "message/cpim",
       "From: <im:a@b>\r\nTo: <im:c@d>\r\n\r\nContent-type: text/plain\r\n\r\nHi", "Hi"},
      {"IM-19", "Message/CPIM", "From: <im:a@b>\n\nContent-type: text/html\n\n<i>Hi</i>", "Hi"},
      {"IM-19", "message/cpim",
       "From: <im:a@b>\n\nContent-type: " + kAlternative + "\n\n" + Parts({kPlain, kHtml}),
       "Hello"},
  };
  for (const TextRow& row : rows) {
    const SipContent content = Read(row.content_type, row.body);
    const auto* text = std::get_if<PlainText>(&content);
    ASSERT_NE(text, nullptr) << row.id << " " << row.body;
    EXPECT_EQ(text->text, row.text) << row.id << " " << row.body;
    EXPECT_EQ(text->html, "");
  }
}

struct NothingRow {
  std::string id;
  std::string content_type;
  std::string body;
  NoContent why;
};

TEST(SipContentTest, WhatIsNotUnderstoodIsToldFromWhatIsMalformed) {
  const NothingRow rows[] = {
      {"IM-17", "text/html; charset=koi8-r", "x", NoContent::kUnsupported},
      {"IM-17", "text/html", "\xFF", NoContent::kMalformed},
      {"IM-20", "text/x-msmsgsinvite", "x", NoContent::kUnsupported},
      {"IM-20", "image/gif", "GIF", NoContent::kUnsupported},
      {"D-3.5", "text/rtf", "no RTF", NoContent::kMalformed},
      {"SIP-26", kAlternative, "no part", NoContent::kMalformed},
      {"SIP-26", kAlternative, Parts({kInk, kInk}), NoContent::kUnsupported},
      {"SIP-26", kAlternative, Parts({kInk, "\n\xFF"}), NoContent::kMalformed},
      {"SIP-26", kMixed, Parts({kPlain, kInk}), NoContent::kUnsupported},
      {"SIP-26", kMixed, Parts({kOptionalInk}), NoContent::kUnsupported},
      {"SIP-26", kRelated, Parts({kHtml, kRequiredInk}), NoContent::kUnsupported},
      {"SIP-25", kMixed, Parts({"Content-Encoding: gzip\n\nx"}), NoContent::kUnsupported},
      {"SIP-25", kMixed, Parts({"Content-Transfer-Encoding: base64\n\n?"}), NoContent::kMalformed},
      {"IM-19", "message/cpim", "Hi", NoContent::kMalformed},
      {"IM-19", "message/cpim", "From: <im:a@b>\nRequire: x.y\n\n\nHi", NoContent::kUnsupported},
      {"IM-19", "message/cpim",
       "From: <im:a@b>\n\nContent-type: message/cpim\n\nFrom: <im:a@b>\n\n\nHi",
       NoContent::kUnsupported},
      {"RCPT-3", "message/imdn+xml", "<imdn/>", NoContent::kMalformed},
  };
  for (const NothingRow& row : rows) {
    const SipContent content = Read(row.content_type, row.body, {.xhtml = true});
    const auto* none = std::get_if<NoContent>(&content);
    ASSERT_NE(none, nullptr) << row.id << " " << row.body;
    EXPECT_EQ(*none, row.why) << row.id << " " << row.body;
  }
}

TEST(SipContentTest, IM18_TheRichRenditionComesBesideTheText) {
  const std::string rich = "<body xmlns='" + std::string(html::kXhtmlNs) +
                           "'><p><span style='color: #000000'>Hello!</span></p></body>";
  const auto html = std::get<PlainText>(
      Read("text/html", "<SPAN style=\"color:#000000\">Hello!</SPAN>", {.xhtml = true}));
  EXPECT_EQ(html.text, "Hello!");
  EXPECT_EQ(html.html, rich);
  const auto both =
      std::get<PlainText>(Read(kAlternative, Parts({kPlain, kHtml}), {.xhtml = true}));
  EXPECT_EQ(both.text, "Hello");
  EXPECT_EQ(both.html, rich);
  const auto plain = std::get<PlainText>(Read("text/plain", "Hello", {.xhtml = true}));
  EXPECT_EQ(plain.html, "");
}

TEST(SipContentTest, D34_TheLookOfAPlainTextIsARendition) {
  // X-MMS-IM-Format: EF=B; CO=ff
  const std::string type =
      "text/plain; "
      "charset=UTF-8;msgr=WAAtAE0ATQBTAC0ASQBNAC0ARgBvAHIAbQBhAHQAOgAgAEUARgA9AEIAOwAgAEM"
      "ATwA9AGYAZgA";
  const auto text = std::get<PlainText>(Read(type, "a < b\n\nc", {.xhtml = true}));
  EXPECT_EQ(text.text, "a < b\n\nc");
  EXPECT_EQ(text.html,
            "<body xmlns='" + std::string(html::kXhtmlNs) +
                "'><p><span style='font-weight: bold; color: #ff0000'>a &lt; b<br/><br/>c"
                "</span></p></body>");
  EXPECT_EQ(std::get<PlainText>(Read(type, "a")).html, "");
}

TEST(SipContentTest, IM19_TheWrapperIsHandedOnWithoutItsContent) {
  const auto text = std::get<PlainText>(
      Read("message/cpim",
           "From: <im:a@b>\nSubject: Tea\nNS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: 7\n"
           "imdn.Disposition-Notification: positive-delivery\n\nContent-type: text/plain\n\nHi"));
  ASSERT_TRUE(text.cpim.has_value());
  EXPECT_EQ(text.cpim->subject, "Tea");
  EXPECT_EQ(text.cpim->message_id, "7");
  EXPECT_TRUE(text.cpim->wants_delivered);
  EXPECT_EQ(text.cpim->content, "");
}

TEST(SipContentTest, IM3_TheLanguageIsThatOfThePart) {
  const auto part = std::get<PlainText>(
      Read(kMixed, Parts({"Content-Type: text/plain\nContent-Language: de-AT, en\n\nServus"})));
  EXPECT_EQ(part.lang, "de-AT");
  const auto wrapped = std::get<PlainText>(Read(
      "message/cpim", "From: <im:a@b>\n\nContent-type: text/plain\nContent-Language: it\n\nCiao"));
  EXPECT_EQ(wrapped.lang, "it");
  EXPECT_EQ(std::get<PlainText>(Read("text/plain", "Hello")).lang, "");
}

TEST(SipContentTest, COMP5_ANotificationOfTypingMayComeInAnyWrapper) {
  const std::string typing =
      "<isComposing xmlns='urn:ietf:params:xml:ns:im-iscomposing'><state>active</state>"
      "<refresh>90</refresh></isComposing>";
  const std::string type = "application/im-iscomposing+xml";
  for (const SipContent& content :
       {Read(type, typing), Read(kMixed, Parts({"Content-Type: " + type + "\n\n" + typing})),
        Read("message/cpim", "From: <im:a@b>\n\nContent-Type: " + type + "\n\n" + typing)}) {
    ASSERT_TRUE(std::holds_alternative<Typing>(content));
    EXPECT_TRUE(std::get<Typing>(content).active);
    EXPECT_EQ(std::get<Typing>(content).refresh, 90u);
  }
}

TEST(SipContentTest, D39_TheConferencingServersReceiptsAreIgnored) {
  EXPECT_TRUE(std::holds_alternative<Ignored>(Read("application/ms-imdn+xml", "<imdn/>")));
}

}  // namespace
}  // namespace dragoman::translate
