#include "runtime/service/service.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "core/policy/live.h"

namespace dragoman::runtime {
namespace {

constexpr Duration kDrainLook{100};

class Signal {
 public:
  Signal(Loop& loop, int number, std::function<void()> caught)
      : caught_(std::move(caught)), handle_(new uv_signal_t) {
    uv_signal_init(loop.uv(), handle_.get());
    handle_->data = this;
    uv_signal_start(
        handle_.get(),
        [](uv_signal_t* handle, int) { static_cast<Signal*>(handle->data)->caught_(); }, number);
  }

 private:
  std::function<void()> caught_;
  std::unique_ptr<uv_signal_t, UvClose<uv_signal_t>> handle_;
};

}  // namespace

std::variant<std::unique_ptr<Service>, int> Service::Create(int argc, char** argv,
                                                            const std::string& role) {
  Result<Options, std::string> options = ParseOptions(argc, argv);
  if (!options) {
    std::fprintf(stderr, "%s: %s\n", role.c_str(), options.error().c_str());
    return kExitBadConfiguration;
  }
  auto settings = LoadSettings(options->config, options->state, role);
  if (!settings) {
    for (const std::string& line : settings.error()) std::fprintf(stderr, "%s\n", line.c_str());
    return kExitBadConfiguration;
  }
  prctl(PR_SET_DUMPABLE, 0);  // keys and secrets stay out of core dumps (T-46)
  return std::unique_ptr<Service>(new Service(*std::move(options), *std::move(settings), role));
}

Service::Service(Options options, policy::Settings settings, const std::string& role)
    : options_(std::move(options)),
      role_(role),
      settings_(std::move(settings)),
      log_(role + "-" + std::to_string(options_.worker), options_.log),
      instance_(role + "-" + std::to_string(options_.worker) + "-" + RandomToken(random_, 8)) {}

AdminAnswer Service::Ready() const {
  if (draining_) return {503, "draining\n"};
  return hooks_.ready() ? AdminAnswer{200, "ready\n"} : AdminAnswer{503, "not ready\n"};
}

std::map<std::string, Admin::Handler> Service::Pages() {
  std::map<std::string, Admin::Handler> pages = hooks_.pages;
  pages["/livez"] = Admin::Page([] { return AdminAnswer{200, "alive\n"}; });
  pages["/readyz"] = Admin::Page([this] { return Ready(); });
  pages["/metrics"] = Admin::Page([this] {
    hooks_.gauges();
    metrics_.Count("dragoman_log_lines_lost_total", {}, static_cast<double>(log_.TakeLostLines()));
    return AdminAnswer{200, metrics_.Text(), "text/plain; version=0.0.4"};
  });
  pages["/drain"] = [this](const AdminRequest& request, const AdminReply& reply) {
    if (!request.post) return reply({405, "POST\n"});
    Drain();
    reply({200, "draining\n"});
  };
  return pages;
}

int Service::Run(Hooks hooks) {
  hooks_ = std::move(hooks);
  std::unique_ptr<Admin> admin;
  if (!options_.admin.empty()) {
    auto listening = Admin::Listen(loop_, options_.admin, Pages());
    if (!listening) {
      std::fprintf(stderr, "%s\n", listening.error().c_str());
      return 1;
    }
    admin = *std::move(listening);
  }
  std::vector<std::unique_ptr<Signal>> signals;
  for (const int number : {SIGTERM, SIGINT})
    signals.push_back(std::make_unique<Signal>(loop_, number, [this] { Drain(); }));
  signals.push_back(std::make_unique<Signal>(loop_, SIGHUP, [this] { Reload(); }));
  Watch();
  Timer held_back(loop_, [this, &held_back] {
    log_.TellHeldBack(std::chrono::steady_clock::now());
    held_back.StartAt(loop_.Now() + kLogSecond);
  });
  held_back.StartAt(loop_.Now() + kLogSecond);
  log_.Info("started", {{"instance", instance_}, {"admin", options_.admin}});
  loop_.Run();
  log_.Info("stopped", {{"instance", instance_}});
  return status_;
}

void Service::Fail(const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", role_.c_str(), why.c_str());
  status_ = 1;
  loop_.Stop();
}

void Service::Watch() {
  std::vector<std::string> files = settings_.Files();
  files.push_back(options_.config);
  auto watch = FileWatch::Watch(loop_, files, [this] { Reload(); });
  if (!watch) return log_.Warn("changes are seen at SIGHUP only", {{"why", watch.error()}});
  watch_ = *std::move(watch);
}

void Service::Reload() {
  auto fresh = LoadSettings(options_.config, options_.state, role_);
  if (!fresh) {
    CountReload("refused");
    for (const std::string& problem : fresh.error())
      log_.Error("configuration refused; the last good one stays", {{"problem", problem}});
    return;
  }
  std::string waiting;
  for (const std::string& key : policy::ApplyLive(settings_, *std::move(fresh))) {
    waiting += (waiting.empty() ? "" : ", ") + key;
  }
  const auto applied = hooks_.reload ? hooks_.reload() : Result<bool, std::string>(true);
  loop_.Defer([this] { Watch(); });  // it may name other files now; the old watch is at work here
  CountReload(applied ? "ok" : "refused");
  if (!applied) {
    return log_.Error("certificate refused; the last good one stays",
                      {{"problem", applied.error()}});
  }
  log_.Info("configuration read again", {{"needs_restart", waiting}});
}

void Service::CountReload(std::string_view result) {
  metrics_.Count("dragoman_config_reloads_total", {{"result", result}});
}

void Service::TellNotAfter(std::string_view side, WallTime time) {
  const std::chrono::duration<double> since_epoch = time.time_since_epoch();
  metrics_.Set("dragoman_certificate_not_after_seconds", {{"side", side}}, since_epoch.count());
}

void Service::Drain() {
  if (std::exchange(draining_, true)) return;
  log_.Info("draining");
  drain_deadline_ = loop_.Now() + kDrainMax;
  drained_ = std::make_unique<Timer>(loop_, [this] { LookDrained(); });
  drained_->StartAt(loop_.Now() + kDrainLook);
  hooks_.drain();
}

// Idle twice in a row: what was said last has left by then.
void Service::LookDrained() {
  const bool idle = hooks_.idle();
  if (idle && std::exchange(was_idle_, true)) return loop_.Stop();
  was_idle_ = idle;
  if (drain_deadline_ <= loop_.Now()) {
    if (std::exchange(given_up_, true)) return loop_.Stop();
    log_.Warn("not everything could be finished in time; the rest is refused");
    if (hooks_.give_up) hooks_.give_up();
    drain_deadline_ = loop_.Now() + kLastWordsMax;
  }
  drained_->StartAt(loop_.Now() + kDrainLook);
}

Duration FarewellInterval(std::size_t count) {
  const auto each = kFarewellsMax / static_cast<Duration::rep>(std::max<std::size_t>(count, 1));
  return std::min<Duration>(kFarewellInterval, each);
}

}  // namespace dragoman::runtime
