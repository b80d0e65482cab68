#include "cli/explain/report.h"

#include "cli/check/report.h"
#include "cli/print/json.h"
#include "cli/print/shown.h"

namespace dragoman::explain {
namespace {

std::string Object(const Conclusion& conclusion) {
  const bool refused = conclusion.reason != policy::Reason::kNone;
  return cli::JsonObject()
      .Add("answer", Name(conclusion.answer))
      .Add("text", conclusion.text)
      .Add("reason", refused ? policy::Name(conclusion.reason) : std::string_view())
      .AddNumber("code", static_cast<std::uint16_t>(conclusion.reason))
      .ToString();
}

}  // namespace

std::string Print(const Explanation& made) {
  return check::PrintRows(made.findings) + "\n" + cli::Shown(made.sees.text) + "\n" +
         cli::Shown(made.writes.text) + "\n";
}

std::string PrintJson(const Explanation& made, const Facts& facts) {
  return cli::JsonObject()
             .Add("from", facts.from.typed)
             .Add("to", facts.to.typed)
             .AddValue("sees", Object(made.sees))
             .AddValue("writes", Object(made.writes))
             .AddValue("findings", check::JsonOf(made.findings))
             .ToString() +
         "\n";
}

int ExitStatus(const Explanation& made) {
  return made.sees.answer == Answer::kYes && made.writes.answer == Answer::kYes ? 0 : 1;
}

}  // namespace dragoman::explain
