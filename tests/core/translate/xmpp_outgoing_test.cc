#include "core/translate/xmpp_outgoing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/xmpp/stanza.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using policy::Reason;
using testing::HasSubstr;

constexpr envelope::MessageId kId = {0xAB, 0xCD};
const policy::Settings kSettings = SampleSettings();
const std::string kIdText = "abcd0000000000000000000000000000";

template <typename Payload>
envelope::Message FromRomeo(const Payload& payload) {
  envelope::Address from = kRomeo;
  from.resource = "orchard";
  envelope::Address to = kJuliet;
  to.resource = "balcony";
  return envelope::MakeMessage(kId, envelope::Side::kSip, from, to, payload);
}

template <typename Payload>
xml::Element Only(const Payload& payload) {
  const auto stanzas = ToStanzas(FromRomeo(payload), kSettings);
  EXPECT_TRUE(stanzas.has_value() && stanzas->size() == 1);
  return stanzas && stanzas->size() == 1 ? stanzas->front() : xml::Element();
}

envelope::Chat Chat(const std::string& text) {
  envelope::Chat chat;
  chat.bodies = {{"", text}};
  return chat;
}

TEST(XmppOutgoingTest, IM16_APageHasNoTypeAndASessionIsAChat) {
  envelope::Chat chat = Chat("Hi");
  const xml::Element page = Only(chat);
  EXPECT_EQ(page.name(), "message");
  EXPECT_EQ(page.Attr("from"), "romeo@contoso.com/orchard");  // ADDR-22
  EXPECT_EQ(page.Attr("to"), "juliet@jabber.example.com/balcony");
  EXPECT_EQ(page.Attr("id"), kIdText);
  EXPECT_FALSE(page.HasAttribute("type"));
  chat.dialog.emplace();
  EXPECT_EQ(Only(chat).Attr("type"), "chat");
}

TEST(XmppOutgoingTest, IM16_DEC20_APageIsAChatForThePartnerThatWantsIt) {
  policy::Settings settings = SampleSettings();
  settings.partners.front().pages_as_chat = true;
  const auto stanzas = ToStanzas(FromRomeo(Chat("Hi")), settings);
  ASSERT_TRUE(stanzas);
  EXPECT_EQ(stanzas->front().Attr("type"), "chat");
  settings.partners.front().domains = {"elsewhere.example"};
  EXPECT_FALSE(ToStanzas(FromRomeo(Chat("Hi")), settings)->front().HasAttribute("type"));
}

TEST(XmppOutgoingTest, IM18_ARichRenditionStandsBesideTheBody) {
  envelope::Chat chat = Chat("Hi");
  chat.html = "<body xmlns='http://www.w3.org/1999/xhtml'><p><em>Hi</em></p></body>";
  const std::string printed = xml::Print(Only(chat), xmpp::kServerNs);
  EXPECT_THAT(printed, HasSubstr("<body>Hi</body><html xmlns='http://jabber.org/protocol/xhtml-im'>"
                                 "<body xmlns='http://www.w3.org/1999/xhtml'><p><em>Hi</em></p>"
                                 "</body></html>"));
}

TEST(XmppOutgoingTest, T51_WhatIsNoRenditionIsLeftOut) {
  for (const char* html : {"", "<b>", "<body/>", "<p xmlns='http://www.w3.org/1999/xhtml'/>"}) {
    envelope::Chat chat = Chat("Hi");
    chat.html = html;
    EXPECT_EQ(Only(chat).Children().size(), 1u) << html;
  }
}

TEST(XmppOutgoingTest, AChatCarriesAllThatWasSaid) {
  envelope::Chat chat = Chat("Hi");
  chat.bodies.front().lang = "de";
  chat.subject = "S";
  chat.thread = "call-1";
  chat.sender_id = "id-7";
  chat.nick = "Romeo";
  chat.state = envelope::ChatStateKind::kActive;
  chat.wants_receipt = true;
  chat.sent_at = kNow;
  const xml::Element stanza = Only(chat);
  EXPECT_EQ(stanza.Attr("id"), "id-7");
  EXPECT_EQ(stanza.Child(xmpp::kServerNs, "body")->Text(), "Hi");
  EXPECT_EQ(stanza.Child(xmpp::kServerNs, "body")->lang(), "de");
  EXPECT_EQ(stanza.Child(xmpp::kServerNs, "subject")->Text(), "S");
  EXPECT_EQ(stanza.Child(xmpp::kServerNs, "thread")->Text(), "call-1");
  EXPECT_EQ(stanza.Child(xmpp::kNickNs, "nick")->Text(), "Romeo");
  EXPECT_NE(stanza.Child(xmpp::kChatStatesNs, "active"), nullptr);
  EXPECT_NE(stanza.Child(xmpp::kReceiptsNs, "request"), nullptr);
  EXPECT_EQ(stanza.Child(xmpp::kDelayNs, "delay")->Attr("stamp"), "2026-11-23T20:00:00Z");
}

TEST(XmppOutgoingTest, COMP3_AChatStateStandsAlone) {
  envelope::ChatState state;
  state.state = envelope::ChatStateKind::kComposing;
  const xml::Element stanza = Only(state);
  EXPECT_EQ(stanza.Attr("type"), "chat");
  EXPECT_EQ(stanza.Children().size(), 1u);
  EXPECT_NE(stanza.Child(xmpp::kChatStatesNs, "composing"), nullptr);
}

TEST(XmppOutgoingTest, RCPT3_AReceiptNamesTheMessage) {
  const xml::Element stanza = Only(envelope::Receipt{"m9"});
  EXPECT_EQ(stanza.Child(xmpp::kReceiptsNs, "received")->Attr("id"), "m9");
}

TEST(XmppOutgoingTest, SUB5_SubscriptionStanzasGoBetweenBareAddresses) {
  const auto check = [](const xml::Element& stanza, const std::string& type) {
    EXPECT_EQ(stanza.name(), "presence");
    EXPECT_EQ(stanza.Attr("type"), type);
    EXPECT_EQ(stanza.Attr("from"), "romeo@contoso.com");
    EXPECT_EQ(stanza.Attr("to"), "juliet@jabber.example.com");
    EXPECT_TRUE(stanza.content().empty());
  };
  const xml::Element subscribe = Only(envelope::Subscribe{});
  check(subscribe, "subscribe");
  EXPECT_EQ(subscribe.Attr("id"), "sub-" + kIdText);
  check(Only(envelope::Unsubscribe{}), "unsubscribe");
  check(Only(envelope::Approve{}), "subscribed");
  check(Only(envelope::Deny{}), "unsubscribed");
  check(Only(envelope::Probe{}), "probe");
}

TEST(XmppOutgoingTest, ADenialOfASubscriptionIsAnErrorForIt) {
  const xml::Element stanza = Only(envelope::Deny{Reason::kItemNotFound, "s1"});
  EXPECT_EQ(stanza.Attr("type"), "error");
  EXPECT_EQ(stanza.Attr("id"), "s1");
  EXPECT_EQ(stanza.Attr("from"), "romeo@contoso.com");
  EXPECT_EQ(stanza.Attr("to"), "juliet@jabber.example.com");
  EXPECT_EQ(xmpp::ErrorOf(stanza)->condition, xmpp::Condition::kItemNotFound);
  EXPECT_EQ(Only(envelope::Deny{Reason::kItemNotFound, ""}).Attr("type"), "unsubscribed");
}

TEST(XmppOutgoingTest, PRES12_PRES15_EachResourceIsOneStanzaToTheBareAddress) {
  envelope::PresenceUpdate update;
  envelope::ResourcePresence here;
  here.resource = "phone";
  here.available = true;
  here.show = envelope::Show::kDnd;
  here.priority = 3;
  here.notes = {{"en", "busy"}, {"\"'>", "occupé"}};
  here.since = kNow;
  envelope::ResourcePresence gone;
  gone.resource = "desk";
  gone.show = envelope::Show::kAway;
  gone.priority = 1;
  gone.notes = {{"", "bye"}};
  update.resources = {here, gone};
  const auto stanzas = ToStanzas(FromRomeo(update), kSettings);
  ASSERT_TRUE(stanzas.has_value());
  ASSERT_EQ(stanzas->size(), 2u);
  const xml::Element& first = stanzas->at(0);
  EXPECT_EQ(first.Attr("from"), "romeo@contoso.com/phone");
  EXPECT_EQ(first.Attr("to"), "juliet@jabber.example.com");
  EXPECT_FALSE(first.HasAttribute("type"));
  EXPECT_EQ(first.Child(xmpp::kServerNs, "show")->Text(), "dnd");
  EXPECT_EQ(first.Child(xmpp::kServerNs, "priority")->Text(), "3");
  const auto statuses = first.Children(xmpp::kServerNs, "status");
  ASSERT_EQ(statuses.size(), 2u);
  EXPECT_EQ(statuses[0]->lang(), "en");
  EXPECT_EQ(statuses[1]->lang(), "");
  const xml::Element& second = stanzas->at(1);
  EXPECT_EQ(second.Attr("type"), "unavailable");
  EXPECT_EQ(second.Attr("from"), "romeo@contoso.com/desk");
  EXPECT_NE(first.Attr("id"), second.Attr("id"));
  EXPECT_EQ(second.Child(xmpp::kServerNs, "show"), nullptr);
  EXPECT_EQ(second.Child(xmpp::kServerNs, "priority"), nullptr);
  EXPECT_EQ(second.Child(xmpp::kServerNs, "status")->Text(), "bye");
  EXPECT_TRUE(ToStanzas(FromRomeo(envelope::PresenceUpdate{}), kSettings)->empty());
}

TEST(XmppOutgoingTest, PRES22_OnlyWhoIsThereHasCapabilitiesAndAnIdleTime) {
  envelope::PresenceUpdate update;
  envelope::ResourcePresence here;
  here.available = true;
  here.idle_since = kNow;
  envelope::ResourcePresence gone = here;
  gone.available = false;
  update.resources = {here, gone};
  const auto stanzas = ToStanzas(FromRomeo(update), kSettings);
  ASSERT_TRUE(stanzas.has_value());
  ASSERT_EQ(stanzas->size(), 2u);
  EXPECT_NE(stanzas->at(0).Child("http://jabber.org/protocol/caps", "c"), nullptr);
  ASSERT_NE(stanzas->at(0).Child(xmpp::kIdleNs, "idle"), nullptr);
  EXPECT_EQ(stanzas->at(0).Child(xmpp::kIdleNs, "idle")->Attr("since"), "2026-11-23T20:00:00Z");
  EXPECT_EQ(stanzas->at(1).Child("http://jabber.org/protocol/caps", "c"), nullptr);
  EXPECT_EQ(stanzas->at(1).Child(xmpp::kIdleNs, "idle"), nullptr);
}

TEST(XmppOutgoingTest, AddressesAreEscapedForXmpp) {
  envelope::Message message = FromRomeo(Chat("x"));
  message.header.from = {"d'artagnan \\20", "contoso.com", ""};
  EXPECT_EQ(ToStanzas(message, kSettings)->at(0).Attr("from"),
            "d\\27artagnan\\20\\5c20@contoso.com");
}

TEST(XmppOutgoingTest, WhatCannotBeSaidHasAReason) {
  EXPECT_EQ(ToStanzas(FromRomeo(envelope::SessionOpen{}), kSettings).error(), Reason::kUnsupported);
  EXPECT_EQ(ToStanzas(FromRomeo(envelope::Outcome{}), kSettings).error(), Reason::kUnsupported);
  envelope::Message message = FromRomeo(Chat("x"));
  message.payload = "\xFF\xFF";
  EXPECT_EQ(ToStanzas(message, kSettings).error(), Reason::kMalformed);
  message = FromRomeo(Chat("x"));
  message.header.from.local = " x";
  EXPECT_EQ(ToStanzas(message, kSettings).error(), Reason::kAddressMalformed);
}

TEST(XmppOutgoingTest, T23_NothingThatCrossesBecomesMarkup) {
  const std::string evil = "</body><x a='\"'>]]>&lt;\x01\r\n";
  envelope::Chat chat = Chat(evil);
  chat.subject = chat.thread = chat.sender_id = chat.nick = evil;
  chat.bodies.front().lang = "en'/><y";
  const std::string text = xml::Print(Only(chat));
  const xml::Element back = Xml(text);
  const std::string kept = "</body><x a='\"'>]]>&lt;\xEF\xBF\xBD\n";
  EXPECT_EQ(back.Children().size(), 4u) << text;
  EXPECT_EQ(back.Child({}, "body")->Text(), kept);
  EXPECT_EQ(back.Child({}, "body")->lang(), "");
  EXPECT_EQ(back.Child({}, "subject")->Text(), kept);
  EXPECT_EQ(back.Child({}, "thread")->Text(), kept);
  EXPECT_EQ(back.Child({}, "nick")->Text(), kept);
  EXPECT_THAT(text, testing::Not(HasSubstr("<x")));
}

}  // namespace
}  // namespace dragoman::translate
