// What is looked at, in which order, and what is not looked at any more.
#include <gmock/gmock.h>

#include "cli/explain/conclusion.h"
#include "tests/cli/check/summary.h"
#include "tests/cli/explain/court.h"

namespace dragoman::explain {
namespace {

using check::Area;
using policy::Reason;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct Forbidden {
  const char* from;
  const char* to;
  const char* finding;
  const char* says;  // behind "…: " in both sentences
};

const Forbidden kForbidden[] = {
    {"tel:+15551234", kRomeo, "address error",
     "tel:+15551234: cannot be used: the scheme is neither sip, sips, im nor pres (61017 "
     "address-malformed)."},
    {"sip:%20a@montague.example", kJuliet, "address error",
     "sip:%20a@montague.example: cannot be used: nothing on the other side could be led back to it "
     "(61017 address-malformed)."},
    {kJuliet, "nurse@capulet.example", "sides error",
     "capulet.example: neither capulet.example nor capulet.example is one of sip.domains (61001 "
     "domain-not-served)."},
    {kRomeo, "mercutio@verona.example", "sides error",
     "verona.example: both are on the SIP side: their own servers carry what they say (61001 "
     "domain-not-served)."},
    {kRomeo, "a@elsewhere.example", "partner error",
     "elsewhere.example: no entry of partners has this domain (61001 domain-not-served)."},
    {"a@elsewhere.example", kRomeo, "partner error",
     "elsewhere.example: no entry of partners has this domain (61002 sender-not-allowed)."},
};

TEST(HopsTest, WhatTheConfigurationForbidsIsLookedIntoNoFurther) {
  for (const Forbidden& one : kForbidden) {
    SCOPED_TRACE(one.from + std::string(" ") + one.to);
    Facts facts = FactsOf(one.from, one.to, Configured());
    const Explanation made = Explain(facts);
    EXPECT_THAT(check::Summary(made.findings), Contains(one.finding));
    EXPECT_THAT(made.sees.text, HasSubstr(" does not see "));
    EXPECT_THAT(made.sees.text, HasSubstr(one.says));
    EXPECT_THAT(made.writes.text, HasSubstr(" cannot write to "));
    EXPECT_THAT(made.writes.text, HasSubstr(one.says));
    EXPECT_NE(made.writes.reason, Reason::kNone);
    for (const check::Finding& finding : made.findings)
      EXPECT_TRUE(finding.area == Area::kAddresses || finding.area == Area::kPolicy);
  }
}

TEST(HopsTest, TheHopsStandInTheOrderOfTheWay) {
  std::vector<Area> areas;
  for (const check::Finding& one : Explain(AllIsWell()).findings) {
    if (areas.empty() || areas.back() != one.area) areas.push_back(one.area);
  }
  EXPECT_THAT(areas, ElementsAre(Area::kAddresses, Area::kPolicy, Area::kProcesses, Area::kRedis,
                                 Area::kDns, Area::kPartners, Area::kEdges, Area::kSubscriptions,
                                 Area::kConversation));
}

TEST(HopsTest, UsersOfOneLocalpartAreCalledByTheirWholeAddresses) {
  Facts facts = AllIsWell("romeo@capulet.example", kRomeo);
  EXPECT_EQ(Explain(facts).writes.text,
            "romeo@capulet.example can write to romeo@montague.example.");
  facts = AllIsWell("capulet.example", kRomeo);
  EXPECT_EQ(Explain(facts).writes.text, "capulet.example can write to romeo@montague.example.");
}

}  // namespace
}  // namespace dragoman::explain
