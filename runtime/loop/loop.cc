#include "runtime/loop/loop.h"

#include <sys/random.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <utility>

namespace dragoman::runtime {

// Deferred work runs in the check phase; an idle handle keeps the loop from sleeping while there is
// some.
struct Loop::Deferred {
  std::deque<std::function<void()>> work;
  std::unique_ptr<uv_check_t, UvClose<uv_check_t>> check{new uv_check_t};
  std::unique_ptr<uv_idle_t, UvClose<uv_idle_t>> idle{new uv_idle_t};

  explicit Deferred(uv_loop_t* loop) {
    uv_check_init(loop, check.get());
    check->data = this;
    uv_idle_init(loop, idle.get());
  }

  void Add(std::function<void()> task) {
    if (work.empty()) {
      uv_check_start(check.get(),
                     [](uv_check_t* handle) { static_cast<Deferred*>(handle->data)->RunAll(); });
      uv_idle_start(idle.get(), [](uv_idle_t*) {});
    }
    work.push_back(std::move(task));
  }

  void RunAll() {
    std::deque<std::function<void()>> now = std::exchange(work, {});
    uv_check_stop(check.get());
    uv_idle_stop(idle.get());
    for (std::function<void()>& task : now) task();
  }
};

Loop::Loop() : read_buffer_(kReadBytesMax) {
  std::signal(SIGPIPE,
              SIG_IGN);  // a closed peer is an error of the write, not the end of the process
  if (uv_loop_init(&loop_) != 0) std::abort();
  deferred_ = std::make_unique<Deferred>(&loop_);
}

Loop::~Loop() {
  deferred_.reset();
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_loop_close(&loop_);
}

TimePoint Loop::Now() const {
  return TimePoint(Duration(static_cast<std::int64_t>(uv_now(&loop_))));
}

WallTime Loop::Wall() const {
  uv_timeval64_t now{};
  uv_gettimeofday(&now);
  return WallTime(Duration(now.tv_sec * 1000 + now.tv_usec / 1000));
}

void Loop::Run() { uv_run(&loop_, UV_RUN_DEFAULT); }

void Loop::Stop() { uv_stop(&loop_); }

void Loop::Defer(std::function<void()> work) { deferred_->Add(std::move(work)); }

Timer::Timer(Loop& loop, std::function<void()> fire)
    : loop_(loop), fire_(std::move(fire)), timer_(new uv_timer_t) {
  uv_timer_init(loop.uv(), timer_.get());
  timer_->data = this;
}

void Timer::StartAt(TimePoint when) {
  if (when == when_) return;
  when_ = when;
  if (when == TimePoint::max()) {
    uv_timer_stop(timer_.get());
    return;
  }
  // Not at once: libuv fires a timer that its own callback arms for now before it polls again, so
  // one that is armed so each time would let nothing else run.
  const Duration left = std::max(when - loop_.Now(), Duration(1));
  uv_timer_start(
      timer_.get(),
      [](uv_timer_t* handle) {
        Timer& self = *static_cast<Timer*>(handle->data);
        self.when_ = TimePoint::max();
        self.fire_();
      },
      static_cast<std::uint64_t>(left.count()), 0);
}

void Timer::Stop() { StartAt(TimePoint::max()); }

void SystemRandom::Fill(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) std::abort();
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace dragoman::runtime
