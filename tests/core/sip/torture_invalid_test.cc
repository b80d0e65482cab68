// Messages that must be refused, of the kinds that RFC 4475 §3.1.2 and §3.3 collect, each with its
// exact answer.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/core/sip/verdict.h"

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

const std::string kStart = "MESSAGE sip:romeo@montague.example SIP/2.0";
const std::string kVia = "Via: SIP/2.0/TLS edge.example;branch=z9hG4bK77\r\n";
const std::string kFrom = "From: <sip:juliet@capulet.example>;tag=j1\r\n";
const std::string kTo = "To: <sip:romeo@montague.example>\r\n";
const std::string kCallId = "Call-ID: balcony\r\n";
const std::string kCSeq = "CSeq: 2 MESSAGE\r\n";
const std::string kRest = "Max-Forwards: 70\r\nContent-Length: 0\r\n";

// A whole message of these parts; what is left out by the test is missing.
std::string Of(const std::string& start, const std::string& lines) {
  return start + "\r\n" + lines + "\r\n";
}
std::string Start(const std::string& start) {
  return Of(start, kVia + kFrom + kTo + kCallId + kCSeq + kRest);
}
std::string With(const std::string& line) {
  return Of(kStart, kVia + kFrom + kTo + kCallId + kCSeq + line + "\r\n" + kRest);
}
std::string Via(const std::string& value) {
  return Of(kStart, "Via: " + value + "\r\n" + kFrom + kTo + kCallId + kCSeq + kRest);
}
std::string From(const std::string& value) {
  return Of(kStart, kVia + "From: " + value + "\r\n" + kTo + kCallId + kCSeq + kRest);
}
std::string To(const std::string& value) {
  return Of(kStart, kVia + kFrom + "To: " + value + "\r\n" + kCallId + kCSeq + kRest);
}
std::string CSeqIs(const std::string& value) {
  return Of(kStart, kVia + kFrom + kTo + kCallId + "CSeq: " + value + "\r\n" + kRest);
}
std::string Length(const std::string& lines) {
  return Of(kStart, kVia + kFrom + kTo + kCallId + kCSeq + lines);
}

struct Row {
  std::string what;
  std::string bytes;
  std::string answer;
};

// The connection goes on, and so does the message behind it.
void Refuses(const std::vector<Row>& table) {
  for (const Row& row : table) {
    SCOPED_TRACE(row.what);
    EXPECT_THAT(Verdicts(row.bytes + With("X: y")), ElementsAre(row.answer, "take MESSAGE"));
  }
}

// Nothing is believed of what follows.
void Ends(const std::vector<Row>& table) {
  for (const Row& row : table) {
    SCOPED_TRACE(row.what);
    EXPECT_THAT(Verdicts(row.bytes + With("X: y")), ElementsAre(row.answer));
  }
}

TEST(TortureRefusalTest, SIP1_MissingFields) {  // §3.3.1
  Refuses({
      {"From", Of(kStart, kVia + kTo + kCallId + kCSeq + kRest), "400 Missing From"},
      {"To", Of(kStart, kVia + kFrom + kCallId + kCSeq + kRest), "400 Missing To"},
      {"Call-ID", Of(kStart, kVia + kFrom + kTo + kCSeq + kRest), "400 Missing Call-ID"},
      {"CSeq", Of(kStart, kVia + kFrom + kTo + kCallId + kRest), "400 Missing CSeq"},
      {"Via", Of(kStart, kFrom + kTo + kCallId + kCSeq + kRest), "400 Missing Via"},
      {"Via, but empty", Via(""), "400 Missing Via"},
      {"From, but empty", From(""), "400 Bad From"},
      {"Call-ID, but empty", Of(kStart, kVia + kFrom + kTo + "i:\r\n" + kCSeq + kRest),
       "400 Bad Call-ID"},
      {"Call-ID of two words", Of(kStart, kVia + kFrom + kTo + "i: a b\r\n" + kCSeq + kRest),
       "400 Bad Call-ID"},
  });
}

TEST(TortureRefusalTest, SIP1_T21_SingleFieldsTwiceInAnyForm) {  // §3.3.8
  Refuses({
      {"From", With("f: <sip:other@capulet.example>;tag=j1"), "400 Repeated From"},
      {"To", With("T: <sip:other@capulet.example>"), "400 Repeated To"},
      {"Call-ID", With("CALL-ID: balcony"), "400 Repeated Call-ID"},
      {"CSeq", With("CSeq: 2 MESSAGE"), "400 Repeated CSeq"},
      {"Max-Forwards", With("Max-Forwards: 70"), "400 Repeated Max-Forwards"},
      {"Content-Type", With("c: text/plain\r\nContent-Type: text/html"),
       "400 Repeated Content-Type"},
      {"Event", With("Event: presence\r\no: presence"), "400 Repeated Event"},
      {"Expires", With("Expires: 1\r\nexpires: 2"), "400 Repeated Expires"},
      {"Subject", With("Subject: a\r\ns: b"), "400 Repeated Subject"},
      {"Session-Expires", With("Session-Expires: 90\r\nx: 91"), "400 Repeated Session-Expires"},
      {"Min-SE", With("Min-SE: 90\r\nMin-SE: 91"), "400 Repeated Min-SE"},
      {"Refer-To", With("Refer-To: <sip:a@b>\r\nr: <sip:c@d>"), "400 Repeated Refer-To"},
      {"Referred-By", With("b: <sip:a@b>\r\nb: <sip:c@d>"), "400 Repeated Referred-By"},
      {"Replaces", With("Replaces: 1\r\nReplaces: 2"), "400 Repeated Replaces"},
      {"Reply-To", With("Reply-To: <sip:a@b>\r\nReply-To: <sip:a@b>"), "400 Repeated Reply-To"},
      {"Date", With("Date: a\r\nDate: b"), "400 Repeated Date"},
      {"MIME-Version", With("MIME-Version: 1.0\r\nMime-Version: 1.0"), "400 Repeated MIME-Version"},
      {"Content-Disposition", With("Content-Disposition: render\r\nContent-Disposition: session"),
       "400 Repeated Content-Disposition"},
      {"Subscription-State", With("Subscription-State: active\r\nSubscription-State: pending"),
       "400 Repeated Subscription-State"},
      {"Min-Expires", With("Min-Expires: 1\r\nMin-Expires: 1"), "400 Repeated Min-Expires"},
      {"Retry-After", With("Retry-After: 1\r\nRetry-After: 1"), "400 Repeated Retry-After"},
  });
}

TEST(TortureRefusalTest, SIP3_RequestUris) {
  Refuses({
      {"3.3.2 a scheme that nobody knows", Start("MESSAGE nobodyknows:thisscheme SIP/2.0"),
       "416 Unsupported URI Scheme"},
      {"3.3.3 a scheme of others", Start("MESSAGE soap.beep://192.0.2.103:3002 SIP/2.0"),
       "416 Unsupported URI Scheme"},
      {"tel", Start("MESSAGE tel:+15551234 SIP/2.0"), "416 Unsupported URI Scheme"},
      {"no scheme", Start("MESSAGE romeo SIP/2.0"), "400 Bad Request-URI"},
      {"a broken escape", Start("MESSAGE sip:ro%6@b.example SIP/2.0"), "400 Bad Request-URI"},
      {"an escaped NUL", Start("MESSAGE sip:ro%00meo@b.example SIP/2.0"), "400 Bad Request-URI"},
      {"an escaped line end", Start("MESSAGE sip:a%0d%0aVia:x@b.example SIP/2.0"),
       "400 Bad Request-URI"},
      {"an escaped host", Start("MESSAGE sip:a@b%2eexample SIP/2.0"), "400 Bad Request-URI"},
      {"a port too large", Start("MESSAGE sip:a@b.example:65536 SIP/2.0"), "400 Bad Request-URI"},
      {"two at signs", Start("MESSAGE sip:a@b@c.example SIP/2.0"), "400 Bad Request-URI"},
  });
}

TEST(TortureRefusalTest, SIP3_StartLines) {
  Ends({
      {"3.1.2.7 a bracketed URI", Start("MESSAGE <sip:a@b.example> SIP/2.0"),
       "400 Bad Request-Line, close"},
      {"3.1.2.8 white space in the URI", Start("MESSAGE sip:a@b.example; lr SIP/2.0"),
       "400 Bad Request-Line, close"},
      {"3.1.2.9 two spaces", Start("MESSAGE  sip:a@b.example  SIP/2.0"),
       "400 Bad Request-Line, close"},
      {"3.1.2.10 a space at the end", Start("MESSAGE sip:a@b.example SIP/2.0 "),
       "400 Bad Request-Line, close"},
      {"a tab", Start("MESSAGE\tsip:a@b.example\tSIP/2.0"), "400 Bad Request-Line, close"},
      {"no URI", Start("MESSAGE SIP/2.0"), "400 Bad Request-Line, close"},
      {"no token", Start("MES\"SAGE sip:a@b.example SIP/2.0"), "400 Bad Request-Line, close"},
      {"folded", Start("MESSAGE sip:a@b.example\r\n SIP/2.0"), "close"},
      {"3.1.2.16 another version", Start("MESSAGE sip:a@b.example SIP/7.0"),
       "505 Version Not Supported, close"},
      {"nearly the version", Start("MESSAGE sip:a@b.example SIP/2.00"),
       "505 Version Not Supported, close"},
      {"no SIP", Start("MESSAGE sip:a@b.example HTTP/1.1"), "close"},
      {"a NUL", Start(std::string("MESSAGE sip:a\0@b.example SIP/2.0", 32)),
       "400 Bad Request-Line, close"},
  });
}

TEST(TortureRefusalTest, SIP4_CSeq) {
  Refuses({
      {"3.1.2.4 beyond all bits", CSeqIs("36893488147419103232 MESSAGE"), "400 Bad CSeq"},
      {"2^31", CSeqIs("2147483648 MESSAGE"), "400 Bad CSeq"},
      {"negative", CSeqIs("-1 MESSAGE"), "400 Bad CSeq"},
      {"3.1.2.17 another method", CSeqIs("2 INVITE"), "400 Bad CSeq"},
      {"3.1.2.18 another unknown method",
       Of("NEWMETHOD sip:a@b.example SIP/2.0", kVia + kFrom + kTo + kCallId + kCSeq + kRest),
       "400 Bad CSeq"},
      {"in another case", CSeqIs("2 message"), "400 Bad CSeq"},
      {"no blank", CSeqIs("2MESSAGE"), "400 Bad CSeq"},
      {"no method", CSeqIs("2 "), "400 Bad CSeq"},
      {"no number", CSeqIs("MESSAGE"), "400 Bad CSeq"},
      {"more behind it", CSeqIs("2 MESSAGE x"), "400 Bad CSeq"},
      {"a method that is none", CSeqIs("2 MESS,AGE"), "400 Bad CSeq"},
  });
}

TEST(TortureRefusalTest, SIP1_Via) {
  const auto vias = [](std::size_t count) {
    std::string value = "SIP/2.0/TLS p.example";
    for (std::size_t i = 1; i < count; ++i)
      value += i % 2 == 0 ? ", SIP/2.0/TLS p.example" : "\r\nv: SIP/2.0/TLS p.example";
    return Via(value);
  };
  EXPECT_THAT(Verdicts(vias(kViasMax)), ElementsAre("take MESSAGE"));
  Refuses({
      {"71 of them", vias(kViasMax + 1), "400 Too many Via"},
      {"3.1.2.1 separators for nothing", Via("SIP/2.0/TLS 192.0.2.15;;,;,,"), "400 Bad Via"},
      {"another version", Via("SIP/3.0/TLS a.example"), "400 Bad Via"},
      {"no transport", Via("SIP/2.0 a.example"), "400 Bad Via"},
      {"no sent-by", Via("SIP/2.0/TLS ;branch=x"), "400 Bad Via"},
      {"no blank", Via("SIP/2.0/TLS;branch=x"), "400 Bad Via"},
      {"a bad port", Via("SIP/2.0/TLS a.example:0"), "400 Bad Via"},
      {"a host that is none", Via("SIP/2.0/TLS a_!.example"), "400 Bad Via"},
      {"a quote that does not end", Via("SIP/2.0/TLS a.example;x=\"y"), "400 Bad Via"},
      {"two branches", Via("SIP/2.0/TLS a.example;branch=x;Branch=y"), "400 Bad Via"},
      {"a bad one below", Via("SIP/2.0/TLS a.example, nonsense"), "400 Bad Via"},
  });
}

TEST(TortureRefusalTest, SIP1_FromAndTo) {
  Refuses({
      {"3.1.2.6 a quote that does not end", To("\"Romeo <sip:romeo@b.example>"), "400 Bad To"},
      {"3.1.2.14 blanks in brackets", To("\"Romeo\" < sip:romeo@b.example >"), "400 Bad To"},
      {"3.1.2.14 no scheme", To("\"Romeo\" <romeo@b.example>"), "400 Bad To"},
      {"3.1.2.15 a comma without quotes", From("Capulet, Juliet <sip:j@b.example>;tag=1"),
       "400 Bad From"},
      {"3.1.2.13 a question mark without brackets", From("sip:j@b.example?Route=x"),
       "400 Bad From"},
      {"no bracket behind a name", From("\"Juliet\" sip:j@b.example"), "400 Bad From"},
      {"a bracket that stays open", From("<sip:j@b.example;tag=1"), "400 Bad From"},
      {"words behind the bracket", From("<sip:j@b.example> x"), "400 Bad From"},
      {"two addresses", From("<sip:j@b.example>, <sip:k@b.example>"), "400 Bad From"},
      {"a parameter without name", From("<sip:j@b.example>;=x"), "400 Bad From"},
      {"a parameter that is quoted and does not end", From("<sip:j@b.example>;tag=\"x"),
       "400 Bad From"},
      {"a parameter of two words", From("<sip:j@b.example>;tag=x y"), "400 Bad From"},
      {"two tags", From("<sip:j@b.example>;tag=;tag=x"), "400 Bad From"},
      {"nothing between semicolons", From("<sip:j@b.example>;;tag=x"), "400 Bad From"},
  });
}

TEST(TortureRefusalTest, SIP24_ZeroMaxForwards) {  // §3.3.11
  EXPECT_THAT(Verdicts(Length("Max-Forwards: 0\r\nl: 0\r\n")), ElementsAre("483 Too Many Hops"));
}

TEST(TortureRefusalTest, SIP5_T20_ContentLength) {
  Ends({
      {"3.1.2.3 negative", Length("l: -999\r\n"), "400 Bad Content-Length, close"},
      {"3.3.9 two, different", Length("l: 4\r\nContent-Length: 0\r\n"),
       "400 Repeated Content-Length, close"},
      {"two, the same", Length("l: 0\r\nl: 0\r\n"), "400 Repeated Content-Length, close"},
      {"none", Length("X: y\r\n"), "400 Missing Content-Length, close"},
      {"empty", Length("l:\r\n"), "400 Bad Content-Length, close"},
      {"a list", Length("l: 0, 0\r\n"), "400 Bad Content-Length, close"},
      {"signed", Length("l: +0\r\n"), "400 Bad Content-Length, close"},
      {"beyond 64 bits", Length("l: 36893488147419103232\r\n"), "400 Bad Content-Length, close"},
      {"beyond all that is read", Length("l: 4294967296\r\n"), "513 Message Too Large, close"},
  });
}

TEST(TortureRefusalTest, SIP8_Limits) {
  const std::string body(kBodyBytesMax + 1, 'x');
  Refuses({{"a large body", Length("l: " + std::to_string(body.size()) + "\r\n") + body,
            "513 Message Too Large"}});
  std::string lines = kVia + kFrom + kTo + kCallId + kCSeq + kRest;  // 7
  for (std::size_t i = 7; i < kHeaderLinesMax; ++i) lines += "Y: y\r\n";
  EXPECT_THAT(Verdicts(Of(kStart, lines)), ElementsAre("take MESSAGE"));
  const std::string name(kHeaderLineBytesMax - 2, 'n');
  EXPECT_THAT(Verdicts(With(name + ":y")), ElementsAre("take MESSAGE"));
  std::string large = kVia + kFrom + kTo + kCallId + kCSeq;
  while (large.size() < kHeadBytesMax) large += "X: " + std::string(4000, 'y') + "\r\n";
  Ends({
      {"201 lines", Of(kStart, lines + "X: y\r\n"), "400 Too many header lines, close"},
      {"a long line", With(name + ":yy"), "400 Header line too long, close"},
      {"a line long by folding", With("X: y\r\n " + std::string(kHeaderLineBytesMax - 6, 'y')),
       "400 Header line too long, close"},
      {"a long URI", Start("MESSAGE sip:" + std::string(kRequestUriBytesMax, 'a') + " SIP/2.0"),
       "414 Request-URI Too Long, close"},
      {"a very long URI", Start("MESSAGE sip:" + std::string(20000, 'a') + " SIP/2.0"),
       "414 Request-URI Too Long, close"},
      {"a long head", Of(kStart, large), "400 Header block too long, close"},
  });
}

TEST(TortureRefusalTest, T20_T21_LinesThatHideSomething) {
  Ends({
      {"a NUL in a value", With(std::string("Subject: a\0b", 12)), "400 Bad header line, close"},
      {"a NUL behind a backslash", With(std::string("Contact: \"\\\0\" <sip:a@b>", 23)),
       "400 Bad header line, close"},
      {"a bare CR", With("Subject: a\rVia: evil"), "400 Bad header line, close"},
      {"a bare LF", With("Subject: a\nVia: evil"), "400 Bad header line, close"},
      {"no colon", With("Subject"), "400 Bad header line, close"},
      {"no name", With(": x"), "400 Bad header line, close"},
      {"a control before the colon", With("Via\x0b: x"), "400 Bad header line, close"},
      {"two words", With("Via x: y"), "400 Bad header line, close"},
      {"the first line folded", Of(kStart, " x\r\n" + kVia + kFrom + kTo + kCallId + kCSeq + kRest),
       "400 Bad Request-Line, close"},
  });
}

TEST(TortureRefusalTest, OnlyRequestsThatWantAnAnswerGetOne) {
  const std::string broken = "broken line\r\n";
  const auto sent = [&](const std::string& method) {
    return Of(method + " sip:a@b.example SIP/2.0",
              kVia + kFrom + kTo + kCallId + "CSeq: 2 " + method + "\r\n" + broken + kRest);
  };
  Ends({
      {"INFO", sent("INFO"), "400 Bad header line, close"},
      {"ACK", sent("ACK"), "close"},
      {"BENOTIFY", sent("BENOTIFY"), "close"},
      {"a response", Of("SIP/2.0 200 OK", kVia + kFrom + kTo + kCallId + kCSeq + broken + kRest),
       "close"},
      {"nobody to answer", Of(kStart, kVia + kFrom + kTo + kCSeq + broken + kRest), "close"},
      {"two senders", With("f: <sip:x@b.example>\r\n" + broken.substr(0, 11)), "close"},
  });
}

TEST(TortureRefusalTest, AnAnswerHasTheFieldsAsTheyWereMeant) {
  const std::vector<Framer::Event> events =
      Events(Of(kStart, kVia + "f: \"J\"\r\n <sip:juliet@capulet.example>\r\n\t;tag=j1\r\n" + kTo +
                            kCallId + kCSeq + "oops\r\n" + kRest),
             100);
  ASSERT_EQ(events.size(), 1u);
  const auto* broken = std::get_if<Framer::Broken>(&events[0]);
  ASSERT_TRUE(broken != nullptr && broken->answer);
  EXPECT_EQ(NameAddr::Parse(broken->answer->Get("From"))->tag(), "j1");
  EXPECT_THAT(broken->answer->ToString(),
              testing::StartsWith("SIP/2.0 400 Bad header line\r\nVia: "));
}

TEST(TortureRefusalTest, SIP9_ResponsesThatCannotBeAreDropped) {  // §3.1.2.19, §3.1.2.5
  const std::string rest = kVia + kFrom + kTo + kCallId + kCSeq + "l: 2\r\n";
  EXPECT_THAT(Verdicts(Of("SIP/2.0 4294967301 better not", rest) + "ok" +
                       Of("SIP/2.0 700 nor this", rest) + "ok" + Of("SIP/2.0 200 OK", rest) + "ok"),
              ElementsAre("hear 200 OK"));
  EXPECT_THAT(Verdicts(Of("SIP/2.0 4294967301 x", rest + "l: 3\r\n") + "ok"), ElementsAre("close"));
}

}  // namespace
}  // namespace dragoman::sip
