// The shell around a process: command line, settings, log, metrics, signals, admin pages, and an
// orderly end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/policy/settings.h"
#include "runtime/log/log.h"
#include "runtime/loop/loop.h"
#include "runtime/metrics/metrics.h"
#include "runtime/service/admin.h"
#include "runtime/service/options.h"
#include "runtime/watch/watch.h"

namespace dragoman::runtime {

inline constexpr int kExitBadConfiguration = 2;
// From the signal until what is still open is given up.
inline constexpr Duration kDrainMax{10'000};
inline constexpr Duration kLastWordsMax{1'000};  // then, for telling so
// Connections are closed one after the other, so that peers do not all come back at once (ARCH-16).
inline constexpr Duration kFarewellInterval{100};
inline constexpr Duration kFarewellsMax{5'000};  // for all of them

// Between two of `count` connections.
Duration FarewellInterval(std::size_t count);

class Service {
 public:
  // `role`: "router", "sip-frontend", "xmpp-frontend". The other alternative is an exit status:
  // what was wrong stands on standard error, and no socket was opened.
  static std::variant<std::unique_ptr<Service>, int> Create(int argc, char** argv,
                                                            const std::string& role);

  Loop& loop() { return loop_; }
  Log& log() { return log_; }
  Metrics& metrics() { return metrics_; }
  SystemRandom& random() { return random_; }
  const policy::Settings& settings() const { return settings_; }
  const Options& options() const { return options_; }
  // "router-0-1f3a5c7e9b2d4f60": new with each start (F-21).
  const std::string& instance() const { return instance_; }

  struct Hooks {
    std::function<bool()> ready;   // can take work
    std::function<void()> drain;   // take nothing new, finish what is open; once
    std::function<bool()> idle;    // after drain: nothing is open any more
    std::function<void()> gauges;  // before /metrics is read: set what is counted on demand
    // The configuration or a file that it names has changed, or SIGHUP came: settings() is new
    // already; certificates are to be read again. An error leaves what was there, and is told.
    std::function<Result<bool, std::string>()> reload{};
    std::function<void()> give_up{};                // kDrainMax is over: refuse what is open; once
    std::map<std::string, Admin::Handler> pages{};  // beside those of every process
  };
  // Runs until SIGTERM, SIGINT or /drain, and then until idle, or kDrainMax and kLastWordsMax. The
  // exit status of the process: 0 however it ended.
  int Run(Hooks hooks);
  void Fail(const std::string& why);  // the end of Run at once, with 1: it cannot do its work
  // When the certificate runs out that is shown to peers on this side from now on: sip, xmpp.
  void TellNotAfter(std::string_view side, WallTime time);

 private:
  Service(Options options, policy::Settings settings, const std::string& role);
  void Drain();
  void LookDrained();
  void Watch();
  void Reload();
  void CountReload(std::string_view result);
  AdminAnswer Ready() const;
  std::map<std::string, Admin::Handler> Pages();

  Options options_;
  std::string role_;
  policy::Settings settings_;
  Loop loop_;
  SystemRandom random_;
  Log log_;
  Metrics metrics_;
  std::string instance_;
  Hooks hooks_;
  bool draining_ = false;
  std::unique_ptr<FileWatch> watch_;
  std::unique_ptr<Timer> drained_;
  TimePoint drain_deadline_ = TimePoint::max();
  bool given_up_ = false;
  bool was_idle_ = false;  // at the last look
  int status_ = 0;
};

}  // namespace dragoman::runtime
