// Whatever stands in a field, only that field comes out of it. SEC-7, T-23.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "cli/translate/input.h"
#include "cli/translate/question.h"
#include "core/base/utf8.h"
#include "core/sip/framer.h"
#include "core/xmpp/jid.h"

namespace dragoman::cli {
namespace {

const std::vector<std::string> kHostile = {
    "x\r\nX-Evil: 1",
    "x\nX-Evil: 1\n\nbody",
    "x\rX-Evil: 1",
    "x\r\n\r\nX-Evil: 1",
    std::string("x\0X-Evil: 1", 11),
    "\"x\" <sip:evil@evil.example>;tag=evil",
    "x>;tag=evil,<sip:evil@evil.example>",
    "\\\"\\",
    "</body></message><message from='evil@evil.example'><body>evil</body>",
    "<evil xmlns='urn:evil'/>",
    "'><evil/>",
    "\"><evil/>",
    "]]><evil/>",
    "&lt;evil/&gt;&#13;&#10;X-Evil: 1",
    "%0D%0AX-Evil:%201",
    "x;lr;tag=evil;epid=evil?Route=evil",
    "x\x1b[2J\x7f",
    "\xff\xfe",
    "\xc2\x85X-Evil: 1",
    "\xe2\x80\xa8X-Evil: 1",
};

Exchange Asked(std::string text, policy::Dialect dialect) {
  SeededRandom random("1");
  auto exchange =
      Ask({.text = std::move(text), .dialect = dialect, .before = Before::kLikely, .answers = {}},
          {nullptr, WallTime{Duration{1'795'521'600'000}}, random});
  return exchange ? *std::move(exchange) : Exchange{};
}

const std::set<std::string, std::less<>> kHeaders = {"Via",
                                                     "From",
                                                     "To",
                                                     "Call-ID",
                                                     "CSeq",
                                                     "Max-Forwards",
                                                     "User-Agent",
                                                     "Contact",
                                                     "Supported",
                                                     "Allow",
                                                     "Subject",
                                                     "Content-Language",
                                                     "Date",
                                                     "Content-Type",
                                                     "Content-Length",
                                                     "Event",
                                                     "Accept",
                                                     "Expires",
                                                     "Subscription-State",
                                                     "Ms-Conversation-ID",
                                                     "ms-asserted-verification-level",
                                                     "ms-diagnostics-public",
                                                     "Warning",
                                                     "Accept-Encoding",
                                                     "Record-Route",
                                                     "Retry-After",
                                                     "Min-Expires",
                                                     "Allow-Events",
                                                     "Unsupported",
                                                     "Route"};

void ExpectHeadersOnly(const sip::Message& message, const std::string& bytes) {
  for (const sip::Header& header : message.headers()) {
    EXPECT_TRUE(kHeaders.contains(header.name)) << header.name << " in\n" << bytes;
  }
  EXPECT_EQ(message.Count("Via"), 1u) << bytes;
  EXPECT_EQ(message.Count("From"), 1u) << bytes;
}

// One message and nothing behind it, with no header that we do not write.
void ExpectCleanSip(const std::string& bytes) {
  sip::Framer framer;
  framer.Feed(bytes, TimePoint{});
  const auto event = framer.Poll();
  ASSERT_TRUE(event) << bytes;
  if (const auto* request = std::get_if<sip::Request>(&*event)) {
    ExpectHeadersOnly(*request, bytes);
    for (const std::string_view name : {"From", "To"}) {
      const auto address = sip::NameAddr::Parse(request->Get(name));
      ASSERT_TRUE(address) << bytes;
      for (const sip::Parameter& parameter : address->parameters) {
        EXPECT_EQ(parameter.name, "tag") << bytes;
        EXPECT_EQ(parameter.value.find("evil"), std::string::npos) << bytes;
      }
    }
    const auto from = sip::NameAddr::Parse(request->Get("From"));
    ASSERT_TRUE(from) << bytes;
    EXPECT_EQ(sip::Uri::Parse(from->uri)->host, "jabber.example.org") << bytes;
    EXPECT_EQ(sip::Uri::Parse(request->uri())->host, "contoso.com") << bytes;
  } else {
    // An answer has its sender's own From and To.
    const auto* response = std::get_if<sip::Response>(&*event);
    ASSERT_TRUE(response != nullptr) << bytes;
    ExpectHeadersOnly(*response, bytes);
  }
  EXPECT_FALSE(framer.Poll()) << bytes;
}

void ExpectNoEvil(const xml::Element& element, const std::string& text) {
  EXPECT_NE(element.name(), "evil") << text;
  for (const xml::Element* child : element.Children()) ExpectNoEvil(*child, text);
}

// One stanza between the two whom it concerns, with nothing in it that we do not write.
void ExpectCleanXmpp(const std::string& text) {
  EXPECT_TRUE(IsUtf8(text));
  const auto stanza = ParseStanza(text);
  ASSERT_TRUE(stanza) << stanza.error() << '\n' << text;
  ExpectNoEvil(*stanza, text);
  for (const char* end : {"from", "to"}) {
    const auto jid = xmpp::Jid::Parse(stanza->Attr(end));
    ASSERT_TRUE(jid) << text;
    EXPECT_TRUE(jid->domain() == "contoso.com" || jid->domain() == "jabber.example.org") << text;
  }
}

void ExpectClean(const Exchange& exchange, bool from_sip) {
  for (const Line& line : exchange.lines) {
    switch (line.what) {
      case Line::What::kToSip:
        ExpectCleanSip(line.text);
        break;
      case Line::What::kToXmpp:
        ExpectCleanXmpp(line.text);
        break;
      case Line::What::kAnswer:
        from_sip ? ExpectCleanSip(line.text) : ExpectCleanXmpp(line.text);
        break;
      case Line::What::kAssumed:
        break;
    }
  }
  EXPECT_EQ(PrintExchange(exchange).find_first_of(std::string("\x1b\r\0", 3)), std::string::npos);
  const std::string json = PrintExchangeJson(exchange);
  EXPECT_EQ(json.find('\n'), json.size() - 1);  // one line, whatever stands in it
}

// ---- from XMPP

// `hostile` as a well-formed document can carry it; what XML cannot hold is left out.
std::string InXml(const std::string& hostile) {
  return xml::Escape(IsUtf8(hostile) ? ReplaceNonXml(hostile) : "x");
}

struct StanzaField {
  std::string name;
  std::function<std::string(const std::string&)> stanza;
};

std::string MessageWith(const std::string& inner, const std::string& attributes = "",
                        const std::string& from = "romeo@jabber.example.org/balcony",
                        const std::string& to = "juliet@contoso.com") {
  return "<message type='chat' from='" + from + "' to='" + to + "' " + attributes + ">" + inner +
         "</message>";
}

const std::string kBody = "<body>Hello</body>";

const std::vector<StanzaField> kStanzaFields = {
    {"body", [](const std::string& x) { return MessageWith("<body>" + x + "</body>"); }},
    {"subject",
     [](const std::string& x) { return MessageWith("<subject>" + x + "</subject>" + kBody); }},
    {"thread",
     [](const std::string& x) { return MessageWith("<thread>" + x + "</thread>" + kBody); }},
    {"nickname",
     [](const std::string& x) {
       return MessageWith("<nick xmlns='http://jabber.org/protocol/nick'>" + x + "</nick>" + kBody);
     }},
    {"id", [](const std::string& x) { return MessageWith(kBody, "id='" + x + "'"); }},
    {"language", [](const std::string& x) { return MessageWith(kBody, "xml:lang='" + x + "'"); }},
    {"localpart",
     [](const std::string& x) {
       return MessageWith(kBody, "", x + "@jabber.example.org/balcony");
     }},
    {"resource",
     [](const std::string& x) { return MessageWith(kBody, "", "romeo@jabber.example.org/" + x); }},
    {"recipient",
     [](const std::string& x) {
       return MessageWith(kBody, "", "romeo@jabber.example.org", x + "@contoso.com");
     }},
    {"recipient's resource",
     [](const std::string& x) {
       return MessageWith(kBody, "", "romeo@jabber.example.org", "juliet@contoso.com/" + x);
     }},
    {"delay",
     [](const std::string& x) {
       return MessageWith(kBody + "<delay xmlns='urn:xmpp:delay' stamp='" + x + "'/>");
     }},
    {"note",
     [](const std::string& x) {
       return "<presence from='romeo@jabber.example.org/balcony' to='juliet@contoso.com'><status>" +
              x + "</status></presence>";
     }},
    {"presence's resource",
     [](const std::string& x) {
       return "<presence from='romeo@jabber.example.org/" + x + "' to='juliet@contoso.com'/>";
     }},
    {"subscriber's id",
     [](const std::string& x) {
       return "<presence type='subscribe' id='" + x +
              "' from='romeo@jabber.example.org' to='juliet@contoso.com'/>";
     }},
};

TEST(InjectionTest, SEC7_NoFieldOfAStanzaBecomesMoreThanThatField) {
  for (const StanzaField& field : kStanzaFields) {
    for (const std::string& hostile : kHostile) {
      for (const auto dialect : {policy::Dialect::kMicrosoft, policy::Dialect::kStandard}) {
        SCOPED_TRACE(field.name + ": " + hostile);
        ExpectClean(Asked(field.stanza(InXml(hostile)), dialect), /*from_sip=*/false);
      }
    }
  }
}

// ---- from SIP

struct RequestField {
  std::string name;
  std::function<std::string(const std::string&)> request;
};

struct Parts {
  std::string method = "MESSAGE";
  std::string uri = "sip:romeo@jabber.example.org";
  std::string from = "<sip:juliet@contoso.com>;tag=j1";
  std::string to = "<sip:romeo@jabber.example.org>";
  std::string call_id = "c1@contoso.com";
  std::string more = {};
  std::string type = "text/plain";
  std::string body = "Hello";
};

std::string RequestOf(const Parts& parts) {
  return parts.method + " " + parts.uri +
         " SIP/2.0\r\nVia: SIP/2.0/TLS edge.contoso.com:5061;branch=z9hG4bKa\r\nMax-Forwards: "
         "70\r\nFrom: " +
         parts.from + "\r\nTo: " + parts.to + "\r\nCall-ID: " + parts.call_id + "\r\nCSeq: 1 " +
         parts.method + "\r\n" + parts.more + "Content-Type: " + parts.type +
         "\r\nContent-Length: " + std::to_string(parts.body.size()) + "\r\n\r\n" + parts.body;
}

// As one header line can carry it: what would end the line is the sender's own header, not ours.
std::string InLine(std::string hostile) {
  for (char& c : hostile) {
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
  return hostile;
}

std::string Escaped(const std::string& hostile) {
  return sip::PercentEncode(hostile, [](char c) { return c == 'x'; });
}

std::string Notify(const std::string& tuple_id, const std::string& note) {
  return RequestOf({.method = "NOTIFY",
                    .uri = "sip:xmppgw.contoso.com:5061;transport=tls",
                    .to = "<sip:romeo@jabber.example.org>;tag=gw1",
                    .more = "Contact: <sip:juliet@contoso.com>\r\nEvent: presence\r\n"
                            "Subscription-State: active;expires=600\r\n",
                    .type = "application/pidf+xml",
                    .body = "<presence xmlns='urn:ietf:params:xml:ns:pidf' "
                            "entity='pres:juliet@contoso.com'><tuple id='" +
                            tuple_id + "'><status><basic>open</basic></status><note>" + note +
                            "</note></tuple></presence>"});
}

const std::vector<RequestField> kRequestFields = {
    {"body", [](const std::string& x) { return RequestOf({.body = x}); }},
    {"html", [](const std::string& x) { return RequestOf({.type = "text/html", .body = x}); }},
    {"subject",
     [](const std::string& x) { return RequestOf({.more = "Subject: " + InLine(x) + "\r\n"}); }},
    {"display name",
     [](const std::string& x) {
       return RequestOf({.from = sip::Quote(InLine(x)) + " <sip:juliet@contoso.com>;tag=j1"});
     }},
    {"raw display name",
     [](const std::string& x) {
       return RequestOf({.from = "\"" + InLine(x) + "\" <sip:juliet@contoso.com>;tag=j1"});
     }},
    {"call id", [](const std::string& x) { return RequestOf({.call_id = InLine(x)}); }},
    {"language",
     [](const std::string& x) {
       return RequestOf({.more = "Content-Language: " + InLine(x) + "\r\n"});
     }},
    {"user part",
     [](const std::string& x) {
       return RequestOf({.from = "<sip:" + Escaped(x) + "@contoso.com>;tag=j1"});
     }},
    {"gr",
     [](const std::string& x) {
       return RequestOf({.from = "<sip:juliet@contoso.com;gr=" + Escaped(x) + ">;tag=j1"});
     }},
    {"recipient",
     [](const std::string& x) {
       return RequestOf({.uri = "sip:" + Escaped(x) + "@jabber.example.org"});
     }},
    {"date",
     [](const std::string& x) { return RequestOf({.more = "Date: " + InLine(x) + "\r\n"}); }},
    {"typing",
     [](const std::string& x) {
       return RequestOf(
           {.type = "application/im-iscomposing+xml",
            .body = "<isComposing xmlns='urn:ietf:params:xml:ns:im-iscomposing'><state>" +
                    InXml(x) + "</state></isComposing>"});
     }},
    {"note", [](const std::string& x) { return Notify("ID-desk", InXml(x)); }},
    {"tuple id", [](const std::string& x) { return Notify(InXml(x), "here"); }},
    {"event id",
     [](const std::string& x) {
       return RequestOf({.method = "SUBSCRIBE",
                         .more = "Contact: <sip:juliet@contoso.com>\r\nExpires: 600\r\n"
                                 "Event: presence;id=" +
                                 InLine(x) + "\r\n"});
     }},
};

TEST(InjectionTest, SEC7_NoFieldOfARequestBecomesMoreThanThatField) {
  for (const RequestField& field : kRequestFields) {
    for (const std::string& hostile : kHostile) {
      for (const auto dialect : {policy::Dialect::kMicrosoft, policy::Dialect::kStandard}) {
        SCOPED_TRACE(field.name + ": " + hostile);
        ExpectClean(Asked(field.request(hostile), dialect), /*from_sip=*/true);
      }
    }
  }
}

// The fields above are carried at all: without this the two tests could be silent for nothing.
TEST(InjectionTest, EachFieldIsCarriedWhenItIsHarmless) {
  for (const StanzaField& field : kStanzaFields) {
    const Exchange exchange = Asked(field.stanza("harmless"), policy::Dialect::kStandard);
    EXPECT_FALSE(exchange.lines.empty()) << field.name;
    EXPECT_TRUE(exchange.accepted) << field.name;
  }
  for (const RequestField& field : kRequestFields) {
    const Exchange exchange = Asked(field.request("harmless"), policy::Dialect::kStandard);
    EXPECT_FALSE(exchange.lines.empty()) << field.name;
    EXPECT_TRUE(exchange.accepted) << field.name;
  }
}

}  // namespace
}  // namespace dragoman::cli
