#include "cli/explain/report.h"

#include <gmock/gmock.h>

#include "cli/explain/conclusion.h"
#include "tests/cli/explain/court.h"

namespace dragoman::explain {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ReportTest, PeopleGetTheHopsAndTwoSentences) {
  Facts facts = AllIsWell();
  Pending(facts);
  const std::string text = Print(Explain(facts));
  EXPECT_THAT(text, HasSubstr("addresses\n  ok       address"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  warning  subscription +juliet@capulet.example "));
  EXPECT_THAT(text, testing::EndsWith("\njuliet does not see romeo: romeo has not approved yet "
                                      "(asked 3 h ago).\njuliet can write to romeo.\n"));
}

TEST(ReportTest, MachinesGetOneObject) {
  Facts facts = AllIsWell();
  EdgeDown(facts);
  const std::string json = PrintJson(Explain(facts), facts);
  EXPECT_THAT(json, testing::StartsWith(
                        "{\"from\":\"juliet@capulet.example\",\"to\":\"romeo@montague.example\","
                        "\"sees\":{\"answer\":\"old\",\"text\":\"juliet sees romeo: away"));
  EXPECT_THAT(json, HasSubstr("\"writes\":{\"answer\":\"no\",\"text\":\"juliet cannot"));
  EXPECT_THAT(json, HasSubstr("\"reason\":\"edge-unreachable\",\"code\":61034}"));
  EXPECT_EQ(json.find('\n'), json.size() - 1);
}

TEST(ReportTest, T56_NothingThatAPeerWroteTellsTheTerminalWhatToDo) {
  for (const std::string text : {"x\x1b[2J", "x\ny", "x\u009b", "x\u202e", "x\xff"}) {
    Facts facts = AllIsWell();
    facts.from.typed = text;
    facts.path->router = facts.path->session_edge = text;
    facts.path->session = "open";
    facts.path->sees->dialogs[0].edge = text;
    facts.path->sees->resources = {{.show = text, .note = text}};
    facts.path->is_seen_by->state = text;
    for (const std::string& out : {Print(Explain(facts)), PrintJson(Explain(facts), facts)}) {
      for (const char* bad : {"\x1b", "x\ny", "\u009b", "\u202e", "\xff"})
        EXPECT_THAT(out, Not(HasSubstr(bad)));
    }
  }
}

}  // namespace
}  // namespace dragoman::explain
