#include "core/html/xhtml.h"

#include <gtest/gtest.h>

#include <string>

#include "core/html/link.h"
#include "core/html/style.h"

namespace dragoman::html {
namespace {

// The content of the body; "" if there is no rendition.
std::string Body(const std::string& html) {
  const auto body = ToXhtmlIm(html);
  if (!body) return "";
  EXPECT_TRUE(body->Is(kXhtmlNs, "body"));
  const std::string text = xml::Print(*body, kXhtmlNs);
  return text.substr(6, text.size() - 13);
}

struct Row {
  std::string html;
  std::string xhtml;
};

TEST(XhtmlTest, IM18_KeepsWhatXep0071Recommends) {
  const Row rows[] = {
      {"<SPAN style=\"font-family:Segoe UI; color:#000000\">Hello</SPAN>",
       "<p><span style='font-family: Segoe UI; color: #000000'>Hello</span></p>"},
      {"<b>a</b><i>b</i><cite>c</cite>", "<p><strong>a</strong><em>b</em><cite>c</cite></p>"},
      {"<u>a</u>", "<p><span style='text-decoration: underline'>a</span></p>"},
      {"<FONT COLOR=#ff0000 face=\"Segoe UI\" size=2>x</FONT>",
       "<p><span style='color: #ff0000; font-family: Segoe UI; font-size: small'>x</span></p>"},
      {"one<BR>two", "<p>one<br/>two</p>"},
      {"<DIV>one</DIV><DIV>two</DIV>", "<p>one</p><p>two</p>"},
      {"<P style=\"color:red\">a<P>b", "<p><span style='color: red'>a</span></p><p>b</p>"},
      {"<ul><li>a<li>b<ol><li>c</ol></ul>d",
       "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul><p>d</p>"},
      {"<blockquote>q</blockquote>", "<blockquote><p>q</p></blockquote>"},
      {"<a href=\"http://example.com/?a=1&amp;b=2\">x</a>",
       "<p><a href='http://example.com/?a=1&amp;b=2'>x</a></p>"},
      {"<h1>T</h1>x", "<p><strong>T</strong></p><p>x</p>"},
      {"a  b\r\nc", "<p>a b c</p>"},
      {"<pre>a\n b</pre>",
       "<p>a<br/>\xC2\xA0"
       "b</p>"},
      {"<img src=\"http://tracker.example/\" alt=\":)\">", "<p>:)</p>"},
      {"&lt;script&gt;", "<p>&lt;script&gt;</p>"},
  };
  for (const Row& row : rows) EXPECT_EQ(Body(row.html), row.xhtml) << row.html;
}

TEST(XhtmlTest, IM18_NestsWhateverOverlaps) {
  const Row rows[] = {
      {"<b>a<i>b</b>c</i>d", "<p><strong>a<em>b</em></strong><em>c</em>d</p>"},
      {"<b>a<p>b</b>c", "<p><strong>a</strong></p><p><strong>b</strong>c</p>"},
      {"<SPAN style='color:red'><DIV>a</DIV><DIV>b</SPAN></DIV>c",
       "<p><span style='color: red'>a</span></p><p><span style='color: red'>b</span></p><p>c</p>"},
      {"<a href='http://a/'>x<a href='http://b/'>y</a>",
       "<p><a href='http://a/'>x</a><a href='http://b/'>y</a></p>"},
      {"<ul>a<ul><li>b</ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"},
      {"<ul><blockquote>a</ul>b", "<ul><li><blockquote><p>a</p></blockquote></li></ul><p>b</p>"},
      {"<li>a</li></ul></b>", "<p>a</p>"},
      {"<ul><li>a</ul></li>b", "<ul><li>a</li></ul><p>b</p>"},
      {"<ol><li>a<ul></li><li>b", "<ol><li>a<ul><li>b</li></ul></li></ol>"},
  };
  for (const Row& row : rows) EXPECT_EQ(Body(row.html), row.xhtml) << row.html;
}

TEST(XhtmlTest, IM18_LeavesOutWhatRunsFetchesOrIsNotRecommended) {
  for (const char* html : {
           "<script>alert(1)</script>x",
           "<x onclick='alert(1)'>x</x>",
           "<span onclick='a()' class='c' id='i'>x</span>",
           "<a href='javascript:alert(1)'>x</a>",
           "<a href=' JaVaScript:alert(1)'>x</a>",
           "<a href='java&#10;script:alert(1)'>x</a>",
           "<a href='data:text/html,x'>x</a>",
           "<a href='/relative'>x</a>",
           "<span style='background:url(http://x/)'>x</span>",
           "<span style='color:expression(alert(1))'>x</span>",
           "<span style='color:\\65xpression(x)'>x</span>",
           "<span style='position:fixed;top:0'>x</span>",
           "<iframe src='http://x/'></iframe>x",
           "<style>p{color:red}</style>x",
           "<svg><script>a()</script></svg>x",
           "<form action='http://x/'><input value='y'></form>x",
       }) {
    EXPECT_EQ(Body(html), "<p>x</p>") << html;
  }
}

TEST(XhtmlTest, IM18_NothingToShowIsNoRendition) {
  for (const char* html : {"", " \r\n", "<p></p>", "<ul><li></li></ul>", "<b></b>", "<script>x"}) {
    EXPECT_FALSE(ToXhtmlIm(html).has_value()) << html;
  }
}

std::string Repeat(const std::string& piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(XhtmlTest, KeepsElementsToABound) {
  EXPECT_TRUE(ToXhtmlIm(Repeat("<b>x</b>", kElementsMax - 1)).has_value());  // and one p
  EXPECT_FALSE(ToXhtmlIm(Repeat("<b>x</b>", kElementsMax)).has_value());
  EXPECT_FALSE(ToXhtmlIm(Repeat("<br>", kElementsMax)).has_value());
}

TEST(XhtmlTest, KeepsBytesToABound) {
  const std::size_t frame = std::string("<body xmlns=''><p></p></body>").size() + kXhtmlNs.size();
  EXPECT_TRUE(ToXhtmlIm(std::string(kXhtmlBytesMax - frame, 'x')).has_value());
  EXPECT_FALSE(ToXhtmlIm(std::string(kXhtmlBytesMax - frame + 1, 'x')).has_value());
}

TEST(XhtmlTest, KeepsDepthToABound) {
  const std::string b = Body(Repeat("<b>", kFormatsMax + 10) + "x");
  EXPECT_EQ(
      b, "<p>" + Repeat("<strong>", kFormatsMax) + "x" + Repeat("</strong>", kFormatsMax) + "</p>");
  const std::string quotes = Body(Repeat("<blockquote>", kContainersMax + 10) + "x");
  EXPECT_EQ(quotes, Repeat("<blockquote>", kContainersMax - 1) + "<p>x</p>" +
                        Repeat("</blockquote>", kContainersMax - 1));
}

TEST(StyleTest, KeepsTheFirstHarmlessValueOfEachRecommendedProperty) {
  EXPECT_EQ(SafeStyle("COLOR : Red ;; color: blue; nonsense; font-weight:"), "color: Red");
  EXPECT_EQ(SafeStyle("color:rgb(1, 2, 3); background-color: rgb(url(x))"), "color: rgb(1, 2, 3)");
  EXPECT_EQ(SafeStyle("font-family: \"Segoe UI\", '微软雅黑', sans-serif; mso-list: x"),
            "font-family: \"Segoe UI\", '微软雅黑', sans-serif");
  EXPECT_EQ(SafeStyle("color: red/**/; font-size: 10pt !important; text-align: left"),
            "text-align: left");
  EXPECT_EQ(SafeStyle("color:" + std::string(kStyleValueBytesMax, 'x')).size(),
            7 + kStyleValueBytesMax);
  EXPECT_EQ(SafeStyle("color:" + std::string(kStyleValueBytesMax + 1, 'x')), "");
}

TEST(LinkTest, KnowsSchemesThatMayBeHandedOn) {
  for (const char* link :
       {"http://x/", "HTTPS://x/", "mailto:a@b", "xmpp:a@b?message", "sip:a@b"}) {
    EXPECT_EQ(SafeLink(link), link);
  }
  for (const char* link : {"", "http:", "ftp://x/", "file:///x", "vbscript:x", "//x/", "http://a b",
                           "http://x/\x01", "mailto:<x>"}) {
    EXPECT_FALSE(SafeLink(link).has_value()) << link;
  }
  const std::string longest = "http://" + std::string(kLinkBytesMax - 7, 'x');
  EXPECT_TRUE(SafeLink(longest).has_value());
  EXPECT_FALSE(SafeLink(longest + "x").has_value());
}

}  // namespace
}  // namespace dragoman::html
