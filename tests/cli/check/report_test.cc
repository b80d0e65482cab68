#include "cli/check/report.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using testing::HasSubstr;
using testing::Not;

Findings Three() {
  Findings findings;
  findings.push_back(
      {Area::kCertificates, "sip-name", "sip.crt", Severity::kOk, {"carries gw", "gw", "unsaid"}});
  findings.push_back({Area::kDns,
                      "edge-host",
                      "edge.example",
                      Severity::kWarning,
                      {"found \"x\"\n", "expected y", "do z"}});
  findings.push_back({Area::kDns, "partner", "p.example", Severity::kInfo, {"fine", {}, {}}});
  return findings;
}

TEST(ReportTest, TheTableIsAlignedByAreaAndSumsUp) {
  EXPECT_EQ(PrintTable(Three()),
            "certificates\n"
            "  ok       sip-name   sip.crt       carries gw\n"
            "\n"
            "dns\n"
            "  warning  edge-host  edge.example  found \"x\"\\u000a\n"
            "           expected: expected y\n"
            "           to mend:  do z\n"
            "  info     partner    p.example     fine\n"
            "\n"
            "3 checks: 1 ok, 1 info, 1 warning, 0 errors\n");
}

TEST(ReportTest, MachinesGetOneObjectOnOneLine) {
  const std::string json = PrintJson(Three(), "/etc/d.yaml");
  EXPECT_THAT(json, HasSubstr("{\"config\":\"/etc/d.yaml\",\"exit_status\":1,\"counts\":{\"ok\":1,"
                              "\"info\":1,\"warning\":1,\"error\":0},\"findings\":[{\"area\":"
                              "\"certificates\",\"name\":\"sip-name\""));
  EXPECT_THAT(json, HasSubstr("\"found\":\"found \\\"x\\\"\\u000a\",\"expected\":\"expected y\","
                              "\"mend\":\"do z\",\"reason\":\"\",\"code\":0}"));
  EXPECT_THAT(json.substr(0, json.size() - 1), Not(HasSubstr("\n")));
}

TEST(ReportTest, TheReasonThatUsersGetStandsBelowAndInJson) {
  const Findings findings = {{Area::kEdges,
                              "edge-connect",
                              "edge:5061",
                              Severity::kError,
                              {"refused", {}, "start it"},
                              policy::Reason::kEdgeUnreachable}};
  EXPECT_EQ(PrintRows(findings),
            "edges\n"
            "  error    edge-connect  edge:5061  refused\n"
            "           to mend:  start it\n"
            "           users get 61034 edge-unreachable\n");
  EXPECT_THAT(JsonOf(findings),
              testing::EndsWith("\"reason\":\"edge-unreachable\",\"code\":61034}]"));
}

TEST(ReportTest, TheWorstFindingIsTheExitStatus) {
  Findings findings;
  EXPECT_EQ(ExitStatus(findings), 0);
  const std::pair<Severity, int> cases[] = {
      {Severity::kOk, 0}, {Severity::kInfo, 0}, {Severity::kError, 2}, {Severity::kWarning, 2}};
  for (const auto& [severity, status] : cases) {
    findings.push_back({Area::kDns, "n", "s", severity, {"f"}});
    EXPECT_EQ(ExitStatus(findings), status);
  }
}

TEST(ReportTest, EveryAreaIsFoundByItsName) {
  for (const std::string& name : AreaNames()) {
    ASSERT_TRUE(AreaOf(name)) << name;
    EXPECT_EQ(Name(*AreaOf(name)), name);
  }
  EXPECT_EQ(AreaOf("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace dragoman::check
