// Which processes a configuration asks for on this machine, in the order in which they start.
#pragma once

#include <string>
#include <vector>

#include "cli/child.h"
#include "core/policy/settings.h"
#include "runtime/log/log.h"

namespace dragoman::cli {

struct Machine {
  std::string config;    // file
  std::string state;     // folder
  std::string programs;  // folder of the gateway's programs
  runtime::LogFormat log = runtime::LogFormat::kAuto;
  std::string role = {};  // the only one that it has; empty: all
};

// Stopped in the opposite order, stage by stage.
struct Stage {
  std::vector<Child::Plan> children;
};

// The store (a private Redis, unless one is configured), the routers, the front-ends. Admin pages:
// the configured port for the first process, and one more for each further one.
std::vector<Stage> MakePlan(const policy::Settings& settings, const Machine& machine);

}  // namespace dragoman::cli
