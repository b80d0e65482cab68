#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/explain/report.h"
#include "cli/inquiry.h"
#include "core/policy/reason.h"
#include "runtime/service/options.h"
#include "runtime/service/service.h"

namespace dragoman::cli {
namespace {

int ExplainReason(const std::string& code) {
  std::uint32_t number = 0;
  std::from_chars(code.data(), code.data() + code.size(), number);
  auto reason = policy::ReasonFromName(code);
  if (!reason) reason = policy::ReasonFromCode(number);
  if (!reason || *reason == policy::Reason::kNone) {
    std::fprintf(stderr, "%s: no such reason code\n", code.c_str());
    return 1;
  }
  std::printf("%u %s: %s.\n", static_cast<unsigned>(*reason),
              std::string(policy::Name(*reason)).c_str(),
              std::string(policy::Text(*reason)).c_str());
  std::printf(
      "What it becomes on either wire, and what to do: docs/operations.md, reason codes.\n");
  return 0;
}

int ExplainPair(const ExplainOptions& options) {
  if (options.config.empty()) {
    std::fprintf(stderr, "expected --config FILE\n");
    return runtime::kExitBadConfiguration;
  }
  const Machine machine{std::filesystem::absolute(options.config).string(),
                        StateFolder(options.state),
                        "",
                        {},
                        options.role};
  const auto settings = runtime::LoadSettings(machine.config, machine.state, machine.role);
  if (!settings) {
    for (const std::string& line : settings.error()) std::fprintf(stderr, "%s\n", line.c_str());
    return runtime::kExitBadConfiguration;
  }
  runtime::Loop loop;
  const explain::Facts facts =
      Inquire(loop, *settings, machine, options.admin, options.what[0], options.what[1]);
  const explain::Explanation made = explain::Explain(facts);
  std::fputs(options.json ? PrintJson(made, facts).c_str() : Print(made).c_str(), stdout);
  return ExitStatus(made);
}

}  // namespace

void DefineExplain(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<ExplainOptions>();
  CLI::App* explain = app.add_subcommand(
      "explain", "say what a reason code means, or why one user sees another or does not");
  explain
      ->add_option("what", options->what,
                   "a code, by number or name; or two users, as SIP URIs or JIDs: who looks or "
                   "writes, and whom")
      ->required()
      ->expected(1, 2);
  explain->add_option("--config", options->config, "the configuration file; for two users");
  explain->add_option("--state", options->state, "folder for sockets and the private Redis");
  explain->add_option("--admin", options->admin,
                      "a router's admin page, as 127.0.0.1:9090, instead of this machine's");
  DefineRole(*explain, options->role);
  explain->add_flag("--json", options->json, "one JSON object instead of the table; for two users");
  explain->callback([&chosen, options] {
    chosen = [options] {
      return options->what.size() == 1 ? ExplainReason(options->what[0]) : ExplainPair(*options);
    };
  });
}

}  // namespace dragoman::cli
