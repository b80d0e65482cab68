// Odd but legal messages, of the kinds that RFC 4475 §3.1.1 and §3.2 collect.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/sip/field_view.h"
#include "tests/core/sip/verdict.h"

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

// A request with what it needs, `extra` header lines and `body`.
std::string Whole(const std::string& start, const std::string& method, const std::string& extra,
                  const std::string& body = "") {
  return start + "\r\nVia: SIP/2.0/TLS edge.example;branch=z9hG4bK77\r\n" +
         "From: <sip:juliet@capulet.example>;tag=j1\r\nTo: <sip:romeo@montague.example>\r\n" +
         "Call-ID: balcony\r\nCSeq: 2 " + method + "\r\nMax-Forwards: 70\r\n" + extra +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string AMessage(const std::string& extra, const std::string& body = "") {
  return Whole("MESSAGE sip:romeo@montague.example SIP/2.0", "MESSAGE", extra, body);
}

// §3.1.1.1: everything that white space, folds, case and compact forms may do at once.
constexpr std::string_view kTwisted =
    "INVITE sip:romeo@montague.example;unknown-one SIP/2.0\r\n"
    "tO :\r\n  sip:romeo@montague.example ;   tag    = 17xq\r\n"
    "fRoM   : \"J. \\\\\\\"of\\\" \\\\\"       <sip:juliet@capulet.example>\r\n  ;\r\n  tag = "
    "98x\r\n"
    "mAX-fORWARDS: 0068\r\n"
    "i: twisted.0@capulet.example\r\n"
    "Content-Length   : 5\r\n"
    "cseq: 0009\r\n\tINVITE\r\n"
    "Via  : SIP  /   2.0\r\n /TLS\r\n    192.0.2.2 : 5061;branch=390xk\r\n"
    "s :\r\n"
    "Brand-New:   a value\r\n that goes on\r\n  and on\r\n"
    "Nobody-Knows: ;;,,;;,;\r\n"
    "c: text/plain\r\n"
    "Route:\r\n <sip:edge.example;lr;odd=value;odder>\r\n"
    "v:  SIP  / 2.0  / TCP     proxy.example   ;\r\n  branch  =   z9hG4bK9x  ,\r\n"
    " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30x\r\n"
    "m:\"A string \\\"\\\"\" <sip:juliet@capulet.example> ; one =\r\n      value ;\r\n"
    "  two ; q = 0.33\r\n"
    "\r\nHello";

TEST(TortureTest, SIP2_WhiteSpaceFoldsCaseAndCompactFormsChangeNothing) {
  EXPECT_THAT(Verdicts(kTwisted), ElementsAre("take INVITE"));
  const Request request = OnlyRequest(kTwisted);
  EXPECT_EQ(request.body(), "Hello");
  EXPECT_EQ(request.Get("Call-ID"), "twisted.0@capulet.example");
  EXPECT_EQ(request.Get("subject"), "");
  EXPECT_EQ(request.Count("Subject"), 1u);
  EXPECT_EQ(Seconds(request.Get("Max-Forwards")), 68u);
  EXPECT_EQ(CSeq::Parse(request.Get("CSeq"))->number, 9u);
  EXPECT_EQ(NameAddr::Parse(request.Get("To"))->tag(), "17xq");
  EXPECT_EQ(NameAddr::Parse(request.Get("From"))->display, "J. \\\"of\" \\");
  EXPECT_EQ(NameAddr::Parse(request.Get("From"))->tag(), "98x");
  EXPECT_EQ(request.Get("Nobody-Knows"), ";;,,;;,;");
  EXPECT_EQ(request.Get("Content-Type"), "text/plain");

  const std::vector<std::string_view> vias = request.List("Via");
  ASSERT_EQ(vias.size(), 3u);
  EXPECT_EQ(Via::Parse(vias[0])->sent_by, "192.0.2.2:5061");
  EXPECT_EQ(Via::Parse(vias[0])->branch, "390xk");
  EXPECT_EQ(Via::Parse(vias[1])->transport, "TCP");
  EXPECT_EQ(Via::Parse(vias[1])->branch, "z9hG4bK9x");
  EXPECT_EQ(Via::Parse(vias[2])->branch, "z9hG4bK30x");

  const auto contact = NameAddr::Parse(request.Get("Contact"));
  ASSERT_TRUE(contact);
  EXPECT_EQ(contact->display, "A string \"\"");
  EXPECT_EQ(FindParameter(contact->parameters, "one")->value, "value");
  EXPECT_FALSE(FindParameter(contact->parameters, "two")->has_value);
  EXPECT_EQ(FindParameter(contact->parameters, "q")->value, "0.33");
}

// §3.1.1.2: every character that the grammar lets into a method, a user part, a tag, a branch.
TEST(TortureTest, SIP2_TakesEveryCharacterThatTheGrammarAllows) {
  const std::string method = "!odd-Method0123456789_*+`.%indeed'~";
  const std::string user = "1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*";
  const std::string bytes =
      method + " sip:" + user + ":&pw=$x,y@capulet.example SIP/2.0\r\n" +
      "Via: SIP/2.0/TLS host1.capulet.example;branch=z9hG4bK-.!%66*_+`'~\r\n"
      "To: \"BEL:\\\x07 DEL:\\\x7F\" <sip:1_odd@capulet.example>\r\n"
      "From: token1~` token2'+_ token3*%!.- <sip:mundane@capulet.example>"
      ";odd'-!%.*=\"\xE2\x98\x83;\";tag=_token~1'+`*%!-.\r\n"
      "Call-ID: odd.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\r\n"
      "CSeq: 139122385 " +
      method + "\r\nMax-Forwards: 255\r\n" +
      "odd-!.%*_+`'~Header: \xD1\x80\xD0\xB0\xD0\xB4\r\nContent-Length: 0\r\n\r\n";
  EXPECT_THAT(Verdicts(bytes), ElementsAre("take " + method));
  const Request request = OnlyRequest(bytes);
  EXPECT_EQ(Uri::Parse(request.uri())->user, user);
  EXPECT_EQ(request.Get("odd-!.%*_+`'~header"), "\xD1\x80\xD0\xB0\xD0\xB4");
  EXPECT_EQ(NameAddr::Parse(request.Get("From"))->tag(), "_token~1'+`*%!-.");
  EXPECT_EQ(NameAddr::Parse(request.Get("To"))->display, "BEL:  DEL: ");
}

// §3.1.1.3: what is escaped stays data; §3.1.1.5: an escaped method is another method.
TEST(TortureTest, ADDR5_EscapesAreDataAndNoSyntax) {
  const Request request = OnlyRequest(
      AMessage("Contact: <sip:cal%6Cer@capulet.example;%6C%72;n%61me=v%61lue%25%34%31>\r\n"));
  const auto contact = NameAddr::Parse(request.Get("Contact"));
  EXPECT_EQ(contact->uri, "sip:cal%6Cer@capulet.example;%6C%72;n%61me=v%61lue%25%34%31");
  EXPECT_EQ(Uri::Parse(contact->uri)->user, "caller");
  EXPECT_FALSE(FindParameter(Uri::Parse(contact->uri)->parameters, "lr"));

  const std::string escaped =
      Whole("MESSAGE sip:sips%3Aromeo%40capulet.example@montague.example SIP/2.0", "MESSAGE", "");
  EXPECT_THAT(Verdicts(escaped), ElementsAre("take MESSAGE"));
  EXPECT_EQ(Uri::Parse(OnlyRequest(escaped).uri())->user, "sips:romeo@capulet.example");
  EXPECT_EQ(Uri::Parse(OnlyRequest(escaped).uri())->host, "montague.example");
  EXPECT_THAT(Verdicts(Whole("MES%53AGE sip:a@montague.example SIP/2.0", "MES%53AGE", "")),
              ElementsAre("take MES%53AGE"));
}

struct Odd {
  std::string what;
  std::string bytes;
  std::string verdict;
};

TEST(TortureTest, SIP2_TakesWhatIsOnlyUnusual) {
  const std::string long_value(4000, 'x');
  const std::vector<Odd> table = {
      {"3.1.1.6 no space before the bracket", AMessage("P: caller<sip:a@b.example>;x=y\r\n"),
       "take MESSAGE"},
      {"3.1.1.7 long values",
       AMessage("Contact: \"" + long_value + "\" <sip:" + long_value + "@b.example>\r\nX-" +
                std::string(300, 'n') + ": " + long_value + "\r\n"),
       "take MESSAGE"},
      {"3.1.1.9 semicolons in the user part",
       Whole("MESSAGE sip:user;par=u%40capulet.example@montague.example SIP/2.0", "MESSAGE", ""),
       "take MESSAGE"},
      {"3.1.1.10 transports of all kinds",
       AMessage("Via: SIP/2.0/UDP a.example,SIP/2.0/SCTP b.example;branch=1\r\nVia: "
                "SIP/2.0/UNKNOWN c.example\r\nv: SIP/2.0/TLS-SCTP d.example\r\n"),
       "take MESSAGE"},
      {"3.1.1.11 a body of any bytes",
       AMessage("Content-Type: multipart/mixed;boundary=7a9c\r\n",
                std::string("--7a9c\r\n\r\nHello\0\r\n\r\n\xFF\xFE\r\n--7a9c--", 32)),
       "take MESSAGE"},
      {"3.1.1.12 a reason beyond ASCII",
       "SIP/2.0 200 = 2**3 * 5**2 \xD0\xBD\xD0\xBE\r\n" + AMessage("").substr(45),
       "hear 200 = 2**3 * 5**2 \xD0\xBD\xD0\xBE"},
      {"3.1.1.13 no reason", "SIP/2.0 100 \r\n" + AMessage("").substr(45), "hear 100 "},
      {"3.2.1 a branch that is only the cookie",
       AMessage("Via: SIP/2.0/TLS b.example;branch=z9hG4bK\r\n"), "take MESSAGE"},
      {"3.1.2.11 header fields in the Request-URI are never followed",
       Whole("MESSAGE sip:a@b.example?Route=%3Csip:evil.example%3E SIP/2.0", "MESSAGE", ""),
       "take MESSAGE"},
      {"3.1.2.12 a date of another zone", AMessage("Date: Fri, 01 Jan 2010 16:00:00 EST\r\n"),
       "take MESSAGE"},
      {"3.1.2.4 numbers too large where they may be left out",
       AMessage("Expires: 1000000000000000000000\r\nRetry-After: 9999999999\r\n"), "take MESSAGE"},
      {"3.3.4 unknown schemes in To and Contact", AMessage("Contact: <name:John_Smith>\r\n"),
       "take MESSAGE"},
      {"3.3.7 an unknown way to authenticate",
       AMessage("Authorization: Nobody opaque-data=\"here, <too>\"\r\n"), "take MESSAGE"},
      {"3.3.11 OPTIONS that goes no further",
       "OPTIONS sip:b.example SIP/2.0\r\nVia: SIP/2.0/TLS a.example\r\nMax-Forwards: 0\r\n"
       "From: sip:a.example;tag=1\r\nTo: sip:b.example\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
       "Content-Length: 0\r\n\r\n",
       "take OPTIONS"},
      {"3.4.1 as RFC 2543 had it",
       "INVITE sip:UserB@biloxi.example SIP/2.0\r\nVia: SIP/2.0/UDP iftgw.example\r\n"
       "From: <sip:+13035551111@ift.example;user=phone>\r\nTo: sip:+16505552222@ss1.example;x\r\n"
       "Call-ID: 1717@ift.example\r\nCSeq: 56 INVITE\r\nl:0\r\n\r\n",
       "take INVITE"},
      {"empty values", AMessage("Contact:\r\nSupported:\r\nk:\r\nUser-Agent: \t \r\nX:\r\n"),
       "take MESSAGE"},
      {"a display name with everything",
       AMessage("Contact: \"a, b; <c> \\\" \xC3\xA9\"<sip:a@b.example>, <sip:x,y;z@b.example>\r\n"),
       "take MESSAGE"},
      {"a header twice that nobody needs", AMessage("User-Agent: a\r\nUser-Agent: b\r\n"),
       "take MESSAGE"},
      {"version in lower case", Whole("MESSAGE sip:a@b.example sip/2.0", "MESSAGE", ""),
       "take MESSAGE"},
  };
  for (const Odd& row : table) {
    SCOPED_TRACE(row.what);
    EXPECT_THAT(Verdicts(row.bytes), ElementsAre(row.verdict));
  }
}

TEST(TortureTest, SIP3_HeadersOfTheRequestUriBecomeNoHeaders) {
  const Request request = OnlyRequest(
      Whole("MESSAGE sip:a@b.example?Route=%3Csip:evil.example%3E&body=x SIP/2.0", "MESSAGE", ""));
  EXPECT_EQ(request.method(), "MESSAGE");
  EXPECT_EQ(request.Count("Route"), 0u);
  EXPECT_EQ(Uri::Parse(request.uri())->ToString(), "sip:a@b.example");
}

// §3.1.1.8: what follows a message is another one.
TEST(TortureTest, SIP5_OctetsBehindTheBodyAreTheNextMessage) {
  EXPECT_THAT(Verdicts(AMessage("", "Hello") + AMessage("", "again")),
              ElementsAre("take MESSAGE", "take MESSAGE"));
  EXPECT_THAT(Verdicts(AMessage("", "Hello") + "Via: SIP/2.0/TLS evil.example\r\n\r\n"),
              ElementsAre("take MESSAGE", "close"));
}

TEST(TortureTest, SIP2_ListsAreTheSameCommaJoinedAndRepeated) {
  const std::string a = "<sip:a.example;lr;p=\"x,y\">;q=\"1,\\\"2\"";
  const std::string b = "\"comma, <bracket>; semicolon\"<sip:b.example;lr>";
  for (const std::string name : {"Route", "Record-Route", "Contact", "P-Asserted-Identity"}) {
    const std::string joined = name + ": " + a + "," + b + " ,\r\n <sip:c>\r\n";
    const std::string repeated = name + ": " + a + "\r\nX: y\r\n" + name + " : " + b + "\r\n" +
                                 name + ":\r\n" + name + ": ,, <sip:c>\r\n";
    for (const std::string& extra : {joined, repeated}) {
      const Request request = OnlyRequest(AMessage(extra));
      EXPECT_THAT(request.List(name), ElementsAre(a, b, "<sip:c>")) << extra;
    }
  }
}

TEST(TortureTest, RouteEntriesAndGruusKeepEveryByte) {
  const std::string route =
      "<sip:pool.contoso.com:5061;transport=tls;ms-fe=FE04.contoso.com;opaque=state:F:Ci.Rabf6d00;"
      "lr;"
      "ms-route-sig=fiow%2B/==AAA>;ms-rrsig=fi6Z+/AAA==;tag=A990A1D3DF287188";
  const std::string gruu =
      "<sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu>;proxy=replace";
  const Request request =
      OnlyRequest(AMessage("Record-Route: " + route + "\r\nContact: " + gruu + "\r\n"));
  EXPECT_THAT(request.List("Record-Route"), ElementsAre(route));
  EXPECT_EQ(NameAddr::Parse(request.Get("Record-Route"))->ToString(), route);
  EXPECT_EQ(NameAddr::Parse(request.Get("Contact"))->ToString(), gruu);
  EXPECT_EQ(NameAddr::Parse(request.Get("Contact"))->uri,
            "sip:juliet@contoso.com;opaque=user:epid:hYnsEUpJhlGc0T-xd_I7vAAA;gruu");
  EXPECT_THAT(OnlyRequest(request.ToString()).List("Record-Route"), ElementsAre(route));
}

}  // namespace
}  // namespace dragoman::sip
