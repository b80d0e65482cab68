#include "core/html/text.h"

#include <gtest/gtest.h>

#include <string>

#include "core/html/entities.h"

namespace dragoman::html {
namespace {

struct Row {
  std::string html;
  std::string text;
};

TEST(HtmlTextTest, IM18_KeepsWhatAReaderWouldSee) {
  const Row rows[] = {
      {"<SPAN style=\"font-family:Segoe UI; color:#000000\">Hello</SPAN>", "Hello"},
      {"<DIV>one</DIV><DIV>two</DIV>", "one\ntwo"},
      {"<div><p>one<p>two</div>three", "one\ntwo\nthree"},
      {"one<BR>two<br/>three", "one\ntwo\nthree"},
      {"<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"},
      {"<P>one</P><P>&nbsp;</P><P>two</P>", "one\n\ntwo"},
      {"a\r\nb   c\td", "a b c d"},
      {"<b>bold</b> <i>and</i> plain", "bold and plain"},
      {"one <b> two </b> three", "one two three"},
      {"<ul><li>milk<li>eggs<ol><li>two<li>three</ol></ul>end",
       "- milk\n- eggs\n  1. two\n  2. three\nend"},
      {"<ul><li></li><li><p>x</p></li></ul>", "- x"},
      {"<table><tr><td>a<td>b</tr><tr><td>c</table>", "a\tb\nc"},
      {"<pre>a\n  b</pre>c d", "a\n  b\nc d"},
      {"&lt;b&gt; &amp; &eacute;&#233;&#xE9; &euro;&#128;&nbsp;&nbsp;x", "<b> & ééé €€  x"},
      {"<img src=\"http://x/\" alt=\":-)\"> hi", ":-) hi"},
      {"<a href=\"http://example.com/a\">here</a>, please", "here <http://example.com/a>, please"},
      {"<A HREF=http://example.com/>http://example.com/</A>", "http://example.com/"},
      {"<a href=\"https://example.com/\">example.com</a>", "example.com"},
      {"<a href=\"javascript:x()\">here</a>", "here"},
      {"<a href=\"http://a.example/\">one<a href=\"http://b.example/\">two",
       "one <http://a.example/>two <http://b.example/>"},
      {"<h1>Title</h1>text", "Title\ntext"},
      {"", ""},
      {"<p></p>", ""},
  };
  for (const Row& row : rows) EXPECT_EQ(ToText(row.html), row.text) << row.html;
}

TEST(HtmlTextTest, IM18_TakesWhatIsNotHtmlAsBrowsersDo) {
  const Row rows[] = {
      {"<!-- no --><!DOCTYPE html><?xml:namespace prefix = o ?>a<![if x]>b<!--", "ab"},
      {"<script>if (a<b) x()</script>a<STYLE>p{}</style>b<title>t</TITLE >c", "abc"},
      {"<script>never closed", ""},
      {"1 < 2 && 3 > 2 <3", "1 < 2 && 3 > 2 <3"},
      {"I </3 <y", "I </3 <y"},
      {"&unknown; &amp &; &#; &#x; &#0;&#xD800;&#x110000;&#99999999999;",
       "&unknown; &amp &; &#; &#x; \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"<b a='>' b=\">\" c=x/ =d>t</b >", "t"},
      {"<a title='never closed>t</a>u", "tu"},
      {"</b></div>x</p></ul></li>", "x"},
      {"<o:p>x</o:p><wbr>y", "xy"},
      {"<b", "<b"},
      {"<", "<"},
      {"a<", "a<"},
  };
  for (const Row& row : rows) EXPECT_EQ(ToText(row.html), row.text) << row.html;
}

TEST(HtmlTextTest, IndentsListsToABound) {
  std::string html;
  for (std::size_t i = 0; i < kListDepthMax + 5; ++i) html += "<ul>";
  EXPECT_EQ(ToText("a" + html + "<li>x"),
            "a\n" + std::string(2 * (kListDepthMax - 1), ' ') + "- x");
}

TEST(HtmlTextTest, TimeGrowsWithTheLengthOnly) {
  // Each of these would take minutes if a tag, quote or comment without end were searched again and
  // again; the test's time limit is what fails.
  for (const char* piece : {"<a ", "<a x='", "<a x=\">", "<!--", "&#", "&", "<script>", "<ul>",
                            "<a href=http://x>", "</", "<pre>", "<li>"}) {
    std::string html;
    while (html.size() < 1'000'000) html += piece;
    EXPECT_LT(ToText(html).size(), 20'000'000u);
    EXPECT_LT(ToText(html + "'\">").size(), 20'000'000u);
  }
}

}  // namespace
}  // namespace dragoman::html
