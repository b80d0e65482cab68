#include "cli/child.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "runtime/service/service.h"

namespace dragoman::cli {

Child::Child(runtime::Loop& loop, runtime::Log& log, Plan plan, Events events)
    : loop_(loop),
      log_(log),
      plan_(std::move(plan)),
      events_(std::move(events)),
      restart_(loop, [this] { Start(); }),
      kill_(loop, [this] { Signal(SIGKILL); }) {}

void Child::Start() {
  ended_ = false;
  std::vector<char*> arguments;
  for (std::string& argument : plan_.arguments) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  uv_stdio_container_t stdio[3];
  stdio[0].flags = UV_IGNORE;
  for (int fd : {1, 2}) {
    stdio[fd].flags = UV_INHERIT_FD;
    stdio[fd].data.fd = fd;
  }
  uv_process_options_t options{};
  options.file = arguments.front();
  options.args = arguments.data();
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t* process, std::int64_t status, int signal) {
    static_cast<Child*>(process->data)->OnExit(status, signal);
  };
  // A terminal's Ctrl-C goes to the supervisor alone, which stops the others in order.
  options.flags = UV_PROCESS_DETACHED;
  process_.reset(new uv_process_t);
  process_->data = this;
  started_ = loop_.Now();
  if (const int failed = uv_spawn(loop_.uv(), process_.get(), &options); failed != 0) {
    log_.Error("cannot start", {{"child", plan_.name},
                                {"program", plan_.arguments.front()},
                                {"cause", uv_strerror(failed)}});
    process_.reset();
    return StartLater();
  }
  log_.Info("process started", {{"child", plan_.name}, {"pid", std::to_string(process_->pid)}});
}

void Child::OnExit(std::int64_t status, int signal) {
  process_.reset();
  kill_.Stop();
  if (stopping_) return events_.stopped(*this);
  if (plan_.may_end && status == 0 && signal == 0) {
    log_.Info("process ended as it was told; SIGHUP starts it again", {{"child", plan_.name}});
    ended_ = true;
    return events_.ended(*this);
  }
  if (status == runtime::kExitBadConfiguration && !served_) return events_.refused(*this);
  served_ = true;
  if (loop_.Now() - started_ >= kSteadyAfter) backoff_ = kRestartFirst;
  log_.Error("process died; starting it again", {{"child", plan_.name},
                                                 {"status", std::to_string(status)},
                                                 {"signal", std::to_string(signal)},
                                                 {"after_ms", std::to_string(backoff_.count())}});
  StartLater();
}

void Child::StartLater() {
  restart_.StartAt(loop_.Now() + backoff_);
  backoff_ = std::min<Duration>(backoff_ * 2, kRestartMax);
}

void Child::Stop() {
  stopping_ = true;
  restart_.Stop();
  if (process_ == nullptr) return loop_.Defer([this] { events_.stopped(*this); });
  Signal(SIGTERM);
  kill_.StartAt(loop_.Now() + kStopMax);
}

void Child::Signal(int number) {
  if (process_) uv_process_kill(process_.get(), number);
}

}  // namespace dragoman::cli
