#include "core/xmpp/stanza.h"

#include <gtest/gtest.h>

#include "core/xml/reader.h"
#include "core/xmpp/iq.h"

namespace dragoman::xmpp {
namespace {

xml::Element Parse(std::string_view text) { return xml::ParseDocument(text).value(); }

std::string Answer(std::string_view iq) {
  const auto answer = AnswerIq(Parse(iq));
  return answer ? xml::Print(*answer, kServerNs) : "";
}

TEST(StanzaTest, XST8_AnErrorSwapsAddressesAndKeepsTheId) {
  const auto message = Parse(
      "<message xmlns='jabber:server' from='a@x' to='b@y' id='7' type='chat'><body>b</body>"
      "</message>");
  const StanzaError error{ErrorType::kModify, Condition::kJidMalformed, "address-malformed", {}};
  const xml::Element reply = ErrorReply(message, error);
  EXPECT_EQ(xml::Print(reply, kServerNs),
            "<message from='b@y' to='a@x' id='7' type='error'><error type='modify'>"
            "<jid-malformed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>address-malformed"
            "</text></error></message>");
  EXPECT_EQ(ErrorOf(reply), error);
  EXPECT_EQ(ErrorOf(message), std::nullopt);
}

TEST(StanzaTest, XST8_UnknownConditionsAreUndefined) {
  const auto error =
      ErrorOf(Parse("<iq xmlns='jabber:server'><error type='wait'>"
                    "<new-thing xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"));
  EXPECT_EQ(error, (StanzaError{ErrorType::kWait, Condition::kUndefinedCondition, {}, {}}));
}

TEST(StanzaTest, NamesLeadBackToConditions) {
  for (int i = 0; i <= static_cast<int>(Condition::kUnexpectedRequest); ++i) {
    const auto condition = static_cast<Condition>(i);
    EXPECT_EQ(ConditionFromName(Name(condition)), condition);
  }
}

TEST(IqTest, XST1_EachRequestGetsOneAnswer) {
  const struct {
    const char* iq;
    const char* answer;  // a part of it
  } kRows[] = {
      {"<iq xmlns='jabber:server' type='get' id='1' from='a@x' to='y.example'>"
       "<ping xmlns='urn:xmpp:ping'/></iq>",
       "<iq from='y.example' to='a@x' id='1' type='result'/>"},
      {"<iq xmlns='jabber:server' type='get' id='1' from='a@x' to='u@y.example'>"
       "<ping xmlns='urn:xmpp:ping'/></iq>",
       "type='result'/>"},
      {"<iq xmlns='jabber:server' type='get' id='1' from='a@x' to='u@y.example/r'>"
       "<ping xmlns='urn:xmpp:ping'/></iq>",
       "service-unavailable"},
      {"<iq xmlns='jabber:server' type='get' id='1' from='a@x' to='u@y.example'>"
       "<vCard xmlns='vcard-temp'/></iq>",
       "service-unavailable"},
      {"<iq xmlns='jabber:server' type='set' id='1' from='a@x' to='y.example'/>", "bad-request"},
      {"<iq xmlns='jabber:server' type='odd' id='1' from='a@x' to='y.example'><q/></iq>",
       "bad-request"},
      {"<iq xmlns='jabber:server' type='get' id='1' from='a@x' to='y.example'><q/><q/></iq>",
       "bad-request"},
  };
  for (const auto& row : kRows) {
    EXPECT_NE(Answer(row.iq).find(row.answer), std::string::npos) << row.iq << Answer(row.iq);
  }
  EXPECT_EQ(Answer("<iq xmlns='jabber:server' type='result' id='1' from='a@x' to='b@y'/>"), "");
  EXPECT_EQ(Answer("<iq xmlns='jabber:server' type='error' id='1' from='a@x' to='b@y'/>"), "");
}

}  // namespace
}  // namespace dragoman::xmpp
