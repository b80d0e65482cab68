#include "cli/check/configuration.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ConfigurationTest, EveryProblemIsAFindingThatSaysWhereAndHow) {
  const Findings findings =
      JudgeProblems({"d.yaml:3:3: sip.fqdm: unknown key; did you mean fqdn?",
                     "d.yaml:8: sip.tls.key: cannot read /etc/sip.key",
                     "d.yaml:9: xmpp.dialback_secret: /etc/s holds 3 bytes; expected 32 at least"});
  EXPECT_THAT(Summary(findings), ElementsAre("configuration error", "files error",
                                             "dialback-secret error", "configuration info"));
  EXPECT_EQ(findings[0].subject, "d.yaml:3:3");
  EXPECT_THAT(findings[0].says.found, HasSubstr("did you mean fqdn?"));
  EXPECT_EQ(findings[2].area, Area::kDialback);
  EXPECT_THAT(findings[2].says.mend, HasSubstr("openssl rand -hex 32"));
  EXPECT_EQ(ExitStatus(findings), 2);
}

TEST(ConfigurationTest, AKeyThatEverybodyMayReadIsAnError) {
  EXPECT_THAT(Summary(JudgeKeyMode("k", 0600)), ElementsAre("key-mode ok"));
  EXPECT_THAT(Summary(JudgeKeyMode("k", 0640)), ElementsAre("key-mode ok"));
  EXPECT_THAT(Summary(JudgeKeyMode("k", 0644)), ElementsAre("key-mode error"));
  EXPECT_THAT(Said(JudgeKeyMode("k", 0644), "key-mode"), HasSubstr("chmod o= k"));
}

TEST(ConfigurationTest, ASecretThatCanBeGuessedIsAnError) {
  const auto judge = [](std::string_view secret) { return Summary(JudgeSecret("s", secret, {})); };
  EXPECT_THAT(judge("8c5e1f0d7ba24963fe81c05d3b6a9722"), ElementsAre("dialback-secret ok"));
  EXPECT_THAT(judge(std::string(64, 'k')), ElementsAre("dialback-secret error"));
  EXPECT_THAT(judge("ChangeMe-0123456789-abcdefghijkl"), ElementsAre("dialback-secret error"));
}

TEST(ConfigurationTest, NoPartnersIsAWarning) {
  policy::Settings settings;
  EXPECT_THAT(Summary(JudgeGoodConfiguration("d.yaml", settings)),
              Contains("configuration warning"));
}

}  // namespace
}  // namespace dragoman::check
