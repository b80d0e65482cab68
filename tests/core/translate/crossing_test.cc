// What goes in on one side comes out on the other, and back, whatever is in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/timestamp.h"
#include "core/translate/sip_intake.h"
#include "core/translate/sip_outgoing.h"
#include "core/translate/text.h"
#include "core/translate/xmpp_intake.h"
#include "core/translate/xmpp_outgoing.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

const std::vector<std::string> kHostile = {
    "plain",
    "a\r\nVia: SIP/2.0/TLS evil:5061",
    "a\nb\rc\td",
    "\"quoted\" \\ back\\\"slash",
    "<sip:evil@example.org>;tag=1, <sip:b@c>",
    "</body></message><message to='x'>",
    "&lt;&#0;&amp;]]>",
    "%0d%0aVia: x",
    ";gr=x;tag=y?Route=z",
    "\x01\x02\x7F",
    "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x8E\xAD",
    "'\"><x/>",
};

xml::Element Message(const std::string& text) {
  xml::Element stanza("jabber:server", "message");
  stanza.SetAttr("from",
                 "juliet@jabber.example.com/" + (text.find('\x01') == 0 ? "x" : SingleLine(text)));
  stanza.SetAttr("to", "romeo@contoso.com");
  stanza.SetAttr("id", text);
  xml::Element body("jabber:server", "body");
  body.SetAttr("lang", text, xml::kXmlNamespace).AddText(text);
  stanza.Add(std::move(body));
  stanza.AddTextElement("jabber:server", "subject", text);
  stanza.AddTextElement("jabber:server", "thread", text);
  stanza.AddTextElement("http://jabber.org/protocol/nick", "nick", text);
  return stanza;
}

TEST(CrossingTest, T23_NoFieldOfAStanzaAddsAHeaderToSip) {
  const policy::Settings settings = SampleSettings();
  CountingRandom random;
  for (const std::string& text : kHostile) {
    const XmppIntake intake = ReceiveStanza(Message(text), {settings, random, kNow, text});
    ASSERT_TRUE(std::holds_alternative<XmppEvent>(intake)) << text;
    const envelope::Message& message = std::get<XmppEvent>(intake).message;
    const auto chat = PayloadOf<envelope::Chat>(message);
    const auto sent = ComposeSip(message.header, {{}, chat}, {settings, random, kNow});
    ASSERT_TRUE(sent.has_value()) << text;
    const std::string bytes = sent->request.ToString();
    const std::size_t end = bytes.find("\r\n\r\n");
    auto back = sip::Request::Parse(bytes.substr(0, end), bytes.substr(end + 4));
    ASSERT_TRUE(back.has_value()) << bytes;
    EXPECT_EQ(back->headers().size(), sent->request.headers().size() +
                                          (sent->request.Count("Content-Length") == 0 ? 1 : 0));
    EXPECT_EQ(back->Count("Via"), 1u);
    EXPECT_EQ(back->Count("Route"), 0u);
    EXPECT_EQ(sip::Validate(*back), std::nullopt);
    EXPECT_EQ(back->body(), text);
    const auto from = sip::NameAddr::Parse(back->Get("From"));
    ASSERT_TRUE(from.has_value()) << bytes;
    EXPECT_EQ(from->tag(), sent->dialog.local_tag);
    EXPECT_TRUE(from->uri.starts_with("sip:juliet@jabber.example.com"));
  }
}

TEST(CrossingTest, T23_NoFieldOfARequestAddsMarkupToXmpp) {
  const policy::Settings settings = SampleSettings();
  CountingRandom random;
  for (const std::string& text : kHostile) {
    sip::Request request("MESSAGE", "sip:juliet@jabber.example.com");
    request.Add("Via", "SIP/2.0/TLS e:5061;branch=z9hG4bK1");
    request.Add("From", sip::Quote(text) + "<sip:romeo@contoso.com>;tag=1");
    request.Add("To", "<sip:juliet@jabber.example.com>");
    request.Add("Call-ID", text);
    request.Add("CSeq", "1 MESSAGE");
    request.Add("Subject", text);
    request.Add("Content-Language", text);
    request.SetBody("text/plain", text);
    const SipIntake intake = ReceiveSip(request, {settings, random, kNow, "e:5061"});
    ASSERT_TRUE(std::holds_alternative<SipEvent>(intake)) << text;
    const auto stanzas = ToStanzas(std::get<SipEvent>(intake).message, settings);
    ASSERT_TRUE(stanzas.has_value() && stanzas->size() == 1) << text;
    const xml::Element back = Xml(xml::Print(stanzas->front()));
    EXPECT_LE(back.Children().size(), 4u);  // subject, body, thread, nick
    EXPECT_EQ(back.Child({}, "body")->Text(), XmlText(text));
    EXPECT_EQ(back.Attr("to"), "juliet@jabber.example.com");
    EXPECT_EQ(back.Attr("from"), "romeo@contoso.com");
  }
}

TEST(CrossingTest, EXT3_TextCrossesUnchangedBothWays) {
  const policy::Settings settings = SampleSettings();
  CountingRandom random;
  const std::string text =
      "*bold* _it_ ~no~ `code`\n> quote\nhttps://example.com/?a=1&b=2 \xF0\x9F\x8E\xAD";
  const XmppIntake in = ReceiveStanza(Message(text), {settings, random, kNow, ""});
  const auto chat = PayloadOf<envelope::Chat>(std::get<XmppEvent>(in).message);
  const auto sent =
      ComposeSip(std::get<XmppEvent>(in).message.header, {{}, chat}, {settings, random, kNow});
  ASSERT_TRUE(sent.has_value());
  EXPECT_EQ(sent->request.body(), text);
}

struct StampRow {
  std::string text;
  std::string printed;  // empty: refused
};

const StampRow kStamps[] = {
    {"2026-11-23T20:00:00Z", "2026-11-23T20:00:00Z"},
    {"2026-11-23T20:00:00.25Z", "2026-11-23T20:00:00.250Z"},
    {"2026-11-23T20:00:00.123456Z", "2026-11-23T20:00:00.123Z"},
    {"2026-11-23t21:30:00+01:30", "2026-11-23T20:00:00Z"},
    {"2026-11-23T12:00:00-08:00", "2026-11-23T20:00:00Z"},
    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
    {"2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
    {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
    {" 2026-11-23T20:00:00Z\n", "2026-11-23T20:00:00Z"},
    {"2026-02-29T00:00:00Z", ""},
    {"1969-12-31T23:59:59Z", ""},
    {"2026-11-23T24:00:00Z", ""},
    {"2026-11-23T20:00:00", ""},
    {"2026-11-23T20:00:00.Z", ""},
    {"2026-11-23 20:00:00Z", ""},
    {"2026-11-23T20:00:00Zx", ""},
    {"20261123T20:00:00", ""},
    {"", ""},
};

TEST(CrossingTest, PRES10_TimesArePointsInUtc) {
  for (const StampRow& row : kStamps) {
    const auto time = ParseTimestamp(row.text);
    EXPECT_EQ(time ? PrintTimestamp(*time) : "", row.printed) << row.text;
  }
}

}  // namespace
}  // namespace dragoman::translate
