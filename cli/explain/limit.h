// Limits that keep a watcher from one more subscription. L-22.
#pragma once

#include <optional>
#include <string>

#include "cli/pages/values.h"

namespace dragoman::explain {

struct Limit {
  std::string reached;  // "subscriptions of juliet@a.example: 1000, as many as … allows"
  std::string mend;
};

// The first that is reached. `watcher`: its address.
std::optional<Limit> LimitReached(const pages::Room& room, const std::string& watcher);

}  // namespace dragoman::explain
