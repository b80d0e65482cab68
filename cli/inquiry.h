// Finds out what there is to know of two users and the way between them.
#pragma once

#include <string>

#include "cli/explain/facts.h"
#include "cli/plan.h"
#include "runtime/loop/loop.h"

namespace dragoman::cli {

inline constexpr Duration kPathMax{5'000};  // for a router to tell what it knows of the two

// Runs the loop: the processes and a router are asked, then everything that an Examination looks at
// between the two, 20 s at most. What the configuration forbids is not looked into.
// `admin`: of the router to ask, host:port; empty: this machine's processes and routers.
explain::Facts Inquire(runtime::Loop& loop, const policy::Settings& settings,
                       const Machine& machine, const std::string& admin, const std::string& from,
                       const std::string& to);

}  // namespace dragoman::cli
