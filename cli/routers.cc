#include "cli/routers.h"

#include <utility>

namespace dragoman::cli {

std::vector<std::string> RouterAdmins(const policy::Settings& settings, const Machine& machine) {
  std::vector<std::string> admins;
  for (const Stage& stage : MakePlan(settings, machine)) {
    for (const Child::Plan& plan : stage.children) {
      if (plan.name.starts_with("router-") && !plan.admin.empty()) admins.push_back(plan.admin);
    }
  }
  return admins;
}

RouterTold AskRouters(runtime::Loop& loop, const std::vector<std::string>& admins,
                      const PageRequest& request) {
  RouterTold told;
  for (const std::string& admin : admins) {
    PageAnswer one;
    AskPage(loop, admin, request, [&one](PageAnswer answer) { one = std::move(answer); });
    loop.Run();
    if (one.answer.status != 0) return {admin, std::move(one.answer), {}};
    told.why += (told.why.empty() ? "" : ", ") + admin + ": " + one.answer.problem;
    if (one.connected && request.method != "GET") break;
  }
  if (admins.empty()) told.why = "none is configured on this machine";
  return told;
}

}  // namespace dragoman::cli
