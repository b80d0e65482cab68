#include "core/translate/xmpp_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/translate/sip_intake.h"
#include "core/xmpp/stanza.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using policy::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using xmpp::Condition;

class XmppIntakeTest : public testing::Test {
 protected:
  XmppIntake Receive(const xml::Element& stanza) {
    return ReceiveStanza(stanza, {settings_, random_, kNow, "it"});
  }
  // A stanza from Juliet's balcony to Romeo.
  static xml::Element Stanza(const std::string& name, const std::string& attributes,
                             const std::string& content) {
    return Xml("<" + name +
               " xmlns='jabber:server' from='juliet@jabber.example.com/balcony' "
               "to='romeo@contoso.com' " +
               attributes + ">" + content + "</" + name + ">");
  }
  XmppEvent Event(const xml::Element& stanza) {
    XmppIntake intake = Receive(stanza);
    EXPECT_TRUE(std::holds_alternative<XmppEvent>(intake)) << xml::Print(stanza);
    return std::holds_alternative<XmppEvent>(intake) ? std::get<XmppEvent>(std::move(intake))
                                                     : XmppEvent{};
  }
  envelope::Chat Chat(const std::string& attributes, const std::string& content) {
    return PayloadOf<envelope::Chat>(Event(Stanza("message", attributes, content)).message);
  }
  Condition Refusal(const xml::Element& stanza) {
    XmppIntake intake = Receive(stanza);
    EXPECT_TRUE(std::holds_alternative<XmppReply>(intake)) << xml::Print(stanza);
    if (!std::holds_alternative<XmppReply>(intake)) return Condition::kUndefinedCondition;
    const xml::Element& reply = std::get<XmppReply>(intake).stanzas.at(0);
    EXPECT_EQ(reply.Attr("to"), stanza.Attr("from"));  // XST-8
    EXPECT_EQ(reply.Attr("from"), stanza.Attr("to"));
    EXPECT_EQ(reply.Attr("id"), stanza.Attr("id"));
    const auto error = xmpp::ErrorOf(reply);
    EXPECT_TRUE(error.has_value());
    const Reason reason = std::get<XmppReply>(intake).reason;
    if (reason == Reason::kNone) {
      EXPECT_EQ(stanza.name(), "iq");  // a protocol's answer, and no refusal of ours
    } else {
      EXPECT_THAT(error ? error->text : "", StartsWith(std::string(policy::Name(reason)) + ": "));
    }
    return error ? error->condition : Condition::kUndefinedCondition;
  }
  bool Dropped(const xml::Element& stanza) {
    return std::holds_alternative<XmppDropped>(Receive(stanza));
  }

  policy::Settings settings_ = SampleSettings();
  CountingRandom random_;
};

TEST_F(XmppIntakeTest, AMessageBecomesAChatBetweenTheAddresses) {
  const XmppEvent event = Event(Stanza("message", "type='chat' id='m1'",
                                       "<body>Hi</body><subject>S</subject><thread>t1</thread>"
                                       "<nick xmlns='http://jabber.org/protocol/nick'>Jul</nick>"
                                       "<active xmlns='http://jabber.org/protocol/chatstates'/>"
                                       "<request xmlns='urn:xmpp:receipts'/>"));
  const envelope::Header& header = event.message.header;
  EXPECT_EQ(header.from, (envelope::Address{"juliet", "jabber.example.com", "balcony"}));
  EXPECT_EQ(header.to, kRomeo);
  EXPECT_EQ(header.from_side, envelope::Side::kXmpp);
  EXPECT_EQ(header.budget_ms, kChatToSipBudgetMs);
  const auto chat = PayloadOf<envelope::Chat>(event.message);
  EXPECT_THAT(chat.bodies, ElementsAre(envelope::Text{"it", "Hi"}));
  EXPECT_EQ(chat.subject, "S");
  EXPECT_EQ(chat.thread, "t1");
  EXPECT_EQ(chat.sender_id, "m1");
  EXPECT_EQ(chat.nick, "Jul");
  EXPECT_EQ(chat.state, envelope::ChatStateKind::kActive);
  EXPECT_TRUE(chat.wants_receipt);
  EXPECT_TRUE(event.echo.content().empty());
}

TEST_F(XmppIntakeTest, IM1_EveryTypeWithABodyIsCarriedButErrorAndGroupchat) {
  for (const std::string type : {"chat", "normal", "headline", "invented"}) {
    EXPECT_EQ(Chat("type='" + type + "'", "<body>x</body>").bodies.size(), 1u) << type;
  }
  EXPECT_EQ(Chat("", "<body>x</body>").bodies.size(), 1u);
  EXPECT_TRUE(Dropped(Stanza("message", "type='error'", "<body>x</body>")));
  EXPECT_EQ(Refusal(Stanza("message", "type='groupchat' id='1'", "<body>x</body>")),
            Condition::kServiceUnavailable);
}

TEST_F(XmppIntakeTest, IM2_IM23_WhatSaysNothingIsDropped) {
  for (const std::string content :
       {"", "<body/>", "<subject>only</subject>", "<store xmlns='urn:xmpp:hints'/>",
        "<received xmlns='urn:xmpp:receipts'/>",
        "<sent xmlns='urn:xmpp:carbons:2'><forwarded/></sent><body>x</body>"}) {
    EXPECT_TRUE(Dropped(Stanza("message", "type='chat'", content))) << content;
  }
}

TEST_F(XmppIntakeTest, IM3_TheBodyInTheStanzasLanguageStandsFirst) {
  const auto chat =
      Chat("xml:lang='de'",
           "<body xml:lang='en'>hello</body><body>hallo</body><body xml:lang='en'>again</body>"
           "<subject xml:lang='en'>E</subject><subject>D</subject>");
  EXPECT_THAT(chat.bodies,
              ElementsAre(envelope::Text{"de", "hallo"}, envelope::Text{"en", "hello"}));
  EXPECT_EQ(chat.subject, "D");
  const auto other =
      Chat("xml:lang='de'", "<body xml:lang='fr'>salut</body><body xml:lang='en'>hi</body>");
  EXPECT_EQ(other.bodies.front().text, "salut");
}

TEST_F(XmppIntakeTest, IM24_AnEncryptedMessageWithoutTextIsNotAcceptable) {
  EXPECT_EQ(
      Refusal(Stanza("message", "id='1'", "<encrypted xmlns='eu.siacs.conversations.axolotl'/>")),
      Condition::kNotAcceptable);
  EXPECT_EQ(Chat("", "<body>fallback</body><encrypted xmlns='urn:xmpp:omemo:2'/>").bodies[0].text,
            "fallback");
}

TEST_F(XmppIntakeTest, COMP1_RCPT3_StatesAndReceiptsWantNoOutcome) {
  const XmppEvent state = Event(
      Stanza("message", "type='chat'",
             "<thread>t1</thread><composing xmlns='http://jabber.org/protocol/chatstates'/>"));
  EXPECT_EQ(state.message.header.budget_ms, 0u);
  const auto typing = PayloadOf<envelope::ChatState>(state.message);
  EXPECT_EQ(typing.state, envelope::ChatStateKind::kComposing);
  EXPECT_EQ(typing.thread, "t1");
  const XmppEvent receipt =
      Event(Stanza("message", "", "<received xmlns='urn:xmpp:receipts' id='m9'/>"));
  EXPECT_EQ(receipt.message.header.budget_ms, 0u);
  EXPECT_EQ(PayloadOf<envelope::Receipt>(receipt.message).message_id, "m9");
}

TEST_F(XmppIntakeTest, ADDR12_ADDR14_AnAddressWithoutOtherFormIsRefused) {
  const auto to = [](const std::string& jid) {
    return Xml("<message xmlns='jabber:server' from='juliet@jabber.example.com' id='1' to='" + jid +
               "'><body>x</body></message>");
  };
  EXPECT_EQ(Refusal(to("ro\\5cmeo@contoso.com")), Condition::kJidMalformed);
  EXPECT_EQ(Refusal(to("\\20romeo@contoso.com")), Condition::kJidMalformed);
  EXPECT_EQ(Refusal(to("contoso.com")), Condition::kItemNotFound);
}

// The recipient's server takes no stanza from an address that is none, so the domain answers.
TEST_F(XmppIntakeTest, ADDR14_ForAnAddressThatIsNoJidItsDomainAnswers) {
  const auto to = [](const std::string& jid) {
    return Xml("<message xmlns='jabber:server' from='juliet@jabber.example.com' id='1' to='" + jid +
               "'><body>x</body></message>");
  };
  for (const std::string jid : {"a b@contoso.com", "@contoso.com/x", "a b@CONTOSO.com/c@d"}) {
    const XmppIntake intake = Receive(to(jid));
    ASSERT_TRUE(std::holds_alternative<XmppReply>(intake)) << jid;
    const xml::Element& reply = std::get<XmppReply>(intake).stanzas.front();
    EXPECT_EQ(reply.Attr("from"), "contoso.com");
    EXPECT_EQ(reply.Attr("to"), "juliet@jabber.example.com");
    EXPECT_EQ(reply.Attr("id"), "1");
    EXPECT_EQ(xmpp::ErrorOf(reply)->condition, Condition::kJidMalformed);
  }
  EXPECT_TRUE(Dropped(to("a b@elsewhere.example")));
  EXPECT_TRUE(Dropped(to("a b@")));
}

TEST_F(XmppIntakeTest, SEC1_BothDomainsAreChecked) {
  const auto between = [](const std::string& from, const std::string& to, const std::string& type) {
    return Xml("<message xmlns='jabber:server' id='1' from='" + from + "' to='" + to + "' type='" +
               type + "'><body>x</body></message>");
  };
  EXPECT_EQ(Refusal(between("juliet@jabber.example.com", "x@elsewhere.example", "chat")),
            Condition::kRemoteServerNotFound);
  EXPECT_EQ(Refusal(between("x@elsewhere.example", "romeo@contoso.com", "chat")),
            Condition::kForbidden);
  EXPECT_TRUE(Dropped(between("x@elsewhere.example", "romeo@contoso.com", "error")));  // ERR-7
  EXPECT_TRUE(Dropped(between("", "romeo@contoso.com", "chat")));
}

TEST_F(XmppIntakeTest, SUB5_SubscriptionsAreBetweenBareAddresses) {
  const auto kind = [&](const std::string& type) {
    const XmppEvent event = Event(Stanza("presence", "id='s1' type='" + type + "'", ""));
    EXPECT_EQ(event.message.header.from, kJuliet);
    EXPECT_EQ(event.message.header.to, kRomeo);
    EXPECT_EQ(event.message.header.budget_ms, kPresenceBudgetMs);
    return event.message.header.kind;
  };
  EXPECT_EQ(kind("subscribe"), envelope::Kind::kSubscribe);
  EXPECT_EQ(kind("unsubscribe"), envelope::Kind::kUnsubscribe);
  EXPECT_EQ(kind("subscribed"), envelope::Kind::kApprove);
  EXPECT_EQ(kind("unsubscribed"), envelope::Kind::kDeny);
  EXPECT_EQ(kind("probe"), envelope::Kind::kProbe);
  EXPECT_EQ(Refusal(Stanza("presence", "id='1' type='invented'", "")),
            Condition::kBadRequest);  // XST-9
}

envelope::ResourcePresence PresenceIn(const envelope::Message& message) {
  const auto update = PayloadOf<envelope::PresenceUpdate>(message);
  EXPECT_EQ(update.resources.size(), 1u);
  return update.resources.empty() ? envelope::ResourcePresence{} : update.resources[0];
}

TEST_F(XmppIntakeTest, PRES7_PRES8_PresenceIsOneResource) {
  const auto presence =
      PresenceIn(Event(Stanza("presence", "xml:lang='en'",
                              "<show> away </show><priority>-5</priority>"
                              "<status>lunch</status><status xml:lang='fr'>déjeuner</status>"
                              "<status xml:lang='en'>twice</status><status xml:lang='de'/>"
                              "<delay xmlns='urn:xmpp:delay' stamp='2026-11-23T19:59:30.5Z'/>"))
                     .message);
  EXPECT_EQ(presence.resource, "balcony");
  EXPECT_TRUE(presence.available);
  EXPECT_EQ(presence.show, envelope::Show::kAway);
  EXPECT_EQ(presence.priority, -5);
  EXPECT_THAT(presence.notes,
              ElementsAre(envelope::Text{"en", "lunch"}, envelope::Text{"fr", "déjeuner"}));
  EXPECT_EQ(presence.since, kNow - Duration(29'500));
}

TEST_F(XmppIntakeTest, PRES7_UnknownValuesAreNotTaken) {
  const auto presence =
      PresenceIn(Event(Stanza("presence", "",
                              "<show>dancing</show><priority>128</priority>"
                              "<delay xmlns='urn:xmpp:delay' stamp='yesterday'/>"))
                     .message);
  EXPECT_EQ(presence.show, envelope::Show::kNone);
  EXPECT_EQ(presence.priority, std::nullopt);
  EXPECT_EQ(presence.since, kNow);
}

TEST_F(XmppIntakeTest, PRES14_PRES15_UnavailableSaysOnlyWhy) {
  const auto presence = PresenceIn(
      Event(Stanza("presence", "type='unavailable'", "<show>away</show><status>bye</status>"))
          .message);
  EXPECT_FALSE(presence.available);
  EXPECT_EQ(presence.show, envelope::Show::kNone);
  EXPECT_THAT(presence.notes, ElementsAre(envelope::Text{"it", "bye"}));
  const XmppEvent bare =
      Event(Xml("<presence xmlns='jabber:server' type='unavailable' "
                "from='juliet@jabber.example.com' to='romeo@contoso.com'/>"));
  EXPECT_TRUE(PayloadOf<envelope::PresenceUpdate>(bare.message).complete);
}

TEST_F(XmppIntakeTest, AnIdleUserSaysSinceWhen) {
  const auto idle = [&](const std::string& type, const std::string& since) {
    return PresenceIn(Event(Stanza("presence", type,
                                   "<idle xmlns='urn:xmpp:idle:1' since='" + since + "'/>"))
                          .message)
        .idle_since;
  };
  EXPECT_EQ(idle("", "2026-11-23T20:00:00Z"), kNow);
  EXPECT_EQ(idle("", "yesterday"), std::nullopt);
  EXPECT_EQ(idle("type='unavailable'", "2026-11-23T20:00:00Z"), std::nullopt);
}

TEST_F(XmppIntakeTest, SUB14_AnErrorMattersOnlyForASubscriptionOfOurs) {
  const std::string error =
      "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  EXPECT_TRUE(Dropped(Stanza("presence", "type='error' id='p1'", error)));
  const XmppEvent event = Event(Stanza("presence", "type='error' id='sub-ab'", error));
  const auto deny = PayloadOf<envelope::Deny>(event.message);
  EXPECT_EQ(deny.reason, Reason::kItemNotFound);
  EXPECT_EQ(deny.sender_id, "sub-ab");
  envelope::Outcome refused;
  refused.reason = Reason::kInternal;
  EXPECT_EQ(AnswerStanza(event.echo, refused), std::nullopt);  // ERR-7
}

TEST_F(XmppIntakeTest, XST1_AnIqIsAnsweredHere) {
  const xml::Element ping =
      Xml("<iq xmlns='jabber:server' type='get' id='1' from='jabber.example.com' to='contoso.com'>"
          "<ping xmlns='urn:xmpp:ping'/></iq>");
  const XmppIntake intake = Receive(ping);
  ASSERT_TRUE(std::holds_alternative<XmppReply>(intake));
  EXPECT_EQ(std::get<XmppReply>(intake).stanzas.at(0).Attr("type"), "result");
  EXPECT_EQ(std::get<XmppReply>(intake).reason, Reason::kNone);
  EXPECT_EQ(Refusal(Stanza("iq", "type='get' id='1'", "<query xmlns='jabber:iq:version'/>")),
            Condition::kServiceUnavailable);
  EXPECT_TRUE(Dropped(Stanza("iq", "type='result' id='1'", "")));
}

TEST_F(XmppIntakeTest, IM12_AFailedOutcomeIsOneErrorWithItsReason) {
  const XmppEvent event = Event(Stanza("message", "type='chat' id='m1'", "<body>secret</body>"));
  envelope::Outcome outcome;
  EXPECT_EQ(AnswerStanza(event.echo, outcome), std::nullopt);
  outcome.reason = Reason::kSipRefused;
  outcome.sip_status = 486;
  outcome.text = "Busy <Here>\r\n";
  const auto answer = AnswerStanza(event.echo, outcome);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->Attr("from"), "romeo@contoso.com");
  EXPECT_EQ(answer->Attr("to"), "juliet@jabber.example.com/balcony");
  EXPECT_EQ(answer->Attr("id"), "m1");
  const auto error = xmpp::ErrorOf(*answer);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->condition, Condition::kRecipientUnavailable);
  EXPECT_EQ(error->type, xmpp::ErrorType::kWait);
  EXPECT_EQ(error->text, "sip-refused: The SIP side refused the request (486 Busy <Here> )");
  EXPECT_THAT(xml::Print(*answer), testing::Not(HasSubstr("secret")));
}

TEST_F(XmppIntakeTest, ARCH15_OnlySubscriptionsAreOwedAnErrorAmongPresence) {
  envelope::Outcome outcome;
  outcome.reason = Reason::kStoreUnavailable;
  for (const std::string type : {"subscribe", "unsubscribe", "subscribed", "unsubscribed"}) {
    const auto answer =
        AnswerStanza(Event(Stanza("presence", "id='1' type='" + type + "'", "")).echo, outcome);
    ASSERT_TRUE(answer.has_value()) << type;
    EXPECT_EQ(xmpp::ErrorOf(*answer)->condition, Condition::kResourceConstraint);
  }
  EXPECT_EQ(AnswerStanza(Event(Stanza("presence", "", "")).echo, outcome), std::nullopt);
  EXPECT_EQ(AnswerStanza(Event(Stanza("presence", "type='probe'", "")).echo, outcome),
            std::nullopt);
}

TEST(LostPresenceTest, SUB13_WhatWeDidNotTakeForOurOwnTroubleIsAskedFor) {
  using envelope::Kind;
  const envelope::Outcome ours{.reason = policy::Reason::kPoison};
  EXPECT_TRUE(IsLostPresence(Kind::kPresenceUpdate, ours));
  EXPECT_TRUE(IsLostPresence(Kind::kApprove, {.reason = policy::Reason::kStoreUnavailable}));
  EXPECT_FALSE(IsLostPresence(Kind::kPresenceUpdate, {}));
  EXPECT_FALSE(
      IsLostPresence(Kind::kPresenceUpdate, {.reason = policy::Reason::kSenderNotAllowed}));
  EXPECT_FALSE(IsLostPresence(Kind::kChat, ours));  // its sender is told
}

}  // namespace
}  // namespace dragoman::translate
