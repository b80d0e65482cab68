// Receipts from the question on one side to the answer on it, each step by another process.
#include "core/translate/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/translate/sip_intake.h"
#include "core/translate/sip_outgoing.h"
#include "core/translate/xmpp_intake.h"
#include "core/translate/xmpp_outgoing.h"
#include "core/xmpp/stanza.h"
#include "tests/core/translate/samples.h"

namespace dragoman::translate {
namespace {

using testing::HasSubstr;
using testing::Not;

const envelope::Address kBalcony{"juliet", "jabber.example.com", "balcony"};
const envelope::Address kOrchard{"romeo", "contoso.com", "orchard"};

class ReceiptTest : public testing::Test {
 protected:
  ReceiptTest() {
    settings_.xmpp.dialback_secrets = {"new secret", "old secret"};
    settings_.sip.receipts = true;
  }

  // What Juliet wrote, as Romeo's server gets it.
  sip::Request FromJuliet(const std::string& more, const std::string& text = "Hi") {
    const auto intake =
        ReceiveStanza(Xml("<message xmlns='jabber:server' from='juliet@jabber.example.com/balcony' "
                          "to='romeo@contoso.com' id='m-1'><body>" +
                          text + "</body>" + more + "</message>"),
                      {settings_, random_, kNow, ""});
    const auto chat = PayloadOf<envelope::Chat>(std::get<XmppEvent>(intake).message);
    auto sent = ComposeSip(std::get<XmppEvent>(intake).message.header, {{}, chat},
                           {settings_, random_, kNow});
    EXPECT_TRUE(sent.has_value());
    return sent ? std::move(sent->request) : sip::Request();
  }

  // What Romeo's client answers to that, and the stanzas it becomes.
  std::vector<xml::Element> Notify(const std::string& message_id, const std::string& what) {
    const auto intake = ReceiveSip(
        FromRomeo("MESSAGE",
                  "Content-Type: message/cpim\n\nFrom: <sip:romeo@contoso.com>\n"
                  "To: <sip:juliet@jabber.example.com>\nNS: imdn <urn:ietf:params:imdn>\n"
                  "imdn.Message-ID: d834\n\nContent-type: message/imdn+xml\n"
                  "Content-Disposition: notification\n\n"
                  "<imdn xmlns='urn:ietf:params:xml:ns:imdn'><message-id>" +
                      message_id + "</message-id>" + what + "</imdn>"),
        {settings_, random_, kNow, "e:5061"});
    if (const auto* response = std::get_if<sip::Response>(&intake)) {
      EXPECT_EQ(response->status(), 200);
      return {};
    }
    const auto& event = std::get<SipEvent>(intake);
    EXPECT_EQ(event.response->status(), 200);
    EXPECT_EQ(event.message.header.budget_ms, 0u);  // no answer to an answer (RCPT-6)
    return ToStanzas(event.message, settings_).value();
  }

  static std::string Delivery(const std::string& status) {
    return "<delivery-notification><status><" + status + "/></status></delivery-notification>";
  }

  // What Romeo wrote, as Juliet's server gets it.
  xml::Element FromRomeosClient(const std::string& disposition) {
    const auto intake = ReceiveSip(
        FromRomeo("MESSAGE",
                  "Content-Type: message/cpim\n\nFrom: <sip:romeo@contoso.com>\n"
                  "NS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: 34jk324j\n"
                  "DateTime: 2026-11-23T20:00:00+01:00\nimdn.Disposition-Notification: " +
                      disposition + "\n\nContent-type: text/plain\n\nHello"),
        {settings_, random_, kNow, "e:5061"});
    return ToStanzas(std::get<SipEvent>(intake).message, settings_).value().front();
  }

  // Juliet's client or server answers; the notification that Romeo's gets, if any.
  std::optional<sip::Request> FromJulietsSide(const std::string& stanza) {
    const auto intake = ReceiveStanza(Xml(stanza), {settings_, random_, kNow, ""});
    const auto* event = std::get_if<XmppEvent>(&intake);
    if (event == nullptr) return std::nullopt;
    EXPECT_EQ(event->message.header.budget_ms, 0u);
    const auto receipt = PayloadOf<envelope::Receipt>(event->message);
    auto sent = ComposeSip(event->message.header, {{}, receipt}, {settings_, random_, kNow});
    if (!sent) return std::nullopt;
    EXPECT_FALSE(sent->in_dialog);
    return std::move(sent->request);
  }

  std::string Received(const std::string& id) {
    return "<message xmlns='jabber:server' from='juliet@jabber.example.com/balcony' "
           "to='romeo@contoso.com/orchard' id='x'><received xmlns='urn:xmpp:receipts' id='" +
           id + "'/></message>";
  }

  policy::Settings settings_ = SampleSettings(policy::Dialect::kStandard);
  CountingRandom random_;
};

const char kRequest[] = "<request xmlns='urn:xmpp:receipts'/>";

TEST_F(ReceiptTest, RCPT2_ARequestTravelsInCpim) {
  const sip::Request request = FromJuliet(kRequest);
  EXPECT_EQ(request.Get("Content-Type"), "message/cpim");
  const auto message = sip::ParseCpim(request.body());
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->from, "<sip:juliet@jabber.example.com;gr=balcony>");
  EXPECT_EQ(message->to, "<sip:romeo@contoso.com>");
  EXPECT_EQ(message->date_time, "2026-11-23T20:00:00Z");
  EXPECT_TRUE(message->wants_delivered);
  EXPECT_TRUE(message->wants_failed);
  EXPECT_EQ(message->head, "Content-Type: text/plain;charset=UTF-8");
  EXPECT_EQ(message->content, "Hi");
  EXPECT_EQ(ReceiptIds(settings_, kRomeo, kJuliet).OpenMessageId(message->message_id),
            (AskedByXmpp{"balcony", "m-1"}));
}

TEST_F(ReceiptTest, RCPT1_TheTextGoesAsUsualWhereNoRequestCanBeMade) {
  EXPECT_EQ(FromJuliet("").body(), "Hi");  // not wanted
  // Too large with the request, small enough without (IM-10).
  const std::string text(800, 'x');
  EXPECT_EQ(FromJuliet(kRequest, text).body(), text);
  settings_.sip.receipts = false;
  EXPECT_EQ(FromJuliet(kRequest).body(), "Hi");
  EXPECT_EQ(FromJuliet(kRequest).Get("Content-Type"), "text/plain;charset=UTF-8");
  settings_.sip.receipts = true;
  settings_.xmpp.dialback_secrets.clear();
  EXPECT_EQ(FromJuliet(kRequest).body(), "Hi");
}

TEST_F(ReceiptTest, RCPT3_DeliveredComesBackAsTheReceipt) {
  const std::string id = sip::ParseCpim(FromJuliet(kRequest).body())->message_id;
  const auto stanzas = Notify(id, Delivery("delivered"));
  ASSERT_EQ(stanzas.size(), 1u);
  EXPECT_EQ(stanzas.front().Attr("to"), "juliet@jabber.example.com/balcony");
  EXPECT_EQ(stanzas.front().Attr("from"), "romeo@contoso.com");
  ASSERT_EQ(stanzas.front().Children().size(), 1u);
  const xml::Element* received = stanzas.front().Child(xmpp::kReceiptsNs, "received");
  ASSERT_NE(received, nullptr);
  EXPECT_EQ(received->Attr("id"), "m-1");
}

TEST_F(ReceiptTest, RCPT3_FailuresComeBackAsErrors) {
  const std::string id = sip::ParseCpim(FromJuliet(kRequest).body())->message_id;
  const std::pair<std::string, xmpp::Condition> rows[] = {
      {"failed", xmpp::Condition::kRecipientUnavailable},
      {"forbidden", xmpp::Condition::kForbidden},
      {"error", xmpp::Condition::kInternalServerError},
  };
  for (const auto& [status, condition] : rows) {
    const auto stanzas = Notify(id, Delivery(status));
    ASSERT_EQ(stanzas.size(), 1u) << status;
    EXPECT_EQ(stanzas.front().Attr("type"), "error");
    EXPECT_EQ(stanzas.front().Attr("id"), "m-1");
    EXPECT_EQ(stanzas.front().Attr("to"), "juliet@jabber.example.com/balcony");
    EXPECT_EQ(xmpp::ErrorOf(stanzas.front())->condition, condition) << status;
  }
}

TEST_F(ReceiptTest, RCPT6_RCPT8_OtherNotificationsAreIgnored) {
  const std::string id = sip::ParseCpim(FromJuliet(kRequest).body())->message_id;
  EXPECT_TRUE(Notify(id,
                     "<display-notification><status><displayed/></status>"
                     "</display-notification>")
                  .empty());
  EXPECT_TRUE(Notify("unknown", Delivery("delivered")).empty());
  EXPECT_TRUE(Notify(id + "A", Delivery("delivered")).empty());
  // Given between other users.
  const auto foreign = ReceiptIds(settings_, {"mercutio", "contoso.com", ""}, kJuliet)
                           .Seal(AskedByXmpp{"balcony", "m-1"});
  EXPECT_TRUE(Notify(*foreign, Delivery("delivered")).empty());
  // Given for the other direction.
  const auto other = ReceiptIds(settings_, kRomeo, kJuliet).Seal(AskedBySip{"a", "b", true, true});
  EXPECT_TRUE(Notify(*other, Delivery("delivered")).empty());
}

TEST_F(ReceiptTest, RCPT4_TheReceiptComesBackAsANotification) {
  const xml::Element stanza = FromRomeosClient("positive-delivery");
  EXPECT_NE(stanza.Child(xmpp::kReceiptsNs, "request"), nullptr);
  const auto request = FromJulietsSide(Received(std::string(stanza.Attr("id"))));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->method(), "MESSAGE");
  EXPECT_EQ(request->uri(), "sip:romeo@contoso.com;gr=orchard");
  EXPECT_EQ(request->Get("Content-Type"), "message/cpim");
  const auto message = sip::ParseCpim(request->body());
  ASSERT_TRUE(message.has_value());
  EXPECT_THAT(message->head, HasSubstr("Content-Type: message/imdn+xml"));
  EXPECT_THAT(message->head, HasSubstr("Content-Disposition: notification"));
  EXPECT_FALSE(message->message_id.empty());
  EXPECT_FALSE(message->wants_delivered || message->wants_failed);  // RCPT-6
  const auto imdn = sip::ParseImdn(message->content);
  ASSERT_TRUE(imdn.has_value());
  EXPECT_EQ(imdn->message_id, "34jk324j");
  EXPECT_EQ(imdn->date_time, "2026-11-23T20:00:00+01:00");
  EXPECT_EQ(imdn->recipient_uri, "sip:juliet@jabber.example.com;gr=balcony");
  EXPECT_EQ(imdn->delivery, sip::Delivery::kDelivered);
}

TEST_F(ReceiptTest, RCPT4_OnlyWhatWasAskedForIsAnswered) {
  const xml::Element failures_only = FromRomeosClient("negative-delivery");
  EXPECT_EQ(failures_only.Child(xmpp::kReceiptsNs, "request"), nullptr);
  EXPECT_FALSE(FromJulietsSide(Received(std::string(failures_only.Attr("id")))).has_value());
  EXPECT_FALSE(FromJulietsSide(Received("unknown")).has_value());
  const xml::Element nothing = FromRomeosClient("display");
  EXPECT_EQ(nothing.Child(xmpp::kReceiptsNs, "request"), nullptr);
  EXPECT_FALSE(FromJulietsSide(Received(std::string(nothing.Attr("id")))).has_value());
}

TEST_F(ReceiptTest, RCPT7_AFailureThatIsLearntLaterIsToldIfAskedFor) {
  const auto bounce = [](std::string_view id) {
    return "<message xmlns='jabber:server' type='error' from='juliet@jabber.example.com' "
           "to='romeo@contoso.com' id='" +
           std::string(id) +
           "'><error type='cancel'><service-unavailable "
           "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
  };
  const xml::Element both = FromRomeosClient("positive-delivery, negative-delivery");
  const auto request = FromJulietsSide(bounce(both.Attr("id")));
  ASSERT_TRUE(request.has_value());
  const auto imdn = sip::ParseImdn(sip::ParseCpim(request->body())->content);
  ASSERT_TRUE(imdn.has_value());
  EXPECT_EQ(imdn->message_id, "34jk324j");
  EXPECT_EQ(imdn->delivery, sip::Delivery::kFailed);
  EXPECT_FALSE(
      FromJulietsSide(bounce(FromRomeosClient("positive-delivery").Attr("id"))).has_value());
  EXPECT_FALSE(FromJulietsSide(bounce("m-1")).has_value());
}

TEST_F(ReceiptTest, AnIdOpensWithEachSecretAndForItsUsersOnly) {
  const AskedByXmpp asked{"balcony", "m-1"};
  policy::Settings older = settings_;
  older.xmpp.dialback_secrets = {"old secret"};
  const auto id = ReceiptIds(older, kOrchard, kBalcony).Seal(asked);
  ASSERT_TRUE(id.has_value());
  EXPECT_THAT(*id, testing::MatchesRegex("[A-Za-z0-9_-]+"));
  const ReceiptIds ids(settings_, kRomeo, kJuliet);  // whatever the resources
  EXPECT_EQ(ids.OpenMessageId(*id), asked);
  for (std::size_t i = 0; i < id->size(); ++i) {
    std::string changed = *id;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(ids.OpenMessageId(changed), asked) << i;
    EXPECT_FALSE(ids.OpenMessageId(id->substr(0, i)).has_value()) << i;
  }
  older.xmpp.dialback_secrets = {"another"};
  EXPECT_FALSE(ReceiptIds(older, kRomeo, kJuliet).OpenMessageId(*id).has_value());
}

TEST_F(ReceiptTest, SealsToABound) {
  const ReceiptIds ids(settings_, kRomeo, kJuliet);
  const std::string longest(kReceiptBytesMax - 1, 'x');  // and what parts it from the resource
  EXPECT_EQ(ids.OpenMessageId(*ids.Seal(AskedByXmpp{"", longest})), (AskedByXmpp{"", longest}));
  EXPECT_FALSE(ids.Seal(AskedByXmpp{"", longest + "x"}).has_value());
}

}  // namespace
}  // namespace dragoman::translate
