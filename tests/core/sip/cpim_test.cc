#include "core/sip/cpim.h"

#include <gtest/gtest.h>

#include <string>

#include "core/sip/imdn.h"

namespace dragoman::sip {
namespace {

const std::string kRequest =
    "From: Romeo <im:romeo@contoso.com>\r\n"
    "To: <im:juliet@jabber.example.com>\r\n"
    "NS: imdn <urn:ietf:params:imdn>\r\n"
    "imdn.Message-ID: 34jk324j\r\n"
    "DateTime: 2026-11-23T20:00:00Z\r\n"
    "imdn.Disposition-Notification: positive-delivery, negative-delivery\r\n"
    "Subject:;lang=fr \\u00e9t\\u00E9 \\\\o/\r\n"
    "\r\n"
    "Content-type: text/plain; charset=utf-8\r\n"
    "Content-length: 5\r\n"
    "\r\n"
    "Hello";

TEST(CpimTest, IM19_UnwrapsAMessage) {
  const auto message = ParseCpim(kRequest);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->from, "Romeo <im:romeo@contoso.com>");
  EXPECT_EQ(message->to, "<im:juliet@jabber.example.com>");
  EXPECT_EQ(message->subject, "été \\o/");
  EXPECT_EQ(message->date_time, "2026-11-23T20:00:00Z");
  EXPECT_EQ(message->message_id, "34jk324j");
  EXPECT_TRUE(message->wants_delivered);
  EXPECT_TRUE(message->wants_failed);
  EXPECT_FALSE(message->requires_more);
  EXPECT_EQ(message->head, "Content-type: text/plain; charset=utf-8\r\nContent-length: 5");
  EXPECT_EQ(message->content, "Hello");
}

TEST(CpimTest, PrintsWhatItReads) {
  const Cpim message = *ParseCpim(kRequest);
  EXPECT_EQ(ParseCpim(PrintCpim(message)), message);
  EXPECT_EQ(PrintCpim({.from = "<im:a@b>", .to = "<im:c@d>", .content = "x"}),
            "From: <im:a@b>\r\nTo: <im:c@d>\r\n\r\n\r\nx");
}

TEST(CpimTest, T23_NoValueBecomesAHeader) {
  const std::string text = PrintCpim({.from = "<im:a@b>", .subject = "x\r\nRequire: y\\"});
  const auto message = ParseCpim(text);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->subject, "x  Require: y\\");
  EXPECT_FALSE(message->requires_more);
}

TEST(CpimTest, RCPT2_ThePrefixIsWhatTheNamespaceSays) {
  const auto message = ParseCpim(
      "From: <im:a@b>\nNS: n <urn:ietf:params:imdn>\nn.Message-ID: 1\nimdn.Message-ID: 2\n"
      "n.Disposition-Notification: display, Positive-Delivery\n\n\nHi");
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->message_id, "1");
  EXPECT_TRUE(message->wants_delivered);
  EXPECT_FALSE(message->wants_failed);
  EXPECT_EQ(message->content, "Hi");
  const auto undeclared = ParseCpim("From: <im:a@b>\nimdn.Message-ID: 2\n\n\nHi");
  EXPECT_EQ(undeclared->message_id, "");
}

TEST(CpimTest, SaysWhenMoreIsRequiredThanIsKnown) {
  const std::string tail = "NS: imdn <urn:ietf:params:imdn>\nNS: my <mid:x>\n\n\nHi";
  EXPECT_FALSE(ParseCpim("Require: Subject, imdn.Message-ID\n" + tail)->requires_more);
  EXPECT_TRUE(ParseCpim("Require: my.Vital\n" + tail)->requires_more);
  EXPECT_TRUE(ParseCpim("Require: Subject,other\n" + tail)->requires_more);
}

TEST(CpimTest, RefusesWhatIsNoSuchMessage) {
  for (const char* text : {"", "\r\n\r\nHi", "Hello", "Hello\r\n\r\nHi", "From: x", ": x\n\n\n"}) {
    EXPECT_FALSE(ParseCpim(text).has_value()) << text;
  }
}

TEST(CpimTest, KeepsHeadersToABound) {
  std::string headers;
  for (std::size_t i = 0; i < kCpimHeadersMax; ++i) headers += "X: y\n";
  EXPECT_TRUE(ParseCpim(headers + "\n\nHi").has_value());
  EXPECT_FALSE(ParseCpim(headers + "X: y\n\n\nHi").has_value());
}

// The example of RFC 5438 §7.2.1.1, with other addresses.
const char kNotification[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
    "<imdn xmlns=\"urn:ietf:params:xml:ns:imdn\">\r\n"
    " <message-id>34jk324j</message-id>\r\n"
    " <datetime>2026-11-23T12:16:49-05:00</datetime>\r\n"
    " <recipient-uri>im:juliet@example.com</recipient-uri>\r\n"
    " <original-recipient-uri>im:j@example.com</original-recipient-uri>\r\n"
    " <delivery-notification><status><delivered/></status></delivery-notification>\r\n"
    "</imdn>";

TEST(ImdnTest, RCPT3_ReadsADeliveryNotification) {
  const Imdn expected{.message_id = "34jk324j",
                      .date_time = "2026-11-23T12:16:49-05:00",
                      .recipient_uri = "im:juliet@example.com",
                      .original_recipient_uri = "im:j@example.com",
                      .delivery = Delivery::kDelivered};
  EXPECT_EQ(ParseImdn(kNotification), expected);
}

TEST(ImdnTest, RCPT3_PrintsEachStatusAsItIsRead) {
  for (const Delivery delivery :
       {Delivery::kDelivered, Delivery::kFailed, Delivery::kForbidden, Delivery::kError}) {
    const Imdn imdn{.message_id = "<&>",
                    .date_time = "2026-11-23T20:00:00Z",
                    .recipient_uri = "im:a@b",
                    .original_recipient_uri = "",
                    .delivery = delivery};
    EXPECT_EQ(ParseImdn(PrintImdn(imdn)), imdn);
  }
}

TEST(ImdnTest, RCPT6_OtherNotificationsSayNothingOfDelivery) {
  for (const char* what :
       {"<display-notification><status><displayed/></status></display-notification>",
        "<processing-notification><status><processed/></status></processing-notification>",
        "<delivery-notification/>", ""}) {
    const auto imdn = ParseImdn(
        std::string("<imdn xmlns='urn:ietf:params:xml:ns:imdn'><message-id>1</message-id>") + what +
        "</imdn>");
    ASSERT_TRUE(imdn.has_value()) << what;
    EXPECT_FALSE(imdn->delivery.has_value()) << what;
  }
}

TEST(ImdnTest, RefusesOtherDocuments) {
  for (const char* text : {"", "<imdn/>", "<x xmlns='urn:ietf:params:xml:ns:imdn'/>",
                           "<imdn xmlns='urn:ietf:params:xml:ns:imdn'/>"}) {
    EXPECT_FALSE(ParseImdn(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace dragoman::sip
