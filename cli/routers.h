// The routers that a command may ask, and the first of them that answers.
#pragma once

#include <string>
#include <vector>

#include "cli/admin_client.h"
#include "cli/plan.h"

namespace dragoman::cli {

// Admin pages of this machine's routers, in their order.
std::vector<std::string> RouterAdmins(const policy::Settings& settings, const Machine& machine);

struct RouterTold {
  std::string admin;     // of the one that answered; empty: none did
  pages::Answer answer;  // if one did
  std::string why;       // none did: "127.0.0.1:9090: connection refused, …"
};

// Asks them in turn; runs the loop. A request that one of them may have carried out, though it did
// not answer, goes to no other.
RouterTold AskRouters(runtime::Loop& loop, const std::vector<std::string>& admins,
                      const PageRequest& request);

}  // namespace dragoman::cli
