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
#include "tests/core/translate/sip_outgoing_fixture.h"

namespace dragoman::translate {
namespace {

using policy::Dialect;
using policy::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

envelope::ChatState State(envelope::ChatStateKind kind) {
  envelope::ChatState state;
  state.state = kind;
  return state;
}

// As ARCH-3 keeps it after Romeo's client opened it.

TEST_F(SipOutgoingTest, IM21_ADelayedTextSaysWhenItWasWritten) {
  envelope::Chat chat = Text("Hi");
  EXPECT_EQ(Compose(chat).request.Count("Date"), 0u);
  chat.sent_at = kNow;
  EXPECT_EQ(Header(Compose(chat), "Date"), "Mon, 23 Nov 2026 20:00:00 GMT");
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

TEST_F(SipOutgoingTest, ARCH14_WhatIsCarriedOutAgainIsTheSameRequestToItsPeer) {
  for (const envelope::SipDialog& dialog : {envelope::SipDialog{}, OpenDialog()}) {
    id_ = {1};
    const OutgoingSip first = Compose(Text("Hello"), dialog);
    const OutgoingSip again = Compose(Text("Hello"), dialog);
    id_ = {2};
    const OutgoingSip other = Compose(Text("Hello"), dialog);
    EXPECT_EQ(first.request.ToString(), again.request.ToString());
    EXPECT_NE(Header(first, "Via"), Header(other, "Via"));
    EXPECT_EQ(Header(first, "Call-ID") == Header(other, "Call-ID"), !dialog.call_id.empty());
  }
}

TEST_F(SipOutgoingTest, IM8_TheThreadIsTheCallIdIfItCanBe) {
  envelope::Chat chat = Text("Hi");
  chat.thread = "711609sa";
  EXPECT_EQ(Header(Compose(chat), "Call-ID"), "711609sa");
  const std::string tag = Compose(chat).dialog.local_tag;
  id_ = {2};
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
  const std::string made = Header(Compose(chat), "Call-ID");
  id_ = {3};
  EXPECT_NE(Header(Compose(chat), "Call-ID"), made);
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
  const auto refused = Try(Text(largest + std::string(3, 'x')));
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
  EXPECT_EQ(sip::ParseIsComposing(page.request.body()), (sip::IsComposing{true, 0}));
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
  EXPECT_EQ(Header(sent, "Accept"), "application/pidf+xml, text/xml+msrtc.pidf");
  EXPECT_EQ(Header(sent, "Expires"), "28800");
  EXPECT_EQ(Header(sent, "Contact"), "<sip:xmppgw.contoso.com:5061;transport=tls>");
  EXPECT_EQ(sent.request.Count("Route"), 0u);  // never preloaded
  settings_.sip.dialect = Dialect::kStandard;
  EXPECT_EQ(Header(Compose(subscribe), "Accept"), "application/pidf+xml");
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

TEST_F(SipOutgoingTest, EVT8_ANotifyHasTheFormatThatItsDialogRemembers) {
  using envelope::PresenceFormat;
  envelope::PresenceUpdate update = Update(envelope::SubscriptionState::kActive);
  envelope::ResourcePresence balcony;
  balcony.available = true;
  balcony.notes = {{"en", "here"}};
  update.resources = {balcony};
  const std::pair<PresenceFormat, std::string> formats[] = {
      {PresenceFormat::kPidf, "application/pidf+xml"},
      {PresenceFormat::kMsrtc, "text/xml+msrtc.pidf"},
      {PresenceFormat::kXpidf, "application/xpidf+xml"},
      {PresenceFormat::kCategories, "application/msrtc-event-categories+xml"}};
  for (const auto& [format, type] : formats) {
    envelope::SipDialog dialog = OpenDialog();
    dialog.format = format;
    const OutgoingSip sent = Compose(update, dialog);
    EXPECT_EQ(sent.request.method(), "NOTIFY");
    EXPECT_EQ(Header(sent, "Content-Type"), type);
    EXPECT_EQ(Header(sent, "Content-Language"), format == PresenceFormat::kXpidf ? "" : "en");
    EXPECT_EQ(sent.request.body().find("juliet@jabber.example.com") == std::string::npos, false);
  }
}

TEST_F(SipOutgoingTest, ABenotifyGoesOnlyToWhoTakesIt) {
  envelope::SipDialog dialog = OpenDialog();
  dialog.benotify = true;
  const auto sent = Compose(Update(envelope::SubscriptionState::kActive), dialog);
  EXPECT_EQ(sent.request.method(), "BENOTIFY");
  EXPECT_EQ(Header(sent, "CSeq"), "12 BENOTIFY");
  EXPECT_EQ(Compose(envelope::Subscribe{}, dialog).request.method(), "SUBSCRIBE");
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

}  // namespace
}  // namespace dragoman::translate
