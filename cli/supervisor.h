// Runs the gateway's processes on one machine: starts them, starts again what dies, stops them in
// order.
#pragma once

#include <memory>
#include <vector>

#include "cli/child.h"
#include "cli/plan.h"
#include "runtime/log/log.h"
#include "runtime/loop/loop.h"

namespace dragoman::cli {

class Supervisor {
 public:
  Supervisor(runtime::Loop& loop, runtime::Log& log, const std::vector<Stage>& stages);
  ~Supervisor();

  // Until SIGTERM or SIGINT and the end of every child, or until a child refuses its configuration.
  // The exit status.
  int Run();

 private:
  struct Signals;
  void StopAll();
  void Reload();
  void StopStage();
  void OnEnded();
  void OnStopped();
  void LookReady();

  runtime::Loop& loop_;
  runtime::Log& log_;
  std::vector<std::vector<std::unique_ptr<Child>>> stages_;
  std::unique_ptr<Signals> signals_;
  runtime::Timer ready_timer_;
  std::size_t probing_ = 0;
  std::size_t answered_ready_ = 0;
  std::size_t left_in_stage_ = 0;
  bool announced_ = false;
  bool stopping_ = false;
  int status_ = 0;
};

}  // namespace dragoman::cli
