// The lines of the log on their way out. What takes them may be slow, full or stuck: so they wait
// in a queue, bounded in bytes, for a thread of their own. A line that finds no room or cannot be
// written is lost and counted, and a line in its place says so. F-18.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "core/base/time.h"

namespace dragoman::runtime {

inline constexpr std::size_t kLogQueueBytesMax = 1 << 20;
inline constexpr Duration kLogLastWordsMax{1'000};   // at the end, for what is queued
inline constexpr Duration kLogRetryInterval{1'000};  // while lines are lost that nothing tells of

class LineWriter {
 public:
  // The line, with its newline, that says how many are missing where it stands. Called by the
  // writer's thread, and by no other.
  using Tell = std::function<std::string(std::uint64_t count)>;

  // To the file descriptor `fd`, which stays the caller's.
  LineWriter(int fd, Tell tell);
  // Returns when all is written that can be, or after kLogLastWordsMax: the thread is left behind
  // in its write then, and what is queued is lost.
  ~LineWriter();

  // `line` ends with a newline. Never waits for `fd`. Once the queue is full no line is taken until
  // half of it has left: lines are missing in few places, and each is told of once.
  void Put(std::string line);

  // How many lines were lost since this was last asked.
  std::uint64_t TakeLost();

 private:
  struct State;
  std::shared_ptr<State> state_;  // the thread's too, which may outlive this
  std::thread thread_;
};

}  // namespace dragoman::runtime
