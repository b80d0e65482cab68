#include <cstdio>

#include "cli/commands.h"
#include "cli/plan.h"
#include "cli/probe.h"
#include "runtime/service/options.h"
#include "runtime/service/service.h"

namespace dragoman::cli {

int Status(const RunOptions& options) {
  const std::string state = StateFolder(options.state);
  const auto settings = runtime::LoadSettings(options.config, state);
  if (!settings) {
    for (const std::string& line : settings.error()) std::fprintf(stderr, "%s\n", line.c_str());
    return runtime::kExitBadConfiguration;
  }
  runtime::Loop loop;
  int unready = 0;
  std::printf("%-18s %-22s %s\n", "process", "admin", "state");
  for (const Stage& stage : MakePlan(*settings, {options.config, state, "", options.log})) {
    for (const Child::Plan& plan : stage.children) {
      if (plan.admin.empty()) continue;
      Probe(loop, plan.admin, "/readyz", [&unready, plan](int status) {
        const char* word = status == 200 ? "ready" : status == 0 ? "does not answer" : "not ready";
        if (status != 200) ++unready;
        std::printf("%-18s %-22s %s\n", plan.name.c_str(), plan.admin.c_str(), word);
      });
    }
  }
  loop.Run();
  return unready == 0 ? 0 : 1;
}

}  // namespace dragoman::cli
