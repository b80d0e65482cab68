#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "cli/check/configuration.h"
#include "cli/check/report.h"
#include "cli/commands.h"
#include "cli/examination.h"
#include "cli/role.h"
#include "runtime/service/options.h"

namespace dragoman::cli {

int Check(const RunOptions& run, const CheckOptions& options) {
  const Machine machine{std::filesystem::absolute(run.config).string(), StateFolder(run.state), "",
                        run.log, options.role};
  std::set<check::Area> areas;
  for (const std::string& name : options.only.empty() ? check::AreaNames() : options.only) {
    if (const auto area = check::AreaOf(name)) areas.insert(*area);
  }
  check::Findings findings;
  if (const auto settings = runtime::LoadSettings(machine.config, machine.state, machine.role)) {
    runtime::Loop loop;
    findings = Examination(loop, *settings, machine, areas).Run();
  } else {
    findings = check::JudgeProblems(settings.error());
  }
  const std::string report =
      options.json ? check::PrintJson(findings, machine.config) : check::PrintTable(findings);
  std::fputs(report.c_str(), stdout);
  return check::ExitStatus(findings);
}

void DefineRole(CLI::App& command, std::string& role) {
  std::vector<std::string> names;
  for (const Role& one : kRoles) names.emplace_back(one.name);
  command.add_option("--role", role, "what this machine runs, and so has files of; default: all")
      ->check(CLI::IsMember(names));
}

}  // namespace dragoman::cli
