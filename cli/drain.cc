#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "cli/commands.h"
#include "cli/plan.h"
#include "cli/probe.h"
#include "runtime/service/options.h"
#include "runtime/service/service.h"

namespace dragoman::cli {
namespace {

constexpr Duration kLook{200};
constexpr Duration kEndMax = runtime::kDrainMax + runtime::kLastWordsMax + Duration{3'000};

// One process on its way to its end.
class Draining {
 public:
  Draining(runtime::Loop& loop, Child::Plan plan)
      : loop_(loop), plan_(std::move(plan)), begun_(loop.Now()), look_(loop, [this] { Look(); }) {
    Probe(
        loop_, plan_.admin, "/drain",
        [this](int status) {
          if (status == 200) return Look();
          Tell("does not answer");
        },
        "POST");
  }
  bool ended() const { return ended_; }

 private:
  void Look() {
    Probe(loop_, plan_.admin, "/livez", [this](int status) {
      const Duration took = loop_.Now() - begun_;
      if (status == 0) {
        ended_ = true;
        return Tell("ended after " + std::to_string(took.count()) + " ms");
      }
      if (took >= kEndMax) return Tell("has not ended");
      look_.StartAt(loop_.Now() + kLook);
    });
  }
  void Tell(const std::string& what) {
    std::printf("%-18s %-22s %s\n", plan_.name.c_str(), plan_.admin.c_str(), what.c_str());
    std::fflush(stdout);
  }

  runtime::Loop& loop_;
  Child::Plan plan_;
  TimePoint begun_;
  bool ended_ = false;
  runtime::Timer look_;
};

}  // namespace

int Drain(const RunOptions& options, const std::vector<std::string>& names) {
  const std::string state = StateFolder(options.state);
  const auto settings = runtime::LoadSettings(options.config, state);
  if (!settings) {
    for (const std::string& line : settings.error()) std::fprintf(stderr, "%s\n", line.c_str());
    return runtime::kExitBadConfiguration;
  }
  std::vector<Stage> stages = MakePlan(*settings, {options.config, state, "", options.log});
  std::size_t wanted = 0;
  for (Stage& stage : stages) {
    std::erase_if(stage.children, [&](const Child::Plan& plan) {
      const bool named = std::find(names.begin(), names.end(), plan.name) != names.end();
      return plan.admin.empty() || !(names.empty() || named);
    });
    wanted += stage.children.size();
  }
  if (!names.empty() && wanted != names.size()) {
    std::fprintf(stderr, "drain: expected names of processes as `dragoman status` prints them\n");
    return runtime::kExitBadConfiguration;
  }
  // Routers serve front-ends until those have ended.
  std::reverse(stages.begin(), stages.end());
  std::size_t ended = 0;
  for (const Stage& stage : stages) {
    runtime::Loop loop;
    std::vector<std::unique_ptr<Draining>> draining;
    for (const Child::Plan& plan : stage.children)
      draining.push_back(std::make_unique<Draining>(loop, plan));
    loop.Run();
    ended += static_cast<std::size_t>(std::count_if(draining.begin(), draining.end(),
                                                    [](const auto& one) { return one->ended(); }));
  }
  return ended == wanted ? 0 : 1;
}

}  // namespace dragoman::cli
