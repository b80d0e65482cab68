#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/ocs/diagnostics.h"
#include "core/ocs/session.h"
#include "core/ocs/typing.h"

namespace dragoman::ocs {
namespace {

TEST(DiagnosticsTest, PrintsTheFormThatCrossesTheFederation) {
  const Diagnostics diagnostics{61001, "The \"domain\" is\r\nnot served"};
  EXPECT_EQ(PrintDiagnostics(diagnostics),
            "61001;reason=\"The \\\"domain\\\" is  not served\";component=\"dragoman\"");
}

TEST(DiagnosticsTest, ReadsTheFormsThatWereSeen) {
  EXPECT_EQ(ParseDiagnostics("1010;reason=\"Certificate trust\";source=\"sip.contoso.com\""),
            (Diagnostics{1010, "Certificate trust"}));
  EXPECT_EQ(ParseDiagnostics("1010; reason =\"x\"; tls-target=\"y;z\""), (Diagnostics{1010, "x"}));
  EXPECT_EQ(ParseDiagnostics("1034"), (Diagnostics{1034, ""}));
  EXPECT_EQ(ParseDiagnostics("x;reason=\"y\""), std::nullopt);
  EXPECT_EQ(ParseDiagnostics("4294967296"), std::nullopt);
  EXPECT_EQ(ParseDiagnostics(""), std::nullopt);
}

TEST(TypingTest, PrintsTheDocumentOfTheDialect) {
  EXPECT_EQ(PrintTyping(true).size(), 91u);
  EXPECT_EQ(ParseTyping(PrintTyping(true)), true);
  EXPECT_EQ(ParseTyping(PrintTyping(false)), false);
}

TEST(TypingTest, IsLenientAboutFormOnly) {
  EXPECT_EQ(ParseTyping("<KeyboardActivity>\n<status status=\"type\"></status></KeyboardActivity>"),
            true);
  EXPECT_EQ(ParseTyping("<KeyboardActivity/>"), std::nullopt);
  EXPECT_EQ(ParseTyping("<Other><status status='type'/></Other>"), std::nullopt);
  EXPECT_EQ(ParseTyping("<KeyboardActivity>"), std::nullopt);
}

constexpr std::string_view kMessageSdp =
    "v=0\r\no=- 0 0 IN IP4 10.0.0.57\r\ns=session\r\nc=IN IP4 10.0.0.57\r\nt=0 0\r\nm=message 5060 "
    "sip null\r\n"
    "a=accept-types:text/plain text/html\r\n";

struct Row {
  std::string what;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string type;
  std::string body;
  std::uint16_t status;  // 0: accepted
};

TEST(SessionTest, RefusesWhatTheTableRefuses) {
  const std::string sdp(kMessageSdp);
  const std::vector<Row> table = {
      {"ordinary",
       {{"EndPoints", "<sip:a@b>, <sip:c@d>"}, {"Roster-Manager", "sip:a@b"}},
       "application/sdp",
       sdp,
       0},
      {"audio", {}, "application/sdp", "v=0\r\nm=audio 1 RTP/AVP 0\r\n", 488},
      {"message and video", {}, "application/sdp", sdp + "m=video 1 RTP/AVP 0\r\n", 488},
      {"no SDP", {}, "", "", 488},
      {"conference", {}, "application/ms-conf-invite+xml", "<Conferencing/>", 488},
      {"file transfer", {}, "multipart/mixed; boundary=x", "--x--", 488},
      {"three end points",
       {{"EndPoints", "<sip:a@b>, <sip:c@d>, <sip:e@f>"}},
       "application/sdp",
       sdp,
       488},
      {"triggered", {{"TriggeredInvite", "true"}}, "application/sdp", sdp, 488},
      {"multiparty", {{"Require", "com.microsoft.rtc-multiparty"}}, "application/sdp", sdp, 420},
      {"no plain text",
       {},
       "application/sdp",
       "v=0\r\nm=message 5060 sip null\r\na=accept-types:text/rtf\r\n",
       488},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.what);
    sip::Request invite("INVITE", "sip:romeo@a.example");
    for (const auto& [name, value] : row.headers) invite.Add(name, value);
    if (!row.type.empty()) invite.SetBody(row.type, row.body);
    const auto refusal = RefuseInvitation(invite);
    EXPECT_EQ(refusal ? refusal->status : 0, row.status);
  }
}

}  // namespace
}  // namespace dragoman::ocs
