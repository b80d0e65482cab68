#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/pages/decode.h"
#include "cli/pages/print.h"
#include "cli/pages/query.h"
#include "cli/print/shown.h"
#include "cli/routers.h"
#include "cli/translate/reading.h"
#include "core/policy/reason.h"
#include "core/xmpp/precis.h"
#include "runtime/service/options.h"

namespace dragoman::cli {
namespace {

constexpr int kDone = 0, kNothing = 1, kUnusable = 2;
constexpr Duration kListMax{60'000};  // a router may walk over every record for it
constexpr Duration kPairMax{10'000};
constexpr std::uint32_t kLimitMax = 10'000;

int Complain(const std::string& what) {
  std::fprintf(stderr, "%s\n", Shown(what).c_str());
  return kUnusable;
}

// The admin pages to ask; empty: what is wrong has been told.
std::vector<std::string> Admins(const SubsOptions& options) {
  if (!options.admin.empty()) return {options.admin};
  if (options.config.empty()) {
    Complain("expected --config FILE, or --admin HOST:PORT of a router");
    return {};
  }
  const std::string folder = StateFolder("");
  const auto settings = runtime::LoadSettings(options.config, folder);
  if (!settings) {
    for (const std::string& line : settings.error()) Complain(line);
    return {};
  }
  const Machine machine{std::filesystem::absolute(options.config).string(), folder, "", {}};
  std::vector<std::string> admins = RouterAdmins(*settings, machine);
  if (admins.empty()) Complain("no router is configured on this machine: name one with --admin");
  return admins;
}

// Whether `text` is an address; it is what stands in records afterwards.
bool Read(std::string& text) {
  if (text.empty()) return true;
  const auto address = ReadTyped(text);
  if (!address) {
    Complain(text + ": " + address.error());
    return false;
  }
  text = ToString(*address);
  return true;
}

// A router's 200 as a value; else what there is instead has been told, and `status` says how bad it
// is.
template <typename Value>
std::optional<Value> Ask(const SubsOptions& options, const PageRequest& request,
                         Result<Value, std::string> (*read)(std::string_view), int& status) {
  status = kUnusable;
  const std::vector<std::string> admins = Admins(options);
  if (admins.empty()) return std::nullopt;
  runtime::Loop loop;
  const RouterTold told = AskRouters(loop, admins, request);
  if (told.admin.empty()) {
    Complain("no router answers: " + told.why);
    return std::nullopt;
  }
  if (told.answer.status == 200) {
    auto value = read(told.answer.body);
    if (value) return *std::move(value);
    Complain(told.admin + ": its answer is " + value.error());
    return std::nullopt;
  }
  const auto done = pages::ReadDone(told.answer.body);
  if (!done || (done->reason.empty() && done->text.empty())) {
    Complain(told.admin + ": status " + std::to_string(told.answer.status) +
             "; is that a router of this version?");
    return std::nullopt;
  }
  status = kNothing;
  const auto reason = policy::ReasonFromName(done->reason);
  std::fprintf(stderr, "%s%s%s%s\n",
               reason ? (std::to_string(static_cast<unsigned>(*reason)) + " ").c_str() : "",
               Shown(done->reason).c_str(), done->reason.empty() ? "" : ": ",
               Shown(done->text).c_str());
  return std::nullopt;
}

WallTime Now() {
  const runtime::Loop loop;
  return loop.Wall();
}

int List(SubsOptions options) {
  if (!Read(options.watcher) || !Read(options.presentity)) return kUnusable;
  if (!options.partner.empty()) {
    const std::string domain = xmpp::AsciiDomain(options.partner);
    if (domain.empty()) return Complain(options.partner + ": no domain");
    options.partner = domain;
  }
  const PageRequest request{
      .target = pages::TargetOf("/subs", {{"watcher", options.watcher},
                                          {"presentity", options.presentity},
                                          {"partner", options.partner},
                                          {"state", options.state},
                                          {"limit", std::to_string(options.limit)}}),
      .limit = kListMax};
  int status = kDone;
  const auto list = Ask(options, request, pages::ReadSubscriptions, status);
  if (!list) return status;
  std::fputs(options.json ? JsonOf(*list).c_str() : PrintTable(*list, Now()).c_str(), stdout);
  return list->subscriptions.empty() ? kNothing : kDone;
}

int Show(SubsOptions options) {
  if (!Read(options.watcher) || !Read(options.presentity)) return kUnusable;
  const PageRequest request{.target = pages::TargetOf("/subs/path", {{"from", options.watcher},
                                                                     {"to", options.presentity}}),
                            .limit = kPairMax};
  int status = kDone;
  const auto path = Ask(options, request, pages::ReadPath, status);
  if (!path) return status;
  if (!path->store_up) {
    Complain("the router does not reach Redis");
    return kNothing;
  }
  std::fputs(options.json ? JsonOf(*path).c_str()
                          : PrintBoth(*path, options.watcher, options.presentity, Now()).c_str(),
             stdout);
  return path->sees || path->is_seen_by ? kDone : kNothing;
}

int Change(SubsOptions options, const std::string& page, const std::string& did) {
  if (!Read(options.watcher) || !Read(options.presentity)) return kUnusable;
  const PageRequest request{.target = pages::TargetOf(page, {{"watcher", options.watcher},
                                                             {"presentity", options.presentity}}),
                            .method = "POST",
                            .limit = kPairMax};
  int status = kDone;
  const auto done = Ask(options, request, pages::ReadDone, status);
  if (!done) return status;
  const std::string text = done->text.empty() ? "" : ": " + Shown(done->text);
  std::printf("%s: %s watches %s%s\n", did.c_str(), Shown(options.watcher).c_str(),
              Shown(options.presentity).c_str(), text.c_str());
  return kDone;
}

int Drop(const SubsOptions& options) {
  if (!options.yes) {
    return Complain("both sides will be told that " + options.watcher + " no longer may watch " +
                    options.presentity +
                    ", and have to ask and approve again. Say that you mean it with --yes");
  }
  return Change(options, "/subs/drop", "dropped");
}

}  // namespace

void DefineSubs(CLI::App& app, Chosen& chosen) {
  CLI::App* subs = app.add_subcommand("subs", "show and change who watches whose presence");
  subs->require_subcommand(1);
  const auto options = std::make_shared<SubsOptions>();
  const auto word = [&](const char* name, const char* does, int (*run)(SubsOptions)) {
    CLI::App* command = subs->add_subcommand(name, does);
    command->add_option("--config", options->config, "the configuration file");
    command->add_option("--admin", options->admin, "a router's admin page, as 127.0.0.1:9090");
    command->callback([&chosen, options, run] { chosen = [=] { return run(*options); }; });
    return command;
  };
  const auto pair = [&](CLI::App* command) {
    command->add_option("watcher", options->watcher, "SIP URI or JID of who watches")->required();
    command->add_option("presentity", options->presentity, "of whom")->required();
  };
  CLI::App* list = word("list", "a table of subscriptions", List);
  list->add_option("--watcher", options->watcher, "of this user");
  list->add_option("--presentity", options->presentity, "to this user");
  list->add_option("--partner", options->partner, "with this XMPP domain");
  list->add_option("--state", options->state, "in this state")
      ->check(CLI::IsMember({"none", "requested", "pending", "active", "suspended"}));
  list->add_option("--limit", options->limit, "as many at most (default: 100)")
      ->check(CLI::Range(1u, kLimitMax));
  list->add_flag("--json", options->json, "one JSON object instead of the table");
  CLI::App* show = word("show", "everything about two users, in both directions", Show);
  pair(show);
  show->add_flag("--json", options->json, "one JSON object instead of the text");
  pair(word("refresh", "ask the presentity's side anew, as after a loss",
            [](SubsOptions one) { return Change(std::move(one), "/subs/refresh", "asked anew"); }));
  CLI::App* drop = word("drop", "end a subscription on both sides, with its authorisation",
                        [](SubsOptions one) { return Drop(one); });
  pair(drop);
  drop->add_flag("--yes", options->yes, "it is meant: nothing is done without this word");
}

}  // namespace dragoman::cli
