#include "cli/check/edge.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;
const policy::HostPort kEdge{"edge.contoso.com", 5061};

policy::SipSettings Sip() {
  policy::SipSettings sip;
  sip.fqdn = "gw.contoso.com";
  sip.tls.trust = "edge-ca.crt";
  return sip;
}

EdgeCall Good() {
  EdgeCall made;
  made.call.address = "192.0.2.1:5061";
  made.call.connected = made.call.secure = true;
  made.call.certificate.presented = made.call.certificate.trusted = true;
  made.call.certificate.cipher = "TLSv1.2 X";
  made.call.certificate.valid_for = Days(100);
  made.call.certificate.names.dns = {"edge.contoso.com"};
  made.status = 200;
  made.reason = "OK";
  return made;
}

Findings Judge(const EdgeCall& made) { return JudgeEdge(kEdge, made, Sip()); }

TEST(EdgeTest, AGoodEdgeIsGoodInEveryStep) {
  EXPECT_THAT(Summary(Judge(Good())), ElementsAre("edge-connect ok", "edge-tls ok", "edge-name ok",
                                                  "edge-chain ok", "edge-options ok"));
}

TEST(EdgeTest, AnyAnswerToOptionsProvesThatItLetsUsIn) {
  const std::pair<std::uint16_t, const char*> cases[] = {
      {200, "edge-options ok"},      {403, "edge-options ok"},      {404, "edge-options ok"},
      {405, "edge-options ok"},      {483, "edge-options ok"},      {401, "edge-options warning"},
      {407, "edge-options warning"}, {503, "edge-options warning"}, {504, "edge-options warning"}};
  for (const auto& [status, says] : cases) {
    EdgeCall made = Good();
    made.status = status;
    EXPECT_THAT(Summary(Judge(made)), Contains(says)) << status;
  }
}

struct Mistake {
  const char* what;
  void (*make)(EdgeCall&);
  const char* says;
  const char* mend;
};

const Mistake kMistakes[] = {
    {"refused",
     [](EdgeCall& made) {
       made.call = {};
       made.call.address = "192.0.2.1:5061";
       made.call.trouble = "connection refused";
     },
     "edge-connect error", "connection refused"},
    {"no address", [](EdgeCall& made) { made.call = {}; }, "edge-connect error", "no address"},
    {"our certificate unusable",
     [](EdgeCall& made) {
       made.call.secure = false;
       made.no_tls = "has expired";
     },
     "edge-tls error", "correct sip.tls first"},
    {"TLS 1.0",
     [](EdgeCall& made) {
       made.call.secure = false;
       made.call.trouble = "TLS handshake failed: TLSV1_ALERT_PROTOCOL_VERSION";
     },
     "edge-tls error", "set sip.tls.minimum to 1.0"},
    {"TLS 1.0, and we may", [](EdgeCall& made) { made.call.certificate.cipher = "TLSv1 ECDHE"; },
     "edge-tls info", "switch TLS 1.2 on"},
    {"no TLS there",
     [](EdgeCall& made) {
       made.call.secure = false;
       made.call.trouble = "TLS handshake failed: WRONG_VERSION_NUMBER";
     },
     "edge-tls error", "speaks no TLS"},
    {"our certificate refused in the handshake",
     [](EdgeCall& made) {
       made.call.secure = false;
       made.call.trouble = "TLS handshake failed: TLSV1_ALERT_UNKNOWN_CA";
     },
     "edge-tls error", "trusted roots"},
    {"closed in the handshake without a word",
     [](EdgeCall& made) {
       made.call.secure = false;
       made.call.trouble = "closed by the peer during the handshake";
     },
     "edge-tls error", "trusted roots; if the Edge is a Windows Server 2003"},
    {"silent in the handshake",
     [](EdgeCall& made) {
       made.call.secure = false;
       made.call.late = true;
     },
     "edge-tls error", "no answer in time"},
    {"another name",
     [](EdgeCall& made) { made.call.certificate.names.dns = {"internal.contoso.com"}; },
     "edge-name error", "internal.contoso.com"},
    {"untrusted",
     [](EdgeCall& made) {
       made.call.certificate.trusted = false;
       made.call.certificate.problem = "certificate has expired";
     },
     "edge-chain error", "edge-ca.crt"},
    {"soon out", [](EdgeCall& made) { made.call.certificate.valid_for = Days(6); },
     "edge-chain warning", "6 days left"},
    {"no answer",
     [](EdgeCall& made) {
       made.status = 0;
       made.call.late = true;
     },
     "edge-options error", "Access Edge is gw.contoso.com"},
    {"closed behind the handshake",
     [](EdgeCall& made) {
       made.status = 0;
       made.call.trouble = "TLS record failed: TLSV1_ALERT_UNKNOWN_CA";
     },
     "edge-options error", "trusted roots"},
};

TEST(EdgeTest, NamesEachMistakeAndSaysHowToMendIt) {
  for (const Mistake& mistake : kMistakes) {
    SCOPED_TRACE(mistake.what);
    EdgeCall made = Good();
    mistake.make(made);
    const Findings findings = Judge(made);
    EXPECT_THAT(Summary(findings), Contains(mistake.says));
    const std::string name(mistake.says, std::string_view(mistake.says).find(' '));
    EXPECT_THAT(Said(findings, name), HasSubstr(mistake.mend));
  }
}

TEST(EdgeTest, TLS15_NoWildcardAndNoCommonNameIsTheEdgesName) {
  EdgeCall made = Good();
  made.call.certificate.names = {};
  made.call.certificate.names.dns = {"*.contoso.com"};
  made.call.certificate.names.common_name = "edge.contoso.com";
  EXPECT_THAT(Summary(Judge(made)), Contains("edge-name error"));
}

TEST(EdgeTest, TLS15_AnEdgeThatDnsNamedMayProveTheDomainInstead) {
  policy::SipSettings sip = Sip();
  sip.domains = {"fabrikam.com", "contoso.com"};
  EdgeCall made = Good();
  made.call.certificate.names.dns = {"contoso.com"};
  EXPECT_THAT(Summary(JudgeEdge(kEdge, made, sip)), Contains("edge-name ok"));
  made.call.certificate.names.dns = {"fabrikam.com"};
  EXPECT_THAT(Summary(JudgeEdge(kEdge, made, sip)), Contains("edge-name error"));
  EXPECT_THAT(Said(JudgeEdge(kEdge, made, sip), "edge-name"),
              HasSubstr("one of edge.contoso.com, contoso.com"));
  made.call.certificate.names.dns = {"contoso.com"};
  sip.edges = {kEdge};
  EXPECT_THAT(Summary(JudgeEdge(kEdge, made, sip)), Contains("edge-name error")) << "configured";
}

TEST(EdgeTest, AnErrorHasTheReasonThatUsersGet) {
  for (const Mistake& mistake : kMistakes) {
    SCOPED_TRACE(mistake.what);
    EdgeCall made = Good();
    mistake.make(made);
    for (const Finding& finding : Judge(made)) {
      if (finding.severity != Severity::kError) {
        EXPECT_EQ(finding.reason, policy::Reason::kNone);
      } else if (finding.name != "edge-options") {
        EXPECT_EQ(finding.reason, policy::Reason::kEdgeUnreachable);
      } else {  // it was sent
        EXPECT_EQ(finding.reason, made.call.late ? policy::Reason::kRemoteServerTimeout
                                                 : policy::Reason::kConnectionLost);
      }
    }
  }
}

}  // namespace
}  // namespace dragoman::check
