#include "core/translate/sip_outgoing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/ocs/typing.h"
#include "core/sip/iscomposing.h"
#include "core/sip/pidf.h"
#include "core/sip/sdp.h"
#include "core/translate/call_id.h"
#include "core/translate/sip_answer.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using policy::Dialect;
using policy::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SipOutgoingTest : public testing::Test {
 protected:
  template <typename Act>
  Result<OutgoingSip, Reason> Try(const Act& act, const envelope::SipDialog& dialog = {}) {
    envelope::Header header;
    header.from = from_;
    header.to = to_;
    header.from_side = envelope::Side::kXmpp;
    header.hops = 40;
    return ComposeSip(header, {dialog, act}, {settings_, random_, kNow});
  }
  template <typename Act>
  OutgoingSip Compose(const Act& act, const envelope::SipDialog& dialog = {}) {
    auto sent = Try(act, dialog);
    EXPECT_TRUE(sent.has_value());
    return sent ? *std::move(sent) : OutgoingSip{};
  }
  static std::string Header(const OutgoingSip& sent, std::string_view name) {
    return std::string(sent.request.Get(name));
  }

  policy::Settings settings_ = SampleSettings();
  CountingRandom random_;
  envelope::Address from_ = {"juliet", "jabber.example.com", "balcony"};
  envelope::Address to_ = kRomeo;
};

envelope::Chat Text(const std::string& text, const std::string& lang = {}) {
  envelope::Chat chat;
  chat.bodies = {{lang, text}};
  return chat;
}

envelope::ChatState State(envelope::ChatStateKind kind) {
  envelope::ChatState state;
  state.state = kind;
  return state;
}

// As ARCH-3 keeps it after Romeo's client opened it.
envelope::SipDialog OpenDialog() {
  envelope::SipDialog dialog;
  dialog.call_id = "call-1";
  dialog.local_tag = "gw1";
  dialog.remote_tag = "r1";
  dialog.local_uri = "sip:juliet@jabber.example.com";
  dialog.remote_uri = "sip:romeo@contoso.com";
  dialog.remote_params = ";epid=b84a59c035";
  dialog.remote_target = "sip:romeo@contoso.com;opaque=user:epid:x;gruu";
  dialog.route_set = {"<sip:edge.contoso.com:5061;transport=tls;lr;ms-route-sig=x>;tag=9"};
  dialog.local_cseq = 12;
  dialog.event_id = "a7";
  return dialog;
}

TEST_F(SipOutgoingTest, IM6_IM7_APageStandsOutsideDialogs) {
  to_.resource = "orchard";
  const OutgoingSip sent = Compose(Text("Hi", "de"));
  EXPECT_EQ(sent.request.method(), "MESSAGE");
  EXPECT_EQ(sent.request.uri(), "sip:romeo@contoso.com;gr=orchard");
  EXPECT_THAT(Header(sent, "From"),
              testing::StartsWith("<sip:juliet@jabber.example.com;gr=balcony>;tag="));
  EXPECT_EQ(Header(sent, "To"), "<sip:romeo@contoso.com;gr=orchard>");
  EXPECT_EQ(sent.request.Count("Contact"), 0u);
  EXPECT_EQ(Header(sent, "Content-Type"), "text/plain;charset=UTF-8");
  EXPECT_EQ(Header(sent, "Content-Language"), "de");
  EXPECT_EQ(Header(sent, "Max-Forwards"), "40");  // SEC-3
  EXPECT_THAT(Header(sent, "Via"),
              testing::StartsWith("SIP/2.0/TLS xmppgw.contoso.com:5061;branch=z9hG4bK"));
  EXPECT_EQ(sent.request.body(), "Hi");
  EXPECT_FALSE(sent.in_dialog);
}

TEST_F(SipOutgoingTest, IM8_TheThreadIsTheCallIdIfItCanBe) {
  envelope::Chat chat = Text("Hi");
  chat.thread = "711609sa";
  EXPECT_EQ(Header(Compose(chat), "Call-ID"), "711609sa");
  const std::string tag = Compose(chat).dialog.local_tag;
  EXPECT_NE(Compose(chat).dialog.local_tag, tag);  // never a merged request
  chat.thread = "two words\r\nVia: x";
  const std::string encoded = Header(Compose(chat), "Call-ID");
  EXPECT_TRUE(IsCallId(encoded)) << encoded;
  EXPECT_EQ(Header(Compose(chat), "Call-ID"), encoded);
  chat.thread = std::string(255, 'a');
  EXPECT_EQ(Header(Compose(chat), "Call-ID"), chat.thread);
  chat.thread += 'a';
  EXPECT_NE(Header(Compose(chat), "Call-ID"), chat.thread);
  chat.thread.clear();
  EXPECT_NE(Header(Compose(chat), "Call-ID"), Header(Compose(chat), "Call-ID"));
}

TEST_F(SipOutgoingTest, IM4_ASubjectIsOneLine) {
  envelope::Chat chat = Text("Hi");
  chat.subject = "a\r\nVia: SIP/2.0/TLS evil\tb\x01";
  const OutgoingSip sent = Compose(chat);
  EXPECT_EQ(Header(sent, "Subject"), "a Via: SIP/2.0/TLS evil b");
  EXPECT_EQ(sent.request.Count("Via"), 1u);
  chat.subject.clear();
  EXPECT_EQ(Compose(chat).request.Count("Subject"), 0u);
}

TEST_F(SipOutgoingTest, IM10_APageOfMoreThan1300BytesIsNotSent) {
  const std::size_t overhead = Compose(Text("x")).request.ToString().size() - 1;
  // Content-Length grows from one digit to three or four.
  const std::string largest(1300 - overhead - 2, 'x');
  EXPECT_LE(Compose(Text(largest)).request.ToString().size(), 1300u);
  const auto refused = Try(Text(largest + "xxx"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error(), Reason::kMessageTooLarge);
  EXPECT_TRUE(Try(Text(std::string(5000, 'x')), OpenDialog()).has_value());
}

TEST_F(SipOutgoingTest, SIP28_AMessageInADialogFollowsItsRoute) {
  const OutgoingSip sent = Compose(Text("Hi"), OpenDialog());
  EXPECT_EQ(sent.request.uri(), "sip:romeo@contoso.com;opaque=user:epid:x;gruu");
  EXPECT_EQ(Header(sent, "Route"), OpenDialog().route_set[0]);
  EXPECT_EQ(Header(sent, "From"), "<sip:juliet@jabber.example.com>;tag=gw1");
  EXPECT_EQ(Header(sent, "To"), "<sip:romeo@contoso.com>;tag=r1;epid=b84a59c035");
  EXPECT_EQ(Header(sent, "CSeq"), "12 MESSAGE");
  EXPECT_TRUE(sent.in_dialog);
}

TEST_F(SipOutgoingTest, AnInviteOffersTextAndNothingElse) {
  envelope::SipDialog dialog;
  dialog.call_id = "chosen";
  dialog.local_cseq = 3;
  const OutgoingSip sent = Compose(envelope::SessionOpen{}, dialog);
  EXPECT_EQ(sent.request.method(), "INVITE");
  EXPECT_EQ(sent.request.uri(), "sip:romeo@contoso.com");
  EXPECT_EQ(Header(sent, "Call-ID"), "chosen");
  EXPECT_EQ(Header(sent, "CSeq"), "3 INVITE");
  EXPECT_EQ(Header(sent, "Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_EQ(Header(sent, "Supported"), "timer");
  EXPECT_FALSE(Header(sent, "Ms-Conversation-ID").empty());
  const auto offer = sip::ParseSdp(sent.request.body());
  EXPECT_TRUE(offer.HasMessages());
  EXPECT_THAT(offer.accept_types, ElementsAre("text/plain"));
  EXPECT_EQ(sent.dialog.local_uri, "sip:juliet@jabber.example.com");  // without the resource
}

TEST_F(SipOutgoingTest, TheTrustClassIsToldAtTheStart) {
  const std::string header = "ms-asserted-verification-level";
  EXPECT_EQ(Header(Compose(envelope::SessionOpen{}), header), "ms-source-verified-user=verified");
  EXPECT_EQ(Header(Compose(Text("x"), OpenDialog()), header), "");
  from_.domain = "public.example.org";
  EXPECT_EQ(Header(Compose(envelope::Subscribe{}), header), "ms-source-verified-user=unverified");
}

TEST_F(SipOutgoingTest, COMP1_TypingIsAnInfoInASessionAndADocumentOutside) {
  using envelope::ChatStateKind;
  const OutgoingSip info = Compose(State(ChatStateKind::kComposing), OpenDialog());
  EXPECT_EQ(info.request.method(), "INFO");
  EXPECT_EQ(ocs::ParseTyping(info.request.body()), true);
  for (const ChatStateKind idle : {ChatStateKind::kActive, ChatStateKind::kPaused,
                                   ChatStateKind::kInactive, ChatStateKind::kGone}) {
    EXPECT_EQ(ocs::ParseTyping(Compose(State(idle), OpenDialog()).request.body()), false);
  }
  const OutgoingSip page = Compose(State(ChatStateKind::kComposing));
  EXPECT_EQ(page.request.method(), "MESSAGE");
  EXPECT_EQ(Header(page, "Content-Type"), sip::kIsComposingType);
  EXPECT_EQ(sip::ParseIsComposing(page.request.body()), true);
  settings_.sip.dialect = Dialect::kStandard;
  EXPECT_EQ(Compose(State(ChatStateKind::kActive), OpenDialog()).request.method(), "MESSAGE");
  EXPECT_EQ(Try(State(ChatStateKind::kGone), OpenDialog()).error(), Reason::kUnsupported);
}

TEST_F(SipOutgoingTest, SUB15_ASubscribeNamesThePackageAndTheLifetime) {
  envelope::Subscribe subscribe;
  subscribe.expires = 28800;
  const OutgoingSip sent = Compose(subscribe);
  EXPECT_EQ(sent.request.uri(), "sip:romeo@contoso.com");
  EXPECT_EQ(Header(sent, "To"), "<sip:romeo@contoso.com>");
  EXPECT_EQ(Header(sent, "Event"), "presence");
  EXPECT_EQ(Header(sent, "Accept"), "application/pidf+xml");
  EXPECT_EQ(Header(sent, "Expires"), "28800");
  EXPECT_EQ(Header(sent, "Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_EQ(sent.request.Count("Route"), 0u);  // never preloaded
}

envelope::PresenceUpdate Update(envelope::SubscriptionState state) {
  envelope::PresenceUpdate update;
  update.subscription = state;
  update.expires = 3599;
  return update;
}

TEST_F(SipOutgoingTest, EVT6_PRES11_ANotifyTellsTheStateInItsDialog) {
  using envelope::SubscriptionState;
  envelope::PresenceUpdate update = Update(SubscriptionState::kActive);
  envelope::ResourcePresence balcony;
  balcony.resource = "balcony";
  balcony.available = true;
  balcony.show = envelope::Show::kAway;
  update.resources = {balcony};
  const OutgoingSip sent = Compose(update, OpenDialog());
  EXPECT_EQ(sent.request.method(), "NOTIFY");
  EXPECT_EQ(Header(sent, "From"), "<sip:juliet@jabber.example.com>;tag=gw1");
  EXPECT_EQ(Header(sent, "Event"), "presence;id=a7");
  EXPECT_EQ(Header(sent, "Subscription-State"), "active;expires=3599");
  const auto document = sip::ParsePidf(sent.request.body());
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->entity, "sip:juliet@jabber.example.com");
  EXPECT_EQ(document->activity, sip::Activity::kAway);

  update = Update(SubscriptionState::kPending);
  update.has_document = false;
  const OutgoingSip pending = Compose(update, OpenDialog());
  EXPECT_EQ(Header(pending, "Subscription-State"), "pending;expires=3599");
  EXPECT_TRUE(pending.request.body().empty());

  update = Update(SubscriptionState::kTerminated);
  update.termination_reason = "probation";
  update.retry_after = 60;
  EXPECT_EQ(Header(Compose(update, OpenDialog()), "Subscription-State"),
            "terminated;reason=probation;retry-after=60");
  update.termination_reason = "x\r\nVia: y";
  update.retry_after = 0;
  EXPECT_EQ(Header(Compose(update, OpenDialog()), "Subscription-State"), "terminated");
}

TEST_F(SipOutgoingTest, ADDR24_TheStandardDialectNamesAPresEntity) {
  settings_.sip.dialect = Dialect::kStandard;
  const auto sent = Compose(Update(envelope::SubscriptionState::kActive), OpenDialog());
  const auto document = sip::ParsePidf(sent.request.body());
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->entity, "pres:juliet@jabber.example.com");
  ASSERT_EQ(document->tuples.size(), 1u);  // PRES-2
  EXPECT_FALSE(document->tuples[0].open);
}

TEST_F(SipOutgoingTest, WhatCannotBeSentHasAReason) {
  EXPECT_EQ(Try(envelope::Receipt{}).error(), Reason::kUnsupported);
  EXPECT_EQ(Try(envelope::Chat{}).error(), Reason::kMalformed);
  EXPECT_EQ(Try(State(envelope::ChatStateKind::kNone)).error(), Reason::kMalformed);
  to_.domain.clear();
  EXPECT_EQ(Try(Text("x")).error(), Reason::kAddressMalformed);
}

sip::Response Answer(const OutgoingSip& sent, std::uint16_t status, const std::string& more = {}) {
  sip::Response response = sip::MakeResponse(sent.request, status, "r9");
  if (!more.empty()) response.Add("Record-Route", more);
  return response;
}

TEST_F(SipOutgoingTest, A2xxConfirmsTheDialog) {
  const OutgoingSip sent = Compose(envelope::SessionOpen{});
  sip::Response response = Answer(sent, 200);
  response.Add("Record-Route", "<sip:a;lr>");
  response.Add("Record-Route", "<sip:b;lr>");
  response.Add("Contact", "<sip:romeo@contoso.com;gruu>");
  const envelope::Outcome outcome = Conclude(sent, response);
  EXPECT_TRUE(outcome.accepted());
  EXPECT_EQ(outcome.sip_status, 200);
  ASSERT_TRUE(outcome.dialog.has_value());
  EXPECT_EQ(outcome.dialog->remote_tag, "r9");
  EXPECT_EQ(outcome.dialog->remote_target, "sip:romeo@contoso.com;gruu");
  EXPECT_THAT(outcome.dialog->route_set, ElementsAre("<sip:b;lr>", "<sip:a;lr>"));
  EXPECT_EQ(outcome.dialog->call_id, sent.dialog.call_id);
  EXPECT_EQ(outcome.dialog->local_tag, sent.dialog.local_tag);

  const sip::Request ack = ComposeAck(sent, response, {settings_, random_, kNow});
  EXPECT_EQ(ack.method(), "ACK");
  EXPECT_EQ(ack.uri(), "sip:romeo@contoso.com;gruu");
  EXPECT_EQ(ack.Get("CSeq"), "1 ACK");
  EXPECT_EQ(ack.Count("Route"), 2u);
  EXPECT_NE(ack.Get("Via"), sent.request.Get("Via"));
}

TEST_F(SipOutgoingTest, EVT2_TheGrantedLifetimeIsThePeers) {
  envelope::Subscribe subscribe;
  subscribe.expires = 28800;
  const OutgoingSip sent = Compose(subscribe);
  sip::Response response = Answer(sent, 202);
  EXPECT_EQ(Conclude(sent, response).expires, 28800u);
  response.Add("Expires", "600");
  EXPECT_EQ(Conclude(sent, response).expires, 600u);
}

TEST_F(SipOutgoingTest, ARefusalKeepsTheDialogAndSaysWhy) {
  const OutgoingSip sent = Compose(Text("x"), OpenDialog());
  sip::Response response = Answer(sent, 486);
  response.Add("Retry-After", "30 (in a meeting)");
  response.Add("ms-diagnostics-public", "4141;reason=\"<user> disabled\"");
  const envelope::Outcome outcome = Conclude(sent, response);
  EXPECT_EQ(outcome.reason, Reason::kSipRefused);
  EXPECT_EQ(outcome.sip_status, 486);
  EXPECT_EQ(outcome.text, "Busy Here; 4141 <user> disabled");
  EXPECT_EQ(outcome.retry_after, 30u);
  EXPECT_EQ(outcome.dialog, OpenDialog());
}

TEST_F(SipOutgoingTest, SIP14_NoResponseIsNotThePeersRefusal) {
  const OutgoingSip sent = Compose(Text("x"));
  const envelope::Outcome late = Conclude(sent, NoResponse::kTimeout);
  EXPECT_EQ(late.reason, Reason::kRemoteServerTimeout);
  EXPECT_EQ(late.sip_status, 0);
  EXPECT_FALSE(late.dialog.has_value());
  EXPECT_EQ(Conclude(sent, NoResponse::kTransport).reason, Reason::kConnectionLost);
}

class SipAnswerTest : public testing::Test {
 protected:
  sip::Response Answer(const sip::Request& request, const envelope::Outcome& outcome) {
    return AnswerSip(request, "gw1", outcome, settings_);
  }
  policy::Settings settings_ = SampleSettings();
};

TEST_F(SipAnswerTest, IM13_APageIsTakenOnWith202) {
  EXPECT_EQ(Answer(FromRomeo("MESSAGE", "", ""), {}).status(), 202);
  EXPECT_EQ(Answer(FromRomeo("MESSAGE", "", "gw1"), {}).status(), 200);
  settings_.sip.dialect = Dialect::kMicrosoft;
  const sip::Response response = Answer(FromRomeo("MESSAGE", "", ""), {});
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.Count("Contact"), 0u);
  EXPECT_TRUE(response.body().empty());
}

TEST_F(SipAnswerTest, AnInviteIsAcceptedForTextOnly) {
  const sip::Response response =
      Answer(FromRomeo("INVITE",
                       "Record-Route: <sip:edge;lr>;tag=9\nSession-Expires: 1800;refresher=uas\n"),
             {});
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.Get("Record-Route"), "<sip:edge;lr>;tag=9");
  EXPECT_EQ(response.Get("To"), "<sip:juliet@jabber.example.com>;tag=gw1");
  EXPECT_EQ(response.Get("Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_EQ(response.Get("Session-Expires"), "1800;refresher=uac");
  EXPECT_EQ(response.Get("Require"), "timer");
  EXPECT_THAT(response.body(), HasSubstr("m=message 5060 sip sip:juliet@jabber.example.com\r\n"));
  EXPECT_THAT(response.body(), HasSubstr("a=accept-types:text/plain\r\n"));
  // Neither of these may be advertised: they would consume messages or open conferences.
  EXPECT_THAT(response.ToString(), Not(HasSubstr("ms-text-format")));
  EXPECT_THAT(response.ToString(), Not(HasSubstr("ms-conf-invite")));
}

TEST_F(SipAnswerTest, EVT2_ASubscriptionIsGrantedNoLongerThanAsked) {
  envelope::Outcome outcome;
  outcome.expires = 3600;
  const sip::Response response = Answer(FromRomeo("SUBSCRIBE", "Expires: 600\n"), outcome);
  EXPECT_EQ(response.status(), 200);  // never 202 (EVT-4)
  EXPECT_EQ(response.Get("Expires"), "600");
  EXPECT_EQ(response.Get("Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_EQ(Answer(FromRomeo("SUBSCRIBE", ""), outcome).Get("Expires"), "3600");
}

TEST_F(SipAnswerTest, ARefusalNamesItsReasonAndWhenToTryAgain) {
  envelope::Outcome outcome;
  outcome.reason = Reason::kStoreUnavailable;
  sip::Response response = Answer(FromRomeo("SUBSCRIBE", ""), outcome);
  EXPECT_EQ(response.status(), 500);  // ARCH-15
  EXPECT_EQ(response.Get("Retry-After"), "30");
  EXPECT_THAT(std::string(response.Get("ms-diagnostics-public")),
              testing::StartsWith("62003;reason=\""));
  outcome.reason = Reason::kForbidden;
  outcome.text = "line\r\nVia: x \"quoted\"";
  response = Answer(FromRomeo("MESSAGE", ""), outcome);
  EXPECT_EQ(response.status(), 403);
  EXPECT_EQ(response.Count("Via"), 1u);
  EXPECT_THAT(std::string(response.Get("ms-diagnostics-public")),
              HasSubstr("line Via: x \\\"quoted\\\""));
  outcome.reason = Reason::kDeadline;
  EXPECT_EQ(Answer(FromRomeo("MESSAGE", ""), outcome).status(), 504);  // SIP-16
  EXPECT_EQ(Answer(FromRomeo("INVITE", ""), outcome).status(), 408);
  outcome.reason = Reason::kNoSuchDialog;
  EXPECT_EQ(Answer(FromRomeo("NOTIFY", "", "gw1"), outcome).status(), 481);
  outcome.reason = Reason::kUnsupportedRequest;  // ERR-5
  EXPECT_FALSE(Answer(FromRomeo("MESSAGE", ""), outcome).Get("Allow").empty());
}

}  // namespace
}  // namespace dragoman::translate
