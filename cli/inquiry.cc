#include "cli/inquiry.h"

#include <set>
#include <utility>

#include "cli/examination.h"
#include "cli/explain/hops.h"
#include "cli/explain/obstacles.h"
#include "cli/pages/decode.h"
#include "cli/pages/query.h"
#include "cli/probe.h"
#include "cli/routers.h"

namespace dragoman::cli {
namespace {

using check::Area;

std::vector<explain::Process> AskProcesses(runtime::Loop& loop, const policy::Settings& settings,
                                           const Machine& machine) {
  std::vector<explain::Process> processes;
  for (const Stage& stage : MakePlan(settings, machine)) {
    for (const Child::Plan& plan : stage.children) {
      if (!plan.admin.empty()) processes.push_back({plan.name, plan.admin, 0});
    }
  }
  for (explain::Process& process : processes)
    Probe(loop, process.admin, "/readyz", [&process](int status) { process.status = status; });
  loop.Run();
  return processes;
}

void AskPath(runtime::Loop& loop, const std::vector<std::string>& admins, explain::Facts& facts) {
  const PageRequest request{
      .target = pages::TargetOf("/subs/path", {{"from", ToString(facts.from.address)},
                                               {"to", ToString(facts.to.address)}}),
      .limit = kPathMax};
  const RouterTold told = AskRouters(loop, admins, request);
  if (told.admin.empty()) {
    facts.no_path = "no router answers: " + told.why;
    return;
  }
  auto path = pages::ReadPath(told.answer.body);
  if (told.answer.status == 200 && path) {
    facts.path = *std::move(path);
    return;
  }
  const auto done = pages::ReadDone(told.answer.body);
  const bool refused = told.answer.status >= 400 && done && !done->reason.empty();
  facts.no_path =
      "the router at " + told.admin + " does not tell: " +
      (refused ? done->reason + ": " + done->text : "status " + std::to_string(told.answer.status));
}

bool IsForbidden(const explain::Facts& facts) {
  check::Findings findings = explain::JudgeAddresses(facts);
  check::Append(findings, explain::JudgePolicy(facts));
  return explain::ForbiddenBy(findings).has_value();
}

}  // namespace

explain::Facts Inquire(runtime::Loop& loop, const policy::Settings& settings,
                       const Machine& machine, const std::string& admin, const std::string& from,
                       const std::string& to) {
  explain::Facts facts = explain::FactsOf(from, to, settings);
  facts.now = loop.Wall();
  if (IsForbidden(facts)) return facts;
  if (admin.empty()) facts.processes = AskProcesses(loop, settings, machine);
  AskPath(loop, admin.empty() ? RouterAdmins(settings, machine) : std::vector{admin}, facts);
  if (IsForbidden(facts)) return facts;
  std::set<Area> areas = {Area::kCertificates, Area::kDns, Area::kEdges, Area::kPartners};
  // A router that reaches Redis is all that matters to these two.
  if (!facts.path || !facts.path->store_up) areas.insert(Area::kRedis);
  const policy::Settings narrowed = NarrowedTo(facts, settings);
  facts.examined = Examination(loop, narrowed, machine, areas).Run();
  facts.now = loop.Wall();
  return facts;
}

}  // namespace dragoman::cli
