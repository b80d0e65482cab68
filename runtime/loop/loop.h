// One libuv loop for each process; the only place that asks a clock or the system's random source.
#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"

namespace dragoman::runtime {

inline constexpr std::size_t kReadBytesMax = 65536;  // of one read

// libuv may touch a handle until its close callback runs, so the memory is freed there and nowhere
// else.
template <typename T>
struct UvClose {
  void operator()(T* handle) const {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* h) { delete reinterpret_cast<T*>(h); });
  }
};

class Loop {
 public:
  Loop();
  ~Loop();  // runs the close callbacks that are left; every handle must be gone by then
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  TimePoint Now() const;  // the loop's time: the same during one turn
  WallTime Wall() const;
  void Run();  // until Stop, or nothing is left to do
  void Stop();
  void Defer(std::function<void()> work);  // runs once, later in this turn or early in the next one
  uv_loop_t* uv() { return &loop_; }
  // For the bytes of one read, until the next one: no connection keeps a buffer of its own.
  std::span<char> ReadBuffer() { return read_buffer_; }

 private:
  struct Deferred;
  uv_loop_t loop_;
  std::unique_ptr<Deferred> deferred_;
  std::vector<char> read_buffer_;
};

class Timer {
 public:
  Timer(Loop& loop, std::function<void()> fire);
  void StartAt(TimePoint when);  // TimePoint::max() stops it; a past time fires a millisecond from now
  void Stop();

 private:
  Loop& loop_;
  std::function<void()> fire_;
  TimePoint when_ = TimePoint::max();
  std::unique_ptr<uv_timer_t, UvClose<uv_timer_t>> timer_;
};

class SystemRandom : public RandomSource {  // getrandom(2); aborts if the kernel has none
 public:
  void Fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace dragoman::runtime
