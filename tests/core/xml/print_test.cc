#include <gmock/gmock.h>

#include "core/xml/element.h"
#include "core/xml/reader.h"

namespace dragoman::xml {
namespace {

using testing::SizeIs;

TEST(ElementTest, FindsChildrenByNameAndNamespace) {
  Element message("jabber:server", "message");
  message.AddTextElement("jabber:server", "body", "one").AddTextElement("other", "body", "two");
  EXPECT_EQ(message.Child("other", "body")->Text(), "two");
  EXPECT_EQ(message.Child({}, "body")->Text(), "one");
  EXPECT_EQ(message.Child("jabber:server", "subject"), nullptr);
  EXPECT_THAT(message.Children({}, "body"), SizeIs(2));
}

TEST(ElementTest, KeepsOneValueForEachAttribute) {
  Element element("a", "b");
  element.SetAttr("id", "1").SetAttr("id", "2").SetAttr("lang", "de", kXmlNamespace);
  EXPECT_EQ(element.Attr("id"), "2");
  EXPECT_EQ(element.lang(), "de");
  EXPECT_EQ(element.Attr("lang"), "");
  EXPECT_TRUE(element.HasAttribute("id"));
  EXPECT_FALSE(element.HasAttribute("lang"));
}

TEST(PrintTest, DeclaresANamespaceOnlyWhereItChanges) {
  Element message("jabber:server", "message");
  message.AddTextElement("jabber:server", "body", "hi");
  message.Add(Element("urn:xmpp:receipts", "request"));
  EXPECT_EQ(Print(message, "jabber:server"),
            "<message><body>hi</body><request xmlns='urn:xmpp:receipts'/></message>");
  EXPECT_EQ(Print(Element("", "plain"), "jabber:server"), "<plain xmlns=''/>");
}

TEST(PrintTest, LetsNoTextBecomeMarkup) {
  Element element("a", "b");
  element.SetAttr("id", "'/><x \"&\n").AddText("</b><x>&\"'");
  EXPECT_EQ(Print(element, "a"),
            "<b id='&apos;/&gt;&lt;x &quot;&amp;&#10;'>&lt;/b&gt;&lt;x&gt;&amp;&quot;&apos;</b>");
}

TEST(PrintTest, WhatWasReadPrintsToTheSameAgain) {
  for (const std::string_view text : {
           "<a xmlns='u' xmlns:p='v' p:x='1' xml:lang='de' y='2'>t<p:b/>u<c xmlns=''/></a>",
           "<a x='&#9;&#10;&#13;'>&#13;\n\t]]&gt;<![CDATA[<&]]></a>",
           "<a xmlns='u'><xml:b><c/></xml:b></a>",
           "<a xmlns:p='v' xmlns:q='w' p:x='1' q:x='2'/>",
       }) {
    const auto element = ParseDocument(text);
    ASSERT_TRUE(element) << text;
    const auto again = ParseDocument(Print(*element));
    ASSERT_TRUE(again) << Print(*element);
    EXPECT_EQ(*again, *element) << Print(*element);
  }
}

}  // namespace
}  // namespace dragoman::xml
