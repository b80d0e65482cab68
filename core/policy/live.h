// A changed configuration in a running process: what applies at once, and what waits for the next
// start. Design §7.
#pragma once

#include <string>
#include <vector>

#include "core/policy/settings.h"

namespace dragoman::policy {

// Makes `running` what `fresh` says, except what a process has built on when it started: addresses
// it listens on, the bus, Redis, DNS, the number of workers. Returns the keys of those that differ.
std::vector<std::string> ApplyLive(Settings& running, Settings fresh);

}  // namespace dragoman::policy
