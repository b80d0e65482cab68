#include "cli/plan.h"

#include <array>
#include <utility>

namespace dragoman::cli {
namespace {

std::string LogWord(runtime::LogFormat format) {
  switch (format) {
    case runtime::LogFormat::kJson:
      return "json";
    case runtime::LogFormat::kText:
      return "text";
    case runtime::LogFormat::kAuto:
      return "auto";
  }
  return "auto";
}

// Appended to disk each second and at once to the kernel: a killed Redis loses nothing, a killed
// machine one second.
Child::Plan PrivateRedis(const std::string& state) {
  return {"redis",
          "",
          {"redis-server",
           "--port",
           "0",
           "--unixsocket",
           state + "/redis.sock",
           "--unixsocketperm",
           "700",
           "--dir",
           state,
           "--appendonly",
           "yes",
           "--appendfsync",
           "everysec",
           "--save",
           "",
           "--daemonize",
           "no",
           "--loglevel",
           "warning",
           "--logfile",
           state + "/redis.log"}};
}

}  // namespace

std::vector<Stage> MakePlan(const policy::Settings& settings, const Machine& machine) {
  std::vector<Stage> stages;
  const auto* redis = std::get_if<policy::RedisServer>(&settings.redis.place);
  const bool own_redis = redis != nullptr && redis->started_by_run;
  if (own_redis && settings.router_workers > 0)  // only routers talk to it
    stages.push_back({{PrivateRedis(machine.state)}});
  std::optional<policy::HostPort> admin = policy::ParseHostPort(settings.admin_listen, 0);
  const auto worker = [&](const std::string& role, std::uint32_t number) {
    Child::Plan plan{
        role + "-" + std::to_string(number),
        "",
        {machine.programs + "/" + role, "--config", machine.config, "--state", machine.state,
         "--worker", std::to_string(number), "--log", LogWord(machine.log)},
        true};
    if (admin && admin->port != 0) {
      plan.admin = ToString(*admin);
      ++admin->port;
      plan.arguments.insert(plan.arguments.end(), {"--admin", plan.admin});
    }
    return plan;
  };
  const auto add = [&](Stage& stage, const std::string& role, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) stage.children.push_back(worker(role, i));
  };
  Stage routers, front_ends;
  add(routers, "router", settings.router_workers);
  add(front_ends, "sip-frontend", settings.sip_workers);
  add(front_ends, "xmpp-frontend", settings.xmpp_workers);
  for (Stage& stage : std::array{std::move(routers), std::move(front_ends)}) {
    if (!stage.children.empty()) stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace dragoman::cli
