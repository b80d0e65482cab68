#include "core/sip/message.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

Request ARequest(const std::string& head) {
  auto request = Request::Parse(head, {});
  EXPECT_TRUE(request) << head;
  return request ? *std::move(request) : Request();
}

std::string Minimal(const std::string& start_line = "MESSAGE sip:romeo@a.example SIP/2.0") {
  return start_line +
         "\r\nVia: SIP/2.0/TLS edge.example:5061;branch=z9hG4bK1"
         "\r\nFrom: <sip:juliet@contoso.com>;tag=1"
         "\r\nTo: <sip:romeo@a.example>"
         "\r\nCall-ID: c1"
         "\r\nCSeq: 7 MESSAGE"
         "\r\nMax-Forwards: 70"
         "\r\nContent-Length: 0";
}

std::string With(const std::string& line) { return Minimal() + "\r\n" + line; }

std::string Replaced(const std::string& from, const std::string& to) {
  std::string head = Minimal();
  const std::size_t at = head.find(from);
  EXPECT_NE(at, std::string::npos);
  return head.replace(at, from.size(), to);
}

TEST(MessageTest, SIP2_ReadsCompactFormsFoldingAndAnyCase) {
  const Request request = ARequest(
      "MESSAGE sip:romeo@a.example SIP/2.0\r\n"
      "v: SIP/2.0/TLS edge.example;branch=z9hG4bK1, SIP/2.0/TLS\r\n  pool.example\r\n"
      "VIA : SIP/2.0/TCP fe.example\r\n"
      "f: \"Juliet\"<sip:juliet@contoso.com>;tag=1\r\n"
      "t\t: <sip:romeo@a.example>\r\n"
      "i: c1\r\ncseq: 7   MESSAGE\r\nX-Other: who cares\r\nk: timer\r\nSupported: ms-sender\r\nl: "
      "0");
  EXPECT_EQ(request.Count("Via"), 2u);
  EXPECT_EQ(request.List("Via").size(), 3u);
  EXPECT_EQ(request.Get("call-id"), "c1");
  EXPECT_TRUE(request.Lists("Supported", "MS-SENDER"));
  EXPECT_EQ(Via::Parse(request.List("Via")[1])->sent_by, "pool.example");
  EXPECT_EQ(CSeq::Parse(request.Get("CSeq"))->number, 7u);
}

TEST(MessageTest, SIP3_RefusesOtherStartLines) {
  const std::vector<std::pair<std::string, ParseError>> table = {
      {"MESSAGE  sip:a@b SIP/2.0", ParseError::kStartLine},
      {"MESSAGE sip:a@b  SIP/2.0", ParseError::kStartLine},
      {"MESSAGE sip:a@b SIP/2.0 ", ParseError::kStartLine},
      {" MESSAGE sip:a@b SIP/2.0", ParseError::kStartLine},
      {"MESSAGE <sip:a@b> SIP/2.0", ParseError::kStartLine},
      {"MESSAGE sip:a; lr@b SIP/2.0", ParseError::kStartLine},
      {"MESSAGE sip:a@b", ParseError::kStartLine},
      {"GET / HTTP/1.1", ParseError::kStartLine},
      {"MES\"SAGE sip:a@b SIP/2.0", ParseError::kStartLine},
      {"MESSAGE sip:a@b SIP/3.0", ParseError::kVersion},
  };
  for (const auto& [line, error] : table) {
    const auto request = Request::Parse(Minimal(line), {});
    ASSERT_FALSE(request) << line;
    EXPECT_EQ(request.error(), error) << line;
  }
}

TEST(MessageTest, T21_RefusesHeaderLinesThatHideSomething) {
  for (const std::string line : {"no colon here", ": nameless", "Bad Name: x", "Na\x01me: x",
                                 "Content-Length\x0b: 5", "\"Via\": x"}) {
    const auto request = Request::Parse(With(line), {});
    ASSERT_FALSE(request) << line;
    EXPECT_EQ(request.error(), ParseError::kHeaderLine) << line;
  }
}

TEST(MessageTest, T20_RefusesBareCarriageReturnsLineFeedsAndNul) {
  for (const std::string& line :
       {std::string("Subject: a\nContent-Length: 5"), std::string("Subject: a\rb: c"),
        std::string("Subject: a\0b", 12)}) {
    EXPECT_FALSE(Request::Parse(With(line), {}));
  }
}

TEST(MessageTest, HoldsAtMost200HeaderLines) {
  std::string head = "MESSAGE sip:a@b SIP/2.0";
  for (std::size_t i = 0; i < kHeaderLinesMax; ++i) head += "\r\nX: y";
  EXPECT_TRUE(Request::Parse(head, {}));
  const auto more = Request::Parse(head + "\r\nX: y", {});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error(), ParseError::kTooManyHeaders);
}

TEST(MessageTest, T23_NothingThatIsSetCanStartAHeader) {
  Request request("MESSAGE", "sip:a@b");
  request.Add("Subject", "hello\r\nRoute: <sip:evil>");
  request.Add("X\r\nY", "z");
  EXPECT_EQ(request.ToString(),
            "MESSAGE sip:a@b SIP/2.0\r\nSubject: hello  Route: <sip:evil>\r\nX  Y: "
            "z\r\nContent-Length: 0\r\n\r\n");
}

TEST(MessageTest, T23_NeitherUriNorReasonEndsTheFirstLine) {
  EXPECT_EQ(Request("INFO", "sip:a@b\r\nEvil: 1").ToString(),
            "INFO sip:a@b  Evil: 1 SIP/2.0\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(Response(400, std::string_view("Bad\r\nEvil: \0", 12)).ToString(),
            "SIP/2.0 400 Bad  Evil:  \r\nContent-Length: 0\r\n\r\n");
}

TEST(MessageTest, PrintsTheBodysRealLength) {
  Request request = ARequest(Minimal());
  request.SetBody("text/plain", "Hello");
  EXPECT_THAT(request.ToString(),
              testing::EndsWith("Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nHello"));
}

TEST(MessageTest, CopiesOutliveWhatTheyWereCopiedFrom) {
  Request copy;
  {
    const Request request = ARequest(Minimal());
    copy = request;
  }
  Request moved = std::move(copy);
  EXPECT_EQ(moved.Get("Call-ID"), "c1");
}

TEST(ResponseTest, ReadsAStatusLine) {
  const auto response =
      Response::Parse("SIP/2.0 481 Call Leg/Transaction Does Not Exist\r\nCall-ID: x", {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status(), 481);
  EXPECT_EQ(response->reason(), "Call Leg/Transaction Does Not Exist");
  EXPECT_TRUE(Response::Parse("SIP/2.0 200 ", {}));
  for (const std::string line :
       {"SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 2000 x", "SIP/2.0  200 x", "SIP/3.0 200 x",
        "SIP/2.0 -20 x", "SIP/2.0 20"}) {
    EXPECT_FALSE(Response::Parse(line, {})) << line;
  }
}

TEST(ResponseTest, SIP27_CarriesTheRouteBackOnlyWhereADialogBegins) {
  const std::string route =
      "<sip:edge.contoso.com:5061;transport=tls;lr;ms-route-sig=fi,ow>;tag=5D41";
  const auto answer = [&](const std::string& method, std::uint16_t status) {
    std::string head = Minimal(method + " sip:romeo@a.example SIP/2.0");
    head += "\r\nRecord-Route: " + route + "\r\nRecord-Route: <sip:pool;lr>";
    return MakeResponse(ARequest(head), status, "gw-1");
  };
  EXPECT_THAT(answer("INVITE", 200).List("Record-Route"), ElementsAre(route, "<sip:pool;lr>"));
  EXPECT_THAT(answer("SUBSCRIBE", 200).List("Record-Route"), ElementsAre(route, "<sip:pool;lr>"));
  EXPECT_EQ(answer("INVITE", 486).Count("Record-Route"), 0u);
  EXPECT_EQ(answer("MESSAGE", 200).Count("Record-Route"), 0u);
  EXPECT_EQ(answer("INVITE", 200).Get("To"), "<sip:romeo@a.example>;tag=gw-1");
  EXPECT_EQ(answer("INVITE", 100).Get("To"), "<sip:romeo@a.example>");
}

TEST(ResponseTest, KeepsATagThatIsThere) {
  const Request request =
      ARequest(Replaced("To: <sip:romeo@a.example>", "To: <sip:romeo@a.example>;tag=x"));
  EXPECT_EQ(MakeResponse(request, 200, "other").Get("To"), "<sip:romeo@a.example>;tag=x");
}

struct Bad {
  std::string head;
  std::uint16_t status;
};

// Requests that are framed but wrong, after the kinds of RFC 4475 (§3.1.2, §3.3).
TEST(ValidateTest, SIP1_SIP4_SIP24_NamesTheFirstThingThatIsWrong) {
  const std::vector<Bad> table = {
      {Replaced("\r\nFrom: <sip:juliet@contoso.com>;tag=1", ""), 400},
      {Replaced("\r\nTo: <sip:romeo@a.example>", ""), 400},
      {Replaced("\r\nCall-ID: c1", ""), 400},
      {Replaced("Call-ID: c1", "Call-ID:"), 400},
      {Replaced("\r\nCSeq: 7 MESSAGE", ""), 400},
      {Replaced("\r\nVia: SIP/2.0/TLS edge.example:5061;branch=z9hG4bK1", ""), 400},
      {Replaced("SIP/2.0/TLS edge.example:5061", "SIP/2.0 edge.example"), 400},
      {Replaced("SIP/2.0/TLS edge.example:5061;", "SIP/2.0/TLS ;"), 400},
      {With("From: <sip:other@contoso.com>;tag=2"), 400},
      {With("t: <sip:other@contoso.com>"), 400},
      {With("i: c2"), 400},
      {With("CSeq: 8 MESSAGE"), 400},
      {With("Max-Forwards: 3"), 400},
      {Replaced("7 MESSAGE", "7 INFO"), 400},
      {Replaced("7 MESSAGE", "2147483648 MESSAGE"), 400},
      {Replaced("7 MESSAGE", "36893488147419103232 MESSAGE"), 400},
      {Replaced("7 MESSAGE", "-7 MESSAGE"), 400},
      {Replaced("7 MESSAGE", "7MESSAGE"), 400},
      {Replaced("From: <sip:juliet@contoso.com>", "From: \"Juliet <sip:juliet@contoso.com>"), 400},
      {Replaced("To: <sip:romeo@a.example>", "To: \"\" sip:romeo@a.example"), 400},
      {Minimal("MESSAGE sip:ro%mo@a.example SIP/2.0"), 400},
      {Minimal("MESSAGE sip:%00@a.example SIP/2.0"), 400},
      {Minimal("MESSAGE tel:+15551234 SIP/2.0"), 416},
      {Minimal("MESSAGE nobodyknows:x SIP/2.0"), 416},
      {Replaced("Max-Forwards: 70", "Max-Forwards: 0"), 483},
  };
  for (const Bad& row : table) {
    const Request request = ARequest(row.head);
    const auto refusal = Validate(request);
    ASSERT_TRUE(refusal) << row.head;
    EXPECT_EQ(refusal->status, row.status) << row.head << "\n" << refusal->reason;
  }
}

// Odd but right, after RFC 4475 §3.1.1.
TEST(ValidateTest, AcceptsWhatIsOnlyUnusual) {
  const std::vector<std::string> table = {
      Minimal(),
      Replaced("7 MESSAGE", "2147483647 MESSAGE"),
      Replaced("7 MESSAGE", "0009   MESSAGE"),
      Replaced("Max-Forwards: 70", "Max-Forwards: 300"),
      Replaced("\r\nMax-Forwards: 70", ""),
      Replaced("SIP/2.0/TLS edge.example:5061;branch=z9hG4bK1",
               "SIP / 2.0 / TLS   [2001:db8::1]:5061 ;branch = z9hG4bK1"),
      Replaced("To: <sip:romeo@a.example>", "To: tel:+15551234"),
      Replaced("From: <sip:juliet@contoso.com>", "From: \"\\\"J\\\\\" <sip:juliet@contoso.com>"),
      With("Contact:"),
      With("Expires: 1000000000000000000000000"),
      With("Accept-Language: \xD0\xBF"),
      Minimal("MESSAGE sip:sips%3Auser%40example.com@a.example SIP/2.0"),
      Minimal("MESSAGE sip:a@a.example;unknownparam;lr?Route=%3Csip:x%3E SIP/2.0"),
  };
  for (const std::string& head : table) {
    const Request request = ARequest(head);
    const auto refusal = Validate(request);
    EXPECT_FALSE(refusal) << head << "\n" << (refusal ? refusal->reason : "");
  }
}

TEST(ValidateTest, BoundsTheVias) {
  std::string head = Minimal();
  for (std::size_t i = 1; i < kViasMax; ++i) head += "\r\nVia: SIP/2.0/TLS p.example";
  EXPECT_FALSE(Validate(ARequest(head)));
  EXPECT_TRUE(Validate(ARequest(head + "\r\nVia: SIP/2.0/TLS p.example")));
}

TEST(FieldsTest, SIP4_SecondsBeyond32BitsCountAsAbsent) {
  EXPECT_EQ(Seconds(" 3600 "), 3600u);
  EXPECT_EQ(Seconds("4294967295"), 4294967295u);
  EXPECT_EQ(Seconds("4294967296"), std::nullopt);
  EXPECT_EQ(Seconds(""), std::nullopt);
  EXPECT_EQ(Seconds("-1"), std::nullopt);
}

TEST(FieldsTest, ViaGivesBranchAndParameters) {
  const auto via = Via::Parse(
      "SIP/2.0/TLS 198.51.100.5:52344;branch=z9hG4bK2DA3.D042;branched=FALSE;ms-received-port=1");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->transport, "TLS");
  EXPECT_EQ(via->sent_by, "198.51.100.5:52344");
  EXPECT_EQ(via->branch, "z9hG4bK2DA3.D042");
  EXPECT_EQ(via->parameters.size(), 3u);
}

TEST(UnparsedTest, AnswersFromTheLinesThatCanBeRead) {
  const auto answer = AnswerUnparsed(Minimal("MESSAGE <sip:a@b> SIP/2.0") + "\r\nbroken line", 400, "Bad header line");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 400);
  EXPECT_EQ(answer->reason(), "Bad header line");
  EXPECT_EQ(answer->Get("CSeq"), "7 MESSAGE");
  EXPECT_THAT(std::string(answer->Get("To")), testing::HasSubstr(";tag="));
  EXPECT_FALSE(AnswerUnparsed("GET / HTTP/1.1\r\nHost: x", 400, ""));
  EXPECT_FALSE(AnswerUnparsed("SIP/2.0 200 OK" + Minimal().substr(35), 400, ""));
}

}  // namespace
}  // namespace dragoman::sip
