#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

#include "cli/check/finding.h"
#include "cli/commands.h"
#include "cli/role.h"

int main(int argc, char** argv) {
  using namespace dragoman;
  CLI::App app{"Dragoman: a gateway between SIP/SIMPLE and XMPP federations"};
  app.require_subcommand(1);

  cli::RunOptions options;
  const std::map<std::string, runtime::LogFormat> formats{{"auto", runtime::LogFormat::kAuto},
                                                          {"json", runtime::LogFormat::kJson},
                                                          {"text", runtime::LogFormat::kText}};
  const auto common = [&options](CLI::App* command) {
    command->add_option("--config", options.config, "the configuration file")->required();
    command->add_option("--state", options.state, "folder for sockets and the private Redis");
  };
  CLI::App* run = app.add_subcommand("run", "run the gateway's processes on this machine");
  common(run);
  run->add_option("--log", options.log, "log lines as text or JSON (default: text on a terminal)")
      ->transform(CLI::CheckedTransformer(formats));
  CLI::App* status =
      app.add_subcommand("status", "show the processes and whether they can take work");
  common(status);
  std::vector<std::string> drained;
  CLI::App* drain =
      app.add_subcommand("drain", "let processes finish what they have and end; waits for it");
  common(drain);
  drain->add_option("process", drained, "only these, as `status` names them");
  CLI::App* check = app.add_subcommand(
      "check", "test what administrators get wrong, and say how to mend it; starts nothing");
  common(check);
  cli::CheckOptions check_options;
  check->add_flag("--json", check_options.json, "one JSON object instead of the table");
  check->add_option("--only", check_options.only, "these areas alone, separated by commas")
      ->delimiter(',')
      ->check(CLI::IsMember(check::AreaNames()));
  cli::DefineRole(*check, check_options.role);
  cli::Chosen chosen;
  cli::DefineExplain(app, chosen);
  cli::DefineSubs(app, chosen);
  cli::MapOptions map_options;
  CLI::App* map = app.add_subcommand(
      "map", "say what SIP URIs and JIDs are on the other side; reads no configuration");
  map->add_option("address", map_options.addresses,
                  "SIP URIs and JIDs; none, or -: one on each line of standard input");
  map->add_flag("--json", map_options.json, "one JSON object for each address");
  cli::TranslateOptions translate_options;
  CLI::App* translate = app.add_subcommand(
      "translate", "show what the other side would receive for one SIP message or XMPP stanza");
  translate->add_option("file", translate_options.file,
                        "where it stands; none, or -: standard input");
  translate->add_option("--dialect", translate_options.dialect,
                        "microsoft, standard or auto, whatever is configured");
  translate->add_option("--config", translate_options.config,
                        "the configuration file; none: whoever the message concerns is served");
  translate->add_flag("--json", translate_options.json, "one JSON object a line, in and out");
  translate->add_option("--before", translate_options.before,
                        "what went before: likely, nothing or open");
  translate->add_option("--answers", translate_options.answers,
                        "what the SIP side answers, as 480,301=sip:new@example.com; then 200");
  // For tests: the same output each time.
  translate->add_option("--seed", translate_options.seed)->group("");
  translate->add_option("--now", translate_options.now)->group("");
  for (const cli::Role& role : cli::kRoles) {
    // Whatever follows is the program's own business.
    app.add_subcommand(role.name, role.does)->prefix_command()->set_help_flag();
  }
  std::string key_name = "bus";
  CLI::App* keys =
      app.add_subcommand("keys", "make a key pair for a bus across machines (router.curve)");
  keys->add_option("name", key_name, "NAME.secret and NAME.public are made; default: bus");
  CLI::App* version = app.add_subcommand("version", "print the version");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // --help, or an option is wrong
  }
  if (chosen) return chosen();
  if (run->parsed()) return cli::Run(options);
  if (status->parsed()) return cli::Status(options);
  if (drain->parsed()) return cli::Drain(options, drained);
  if (check->parsed()) return cli::Check(options, check_options);
  if (map->parsed()) return cli::Map(map_options);
  if (translate->parsed()) return cli::Translate(translate_options);
  for (const cli::Role& role : cli::kRoles) {
    const CLI::App* one = app.get_subcommand(role.name);
    if (one->parsed()) return cli::Become(role.name, one->remaining());
  }
  if (keys->parsed()) return cli::MakeKeys(key_name);
  if (version->parsed()) std::printf("dragoman %s\n", DRAGOMAN_VERSION);
  return 0;
}
