#include "cli/supervisor.h"

#include <csignal>
#include <utility>

#include "cli/probe.h"
#include "runtime/service/service.h"

namespace dragoman::cli {
namespace {

constexpr Duration kReadyLook{100};

}  // namespace

struct Supervisor::Signals {
  std::vector<std::unique_ptr<uv_signal_t, runtime::UvClose<uv_signal_t>>> handles;
};

Supervisor::Supervisor(runtime::Loop& loop, runtime::Log& log, const std::vector<Stage>& stages)
    : loop_(loop),
      log_(log),
      signals_(std::make_unique<Signals>()),
      ready_timer_(loop, [this] { LookReady(); }) {
  for (const Stage& stage : stages) {
    auto& children = stages_.emplace_back();
    for (const Child::Plan& plan : stage.children) {
      children.push_back(std::make_unique<Child>(
          loop_, log_, plan,
          Child::Events{[this](Child&) { OnEnded(); },
                        [this](Child& child) {
                          log_.Error("configuration refused", {{"child", child.plan().name}});
                          status_ = runtime::kExitBadConfiguration;
                          StopAll();
                        },
                        [this](Child&) { OnStopped(); }}));
    }
  }
}

Supervisor::~Supervisor() = default;

int Supervisor::Run() {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    auto& handle = signals_->handles.emplace_back(new uv_signal_t);
    uv_signal_init(loop_.uv(), handle.get());
    handle->data = this;
    uv_signal_start(
        handle.get(),
        [](uv_signal_t* caught, int which) {
          Supervisor& self = *static_cast<Supervisor*>(caught->data);
          which == SIGHUP ? self.Reload() : self.StopAll();
        },
        number);
  }
  for (const auto& stage : stages_) {
    for (const auto& child : stage) child->Start();
  }
  LookReady();
  loop_.Run();
  return status_;
}

// Ready when every process that has an admin page says so; told once.
void Supervisor::LookReady() {
  if (stopping_ || announced_) return;
  answered_ready_ = 0;
  probing_ = 0;
  std::size_t asked = 0;
  for (const auto& stage : stages_) {
    for (const auto& child : stage) asked += child->plan().admin.empty() ? 0u : 1u;
  }
  if (asked == 0) return;
  probing_ = asked;
  for (const auto& stage : stages_) {
    for (const auto& child : stage) {
      if (child->plan().admin.empty()) continue;
      Probe(loop_, child->plan().admin, "/readyz", [this, asked](int status) {
        if (status == 200) ++answered_ready_;
        if (--probing_ > 0 || stopping_ || announced_) return;
        if (answered_ready_ < asked) return ready_timer_.StartAt(loop_.Now() + kReadyLook);
        announced_ = true;
        log_.Info("ready", {{"processes", std::to_string(asked)}});
      });
    }
  }
}

// When all that serve have been drained there is nothing left to watch over.
void Supervisor::OnEnded() {
  for (const auto& stage : stages_) {
    for (const auto& child : stage) {
      if (child->plan().may_end && !child->ended()) return;
    }
  }
  StopAll();
}

// Each process reads the file again for itself; the private Redis has none of ours. Those that were
// drained come back.
void Supervisor::Reload() {
  for (const auto& stage : stages_) {
    for (const auto& child : stage) {
      if (child->ended()) child->Start();
      if (!child->plan().admin.empty()) child->Signal(SIGHUP);
    }
  }
}

void Supervisor::StopAll() {
  if (std::exchange(stopping_, true)) return;
  log_.Info("stopping");
  ready_timer_.Stop();
  StopStage();
}

// The last stage first: front-ends finish what they took while routers and store are still there.
void Supervisor::StopStage() {
  if (stages_.empty()) return loop_.Stop();
  left_in_stage_ = stages_.back().size();
  for (const auto& child : stages_.back()) child->Stop();
}

void Supervisor::OnStopped() {
  if (--left_in_stage_ > 0) return;
  loop_.Defer([this] {
    stages_.pop_back();
    StopStage();
  });
}

}  // namespace dragoman::cli
