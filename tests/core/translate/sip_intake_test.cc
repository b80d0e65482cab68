#include "core/translate/sip_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/translate/sip_reply.h"
#include "tests/core/translate/samples.h"
#include "tests/core/translate/sip_intake_fixture.h"

namespace dragoman::translate {
namespace {

using policy::Reason;
using testing::ElementsAre;
using testing::HasSubstr;

class SipIntakeTest : public SipIntakeFixture {};

const char kText[] = "Content-Type: text/plain; charset=UTF-8\n\nHello";
const std::string kOffer =
    "v=0\r\no=- 0 0 IN IP4 10.0.0.57\r\ns=session\r\nc=IN IP4 10.0.0.57\r\nt=0 0\r\n"
    "m=message 5060 sip null\r\na=accept-types:text/plain multipart/alternative\r\n";
const std::string kSdp = "Content-Type: application/sdp\n\n";

TEST_F(SipIntakeTest, IM15_APageBecomesAChatBetweenTheAddresses) {
  const SipEvent event = Event(FromRomeo("MESSAGE", kText));
  EXPECT_EQ(event.message.header.from, kRomeo);
  EXPECT_EQ(event.message.header.to, kJuliet);
  EXPECT_EQ(event.message.header.from_side, envelope::Side::kSip);
  EXPECT_EQ(event.message.header.hops, 68);  // SEC-3
  EXPECT_EQ(event.message.header.budget_ms, kChatBudgetMs);
  EXPECT_FALSE(event.response.has_value());
  const auto chat = PayloadOf<envelope::Chat>(event.message);
  EXPECT_THAT(chat.bodies, ElementsAre(envelope::Text{"", "Hello"}));
  EXPECT_EQ(chat.thread, "call-1");  // IM-9
  EXPECT_EQ(chat.nick, "Romeo");
  EXPECT_EQ(chat.sender_id, envelope::ToString(event.message.header.id));
  EXPECT_FALSE(chat.dialog.has_value());
}

TEST_F(SipIntakeTest, ADDR22_ResourcesTravelAsGr) {
  const SipEvent event = Event(SipRequest(
      "MESSAGE sip:juliet@jabber.example.com;gr=balcony SIP/2.0\n"
      "Via: SIP/2.0/TLS e:5061;branch=z9hG4bK1\n"
      "From: <sip:romeo@contoso.com;gr=orchard>;tag=1\nTo: <sip:nobody@elsewhere.example>\n"
      "Call-ID: c\nCSeq: 1 MESSAGE\nContent-Type: text/plain\n\nHi"));
  EXPECT_EQ(event.message.header.from.resource, "orchard");
  EXPECT_EQ(event.message.header.to,
            (envelope::Address{"juliet", "jabber.example.com", "balcony"}));
}

TEST_F(SipIntakeTest, ARCH14_TheSameTransactionHasTheSameId) {
  const auto first = Event(FromRomeo("MESSAGE", kText));
  const auto again = Event(FromRomeo("MESSAGE", kText));
  const auto other =
      Event(SipRequest("MESSAGE sip:juliet@jabber.example.com SIP/2.0\n"
                       "Via: SIP/2.0/TLS edge.contoso.com:5061;branch=z9hG4bK2\n"
                       "From: <sip:romeo@contoso.com>;tag=r1\nTo: <sip:juliet@jabber.example.com>\n"
                       "Call-ID: call-1\nCSeq: 7 MESSAGE\nContent-Type: text/plain\n\nHello"));
  EXPECT_EQ(first.message.header.id, again.message.header.id);
  EXPECT_NE(first.message.header.id, other.message.header.id);
}

TEST_F(SipIntakeTest, ARCH3_AMessageInADialogCarriesTheDialog) {
  const SipEvent event = Event(FromRomeo(
      "MESSAGE",
      std::string("Record-Route: <sip:edge.contoso.com:5061;lr;ms-route-sig=x>;tag=9\n") + kText,
      "gw1"));
  EXPECT_EQ(event.local_tag, "gw1");
  EXPECT_EQ(event.message.header.to, kJuliet);  // from To: the Request-URI is our Contact
  const auto chat = PayloadOf<envelope::Chat>(event.message);
  ASSERT_TRUE(chat.dialog.has_value());
  EXPECT_EQ(chat.dialog->call_id, "call-1");
  EXPECT_EQ(chat.dialog->local_tag, "gw1");
  EXPECT_EQ(chat.dialog->remote_tag, "r1");
  EXPECT_EQ(chat.dialog->local_uri, "sip:juliet@jabber.example.com");
  EXPECT_EQ(chat.dialog->remote_uri, "sip:romeo@contoso.com");
  EXPECT_EQ(chat.dialog->remote_params, ";epid=b84a59c035");
  EXPECT_EQ(chat.dialog->remote_cseq, 7u);
  EXPECT_EQ(chat.dialog->edge, "edge.contoso.com:5061");
  EXPECT_THAT(chat.dialog->route_set,
              ElementsAre("<sip:edge.contoso.com:5061;lr;ms-route-sig=x>;tag=9"));
}

struct TextRow {
  std::string headers_and_body;
  std::string lang;
  std::string text;
};

const TextRow kTexts[] = {
    {"Content-Type: text/plain\n\na\r\nb\rc\nd", "", "a\nb\nc\nd"},  // IM-5
    {"Content-Type: text/plain;charset=\"UTF-8\"\n\n\xC3\xA9", "", "é"},
    {"Content-Type: text/plain;charset=us-ascii\n\nplain", "", "plain"},
    {"Content-Type: text/plain; charset=ISO-8859-1\n\n\xE9t\xE9", "", "été"},
    {"Content-Type: TEXT/PLAIN\nContent-Language: de-AT, en\n\nServus", "de-AT", "Servus"},
    {"Content-Type: text/plain\nContent-Language: \"<x>\n\nhi", "", "hi"},
    {"Content-Type: text/plain\n\na\x01z", "", "a\xEF\xBF\xBDz"},
    {"Content-Type: text/plain\nSubject: only\n", "", ""},
};

TEST_F(SipIntakeTest, IM3_IM5_IM17_TextIsUtf8WithItsLanguage) {
  for (const TextRow& row : kTexts) {
    const auto chat =
        PayloadOf<envelope::Chat>(Event(FromRomeo("MESSAGE", row.headers_and_body)).message);
    EXPECT_THAT(chat.bodies, ElementsAre(envelope::Text{row.lang, row.text}))
        << row.headers_and_body;
  }
}

TEST_F(SipIntakeTest, IM18_APartnerThatWantsItGetsTheRichRendition) {
  const sip::Request request = FromRomeo("MESSAGE", "Content-Type: text/html\n\n<B>Hello</B>");
  const auto plain = PayloadOf<envelope::Chat>(Event(request).message);
  EXPECT_THAT(plain.bodies, ElementsAre(envelope::Text{"", "Hello"}));
  EXPECT_EQ(plain.html, "");
  settings_.partners.front().xhtml = true;
  const auto rich = PayloadOf<envelope::Chat>(Event(request).message);
  EXPECT_THAT(rich.bodies, ElementsAre(envelope::Text{"", "Hello"}));
  EXPECT_EQ(rich.html,
            "<body xmlns='http://www.w3.org/1999/xhtml'><p><strong>Hello</strong></p></body>");
}

TEST_F(SipIntakeTest, IM19_ASubjectMayComeInTheWrapper) {
  const std::string wrapped =
      "Content-Type: message/cpim\n\nFrom: <im:x@y>\nSubject: Tea\n\nContent-Type: "
      "text/plain\n\nHi";
  EXPECT_EQ(PayloadOf<envelope::Chat>(Event(FromRomeo("MESSAGE", wrapped)).message).subject, "Tea");
  const auto own = Event(FromRomeo("MESSAGE", "Subject: Coffee\n" + wrapped));
  EXPECT_EQ(PayloadOf<envelope::Chat>(own.message).subject, "Coffee");
}

struct ReplyRow {
  std::string id;
  std::string method;
  std::string more;
  std::string to_tag;
  std::uint16_t status;
  std::string header;  // one the answer must carry; empty: none in particular
  std::string value;
};

const ReplyRow kReplies[] = {
    {"IM-2", "MESSAGE", "Content-Length: 0\n", "", 200, "", ""},
    {"IM-17", "MESSAGE", "Content-Type: text/plain;charset=koi8-r\n\nx", "", 415, "Accept",
     "text/plain"},
    {"IM-5", "MESSAGE", "Content-Type: text/plain\n\n\xFF", "", 400, "", ""},
    {"IM-5", "MESSAGE", "Content-Type: text/plain;charset=us-ascii\n\n\xC3\xA9", "", 400, "", ""},
    {"IM-20", "MESSAGE", "Content-Type: application/x-ms-ink\n\nx", "", 415, "Accept", "text/html"},
    {"SIP-26", "MESSAGE", "Content-Type: multipart/mixed\n\nx", "", 400, "", ""},
    {"D-3.9", "MESSAGE", "Content-Type: application/ms-imdn+xml\n\n<imdn/>", "gw1", 200, "", ""},
    {"IM-2", "MESSAGE", "Content-Type: text/html\n\n<p></p>", "", 200, "", ""},
    {"IM-20", "MESSAGE", "Content-Type: text/x-msmsgsinvite\n\nx", "gw1", 415, "Accept",
     "text/plain"},
    {"SIP-25", "MESSAGE", "Content-Type: text/plain\nContent-Encoding: gzip\n\nx", "", 415,
     "Accept-Encoding", "identity"},
    {"COMP-5", "MESSAGE", "Content-Type: application/im-iscomposing+xml\n\n<nope", "", 400, "", ""},
    {"D-3.7", "INVITE", "Content-Length: 0\n", "", 488, "", ""},
    {"D-3.7", "INVITE", std::string(kContact) + kSdp + kOffer + "m=audio 1 RTP/AVP 0\r\n", "", 488,
     "", ""},
    {"D-3.7", "INVITE", std::string(kContact) + kSdp + "v=0\r\nm=audio 1 RTP/AVP 0\r\n", "", 488,
     "", ""},
    {"D-3.7", "INVITE",
     std::string(kContact) + "Content-Type: application/ms-conf-invite+xml\n\n<x/>", "", 488, "",
     ""},
    {"D-3.7", "INVITE", std::string(kContact) + "Content-Type: multipart/mixed;boundary=a\n\n--a--",
     "", 488, "", ""},
    {"D-3.7", "INVITE", std::string(kContact) + "TriggeredInvite: TRUE\n" + kSdp + kOffer, "", 488,
     "", ""},
    {"D-3.7", "INVITE",
     std::string(kContact) + "EndPoints: <sip:a@b.c>, <sip:d@b.c>, <sip:e@b.c>\n" + kSdp + kOffer,
     "", 488, "", ""},
    {"D-3.7", "INVITE",
     std::string(kContact) + "Require: com.microsoft.rtc-multiparty\n" + kSdp + kOffer, "", 420,
     "Unsupported", "com.microsoft.rtc-multiparty"},
    {"SIP-21", "INVITE", std::string(kContact) + "Require: 100rel, timer\n" + kSdp + kOffer, "",
     420, "Unsupported", "100rel"},
    {"SIP-27", "INVITE", kSdp + kOffer, "", 400, "", ""},
    {"D-3.12", "INVITE", std::string(kContact) + "Session-Expires: 89\n" + kSdp + kOffer, "", 422,
     "Min-SE", "90"},
    {"D-3.12", "UPDATE", "Content-Type: application/sdp\n\nv=0", "gw1", 488, "", ""},
    {"D-3.12", "UPDATE", "Content-Length: 0\n", "", 481, "", ""},
    {"D-3.9", "NOTIFY", "Content-Type: application/ms-imdn+xml\n\n<imdn/>", "", 200, "", ""},
    {"IM-21", "MESSAGE", "Expires: 0\nContent-Type: text/plain\n\nx", "", 504, "", ""},
    {"IM-21", "MESSAGE",
     "Date: Mon, 23 Nov 2026 19:59:00 GMT\nExpires: 60\nContent-Type: text/plain\n\nx", "", 504, "",
     ""},
    {"T-24", "MESSAGE",
     "P-Asserted-Identity: <sip:ceo@elsewhere.example>\nContent-Type: text/plain\n\nx", "", 403, "",
     ""},
    {"D-3.6", "INFO", "Content-Type: application/xml+conversationinfo\n\n<x/>", "gw1", 200, "", ""},
    {"D-3.6", "INFO", "Content-Type: application/xml\n\n<broken", "gw1", 200, "", ""},
    {"SIP-20", "REFER", "", "gw1", 405, "Allow", "INVITE"},
    {"SIP-20", "REGISTER", "", "", 405, "Allow", "MESSAGE"},
    {"D-1.7", "NEGOTIATE", "", "", 405, "Allow", "BENOTIFY"},
    {"SIP-20", "DANCE", "", "", 501, "", ""},
    {"SIP-19", "OPTIONS", "", "", 200, "Allow-Events", "presence"},
    {"EVT-1", "SUBSCRIBE", kContact, "", 489, "Allow-Events", "presence"},
    {"EVT-1", "SUBSCRIBE", std::string(kContact) + "Event: Presence\n", "", 489, "Allow-Events",
     "presence"},
    {"EVT-3", "SUBSCRIBE", std::string(kContact) + "Event: presence\nExpires: 59\n", "", 423,
     "Min-Expires", "60"},
    {"EVT-8", "SUBSCRIBE",
     std::string(kContact) + "Event: presence\nAccept: application/rlmi+xml\n", "", 406, "", ""},
    {"SIP-27", "SUBSCRIBE", "Event: presence\n", "", 400, "", ""},
    {"D-4.2", "SUBSCRIBE",
     std::string(kContact) +
         "Event: presence\nContent-Type: application/msrtc-adrl-categorylist+xml\n\n"
         "<batchSub xmlns='u'><action><adhocList><resource uri='a'/><resource "
         "uri='b'/></adhocList></action></batchSub>",
     "", 488, "", ""},
    {"EVT-15", "NOTIFY", "Event: presence\nSubscription-State: active\n", "", 481, "", ""},
    {"EVT-15", "NOTIFY", "Event: conference\nSubscription-State: active\n", "gw1", 489,
     "Allow-Events", "presence"},
    {"EVT-15", "NOTIFY", "Event: presence\n", "gw1", 400, "", ""},
    {"EVT-8", "NOTIFY",
     "Event: presence\nSubscription-State: active\nContent-Type: application/pidf-diff+xml\n\n<x/>",
     "gw1", 415, "Accept", "application/pidf+xml"},
    {"PRES-20", "NOTIFY",
     "Event: presence\nSubscription-State: active\nContent-Type: application/pidf+xml\n\n<presence",
     "gw1", 400, "", ""},
};

TEST_F(SipIntakeTest, SomeRequestsAreAnsweredAtOnce) {
  for (const ReplyRow& row : kReplies) {
    SCOPED_TRACE(row.id + " " + row.method + " " + row.more);
    const sip::Response response = Reply(FromRomeo(row.method, row.more, row.to_tag));
    EXPECT_EQ(response.status(), row.status);
    if (!row.header.empty()) {
      EXPECT_THAT(std::string(response.Get(row.header)), HasSubstr(row.value));
    }
    // ocs-dialect §2.5: a refusal without it is reported as 1034 by the next hop.
    EXPECT_EQ(response.Get("ms-diagnostics-public").empty(), response.status() < 400);
    EXPECT_EQ(CauseOf(response).reason == Reason::kNone, response.status() < 400);
    EXPECT_THAT(std::string(response.Get("To")), HasSubstr(";tag="));
  }
}

TEST_F(SipIntakeTest, IM21_AnOldMessageSaysWhenItWasWrittenAndAShortLivedOneIsHurried) {
  const auto chat = [&](const std::string& more) {
    return Event(FromRomeo("MESSAGE", more + "Content-Type: text/plain\n\nx"));
  };
  const SipEvent old = chat("Date: Mon, 23 Nov 2026 19:00:00 GMT\n");
  EXPECT_EQ(PayloadOf<envelope::Chat>(old.message).sent_at, kNow - std::chrono::hours(1));
  EXPECT_EQ(old.message.header.budget_ms, kChatBudgetMs);
  const SipEvent recent = chat("Date: Mon, 23 Nov 2026 19:59:30 GMT\nExpires: 33\n");
  EXPECT_FALSE(PayloadOf<envelope::Chat>(recent.message).sent_at);
  EXPECT_EQ(recent.message.header.budget_ms, 3'000u);
  EXPECT_EQ(chat("Expires: 3600\n").message.header.budget_ms, kChatBudgetMs);
  EXPECT_FALSE(PayloadOf<envelope::Chat>(chat("Date: yesterday\n").message).sent_at);
}

TEST_F(SipIntakeTest, T24_AnAssertedIdentityOfOursMayBeAnotherUserOrATelephone) {
  const SipEvent event = Event(
      FromRomeo("MESSAGE",
                "P-Asserted-Identity: \"R\"<sip:romeo@contoso.com>,<tel:+4912>\nContent-Type: "
                "text/plain\n\nx"));
  EXPECT_EQ(event.message.header.from.local, "romeo");
}

TEST_F(SipIntakeTest, ARefreshOfASessionIsTheSessionsBusiness) {
  for (const std::string method : {"INVITE", "UPDATE"}) {
    const std::string body = method == "INVITE" ? kSdp + kOffer : "\n";
    const SipEvent event = Event(FromRomeo(
        method, std::string(kContact) + "Session-Expires: 1800;refresher=uas\n" + body, "gw1"));
    const auto open = PayloadOf<envelope::SessionOpen>(event.message);
    EXPECT_TRUE(open.in_dialog) << method;
    EXPECT_EQ(open.dialog.local_tag, "gw1");
    EXPECT_EQ(open.dialog.session_expires, 1800u);
    EXPECT_EQ(open.dialog.remote_target, "sip:romeo@contoso.com;opaque=user:epid:x;gruu");
  }
  const SipEvent theirs =
      Event(FromRomeo("INVITE", std::string(kContact) + "Session-Expires: 1800\n" + kSdp + kOffer));
  EXPECT_EQ(PayloadOf<envelope::SessionOpen>(theirs.message).dialog.session_expires, 0u);
}

TEST_F(SipIntakeTest, SEC1_BothDomainsAreChecked) {
  const auto between = [](const std::string& from, const std::string& uri) {
    return SipRequest(
        "MESSAGE " + uri + " SIP/2.0\nVia: SIP/2.0/TLS e:5061;branch=z9hG4bK1\nFrom: <" + from +
        ">;tag=1\nTo: <" + uri + ">\nCall-ID: c\nCSeq: 1 MESSAGE\nContent-Type: text/plain\n\nHi");
  };
  struct Row {
    std::string from;
    std::string uri;
    std::uint16_t status;
    std::string code;
  };
  const Row rows[] = {
      {"sip:romeo@contoso.com", "sip:x@elsewhere.example", 404, "61001;"},
      {"sip:romeo@contoso.com", "sip:tybalt@contoso.com", 404, "61001;"},  // never back in
      {"sip:romeo@elsewhere.example", "sip:juliet@jabber.example.com", 403, "61002;"},
      {"sip:juliet@jabber.example.com", "sip:juliet@jabber.example.com", 403, "61002;"},
      {"sip:anonymous@anonymous.invalid", "sip:juliet@jabber.example.com", 403,
       "61017;"},  // ADDR-25
      {"tel:+12015550123", "sip:juliet@jabber.example.com", 403, "61017;"},
      {"sip:ro%meo@contoso.com", "sip:juliet@jabber.example.com", 400, "61017;"},  // ADDR-5
      {"sip:romeo@contoso.com", "sip:%20j@jabber.example.com", 404, "61011;"},     // ADDR-10
      {"sip:romeo@contoso.com", "sip:j%00@jabber.example.com", 400, "61017;"},     // ADDR-6
  };
  for (const Row& row : rows) {
    const sip::Response response = Reply(between(row.from, row.uri));
    EXPECT_EQ(response.status(), row.status) << row.from << " " << row.uri;
    EXPECT_THAT(std::string(response.Get("ms-diagnostics-public")), testing::StartsWith(row.code));
  }
}

TEST_F(SipIntakeTest, AnInvitationOpensASession) {
  const SipEvent event =
      Event(FromRomeo("INVITE", std::string(kContact) + "Subject: a\tb\n" + kSdp + kOffer));
  const auto open = PayloadOf<envelope::SessionOpen>(event.message);
  EXPECT_EQ(open.dialog.local_tag, event.local_tag);
  EXPECT_EQ(open.dialog.remote_tag, "r1");
  EXPECT_EQ(open.dialog.remote_target, "sip:romeo@contoso.com;opaque=user:epid:x;gruu");
  EXPECT_EQ(open.subject, "a b");
  EXPECT_EQ(event.message.header.budget_ms, kChatBudgetMs);
}

TEST_F(SipIntakeTest, COMP1_TypingIsAChatStateAnsweredAtOnceOutsideDialogsAndInOrderInside) {
  const auto info = [](const std::string& status) {
    return FromRomeo(
        "INFO",
        "Content-Type: application/xml\n\n<?xml version=\"1.0\"?>\r\n<KeyboardActivity>"
        "\r\n  <status status=\"" +
            status + "\"/>\r\n</KeyboardActivity>",
        "gw1");
  };
  const auto composing = [](const std::string& state) {
    return FromRomeo("MESSAGE",
                     "Content-Type: application/im-iscomposing+xml\n\n<isComposing "
                     "xmlns='urn:ietf:params:xml:ns:im-iscomposing'><state>" +
                         state + "</state></isComposing>");
  };
  const auto state_of = [&](const sip::Request& request) {
    const SipEvent event = Event(request);
    const bool in_dialog = request.method() == "INFO";
    EXPECT_EQ(event.message.header.budget_ms, in_dialog ? kPresenceBudgetMs : 0u);
    EXPECT_EQ(event.response.has_value(), !in_dialog);
    return PayloadOf<envelope::ChatState>(event.message).state;
  };
  EXPECT_EQ(state_of(info("type")), envelope::ChatStateKind::kComposing);
  EXPECT_EQ(state_of(info("idle")), envelope::ChatStateKind::kPaused);
  EXPECT_EQ(state_of(composing("active")), envelope::ChatStateKind::kComposing);
  EXPECT_EQ(state_of(composing("idle")), envelope::ChatStateKind::kActive);
  EXPECT_EQ(state_of(composing("dreaming")), envelope::ChatStateKind::kActive);
}

TEST_F(SipIntakeTest, AByeIsAnsweredAtOnceAndClosesTheSession) {
  const SipEvent event = Event(FromRomeo("BYE", "", "gw1"));
  ASSERT_TRUE(event.response.has_value());
  EXPECT_EQ(event.response->status(), 200);
  EXPECT_EQ(PayloadOf<envelope::SessionClose>(event.message).dialog.local_tag, "gw1");
}

TEST_F(SipIntakeTest, SIP19_OptionsForASomebodyElseIsNotFound) {
  EXPECT_EQ(Reply(SipRequest("OPTIONS sip:xmppgw.contoso.com SIP/2.0\nVia: SIP/2.0/TLS "
                             "e;branch=z9hG4bK1\nFrom: <sip:e>;tag=1\nTo: <sip:g>\nCall-ID: c\n"
                             "CSeq: 1 OPTIONS\n"))
                .status(),
            200);
  EXPECT_EQ(Reply(SipRequest("OPTIONS sip:elsewhere.example SIP/2.0\nVia: SIP/2.0/TLS "
                             "e;branch=z9hG4bK1\nFrom: <sip:e>;tag=1\nTo: <sip:g>\nCall-ID: c\n"
                             "CSeq: 1 OPTIONS\n"))
                .status(),
            404);
}

}  // namespace
}  // namespace dragoman::translate
