// One process under supervision: started, started again when it dies, stopped when asked.
#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/log/log.h"
#include "runtime/loop/loop.h"

namespace dragoman::cli {

inline constexpr Duration kRestartFirst{100};
inline constexpr Duration kRestartMax{5'000};
inline constexpr Duration kSteadyAfter{
    30'000};  // alive that long: the next restart is immediate again
// From SIGTERM to SIGKILL; above Service's kDrainMax and kLastWordsMax, and the log's
// kLogLastWordsMax.
inline constexpr Duration kStopMax{13'000};

class Child {
 public:
  struct Plan {
    std::string name;                    // "router-0"
    std::string admin;                   // ip:port of its admin pages; empty: none
    std::vector<std::string> arguments;  // the program first
    bool may_end = false;  // status 0: it was told to end, and is not started again before Start
  };
  // `ended`: it was told to end by somebody else, and did so in order (Plan::may_end).
  // `refused`: the first process said that its configuration is wrong (exit status 2): starting it
  // again would not help. Later on a file that was spoilt meanwhile is no reason to end the rest.
  struct Events {
    std::function<void(Child&)> ended;
    std::function<void(Child&)> refused;
    std::function<void(Child&)> stopped;  // after Stop
  };
  Child(runtime::Loop& loop, runtime::Log& log, Plan plan, Events events);

  void Start();
  void Stop();
  void Signal(int number);
  bool ended() const { return ended_; }
  bool running() const { return process_ != nullptr; }
  int pid() const { return process_ ? process_->pid : 0; }
  const Plan& plan() const { return plan_; }

 private:
  void OnExit(std::int64_t status, int signal);
  void StartLater();

  runtime::Loop& loop_;
  runtime::Log& log_;
  Plan plan_;
  Events events_;
  std::unique_ptr<uv_process_t, runtime::UvClose<uv_process_t>> process_;
  runtime::Timer restart_;
  runtime::Timer kill_;
  Duration backoff_ = kRestartFirst;
  TimePoint started_{};
  bool stopping_ = false;
  bool ended_ = false;
  bool served_ = false;  // a process has lived and died: its configuration was good once
};

}  // namespace dragoman::cli
