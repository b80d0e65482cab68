#include "runtime/log/writer.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

namespace dragoman::runtime {
namespace {

// Writes as much of `text` as `fd` takes, and waits for that as long as it needs. Returns how much
// is left: all or a part of it after an error.
std::string_view WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      // Whoever else has this pipe or terminal may have made it non-blocking.
      pollfd room{fd, POLLOUT, 0};
      poll(&room, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      break;
    }
  }
  return text;
}

}  // namespace

struct LineWriter::State {
  struct Line {
    std::string text;
    std::uint64_t lost_before = 0;  // between it and the line before
  };

  State(int to, Tell say) : fd(to), tell(std::move(say)) {}
  void Run();
  bool Settle();
  bool Write(std::string_view text);

  const int fd;
  const Tell tell;

  std::mutex mutex;  // for these
  std::condition_variable work, end;
  std::deque<Line> queue;
  std::size_t bytes = 0;        // of the queue and the line that is being written
  bool full = false;            // until half of the bytes have left
  std::uint64_t lost_last = 0;  // behind the queue
  std::uint64_t lost = 0;       // since TakeLost
  bool idle = false;            // the thread waits for `work`
  bool closing = false;
  bool abandoned = false;
  bool ended = false;

  // The thread's own.
  std::string torn;        // what is left of a line that was written in part
  std::uint64_t owed = 0;  // lost lines, to be told of before the next line
};

// Finishes what was torn and tells of what is missing. False: it cannot be written now.
bool LineWriter::State::Settle() {
  torn.erase(0, torn.size() - WriteAll(fd, torn).size());
  if (!torn.empty()) return false;
  if (owed > 0 && !Write(tell(owed))) return false;
  owed = 0;
  return torn.empty();
}

// False: nothing of it was written. What was torn is finished later, so that all lines of this
// process are whole.
bool LineWriter::State::Write(std::string_view text) {
  const std::string_view left = WriteAll(fd, text);
  if (left.size() == text.size()) return false;
  torn = left;
  return true;
}

void LineWriter::State::Run() {
  std::unique_lock lock(mutex);
  while (!abandoned) {
    if (!queue.empty()) {
      const Line line = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      owed += line.lost_before;
      const bool written = Settle() && Write(line.text);
      if (!written) ++owed;
      lock.lock();
      if (!written) ++lost;
      bytes -= line.text.size();
      continue;
    }
    owed += std::exchange(lost_last, 0);
    lock.unlock();
    const bool settled = Settle();
    lock.lock();
    if (!queue.empty() || lost_last > 0) continue;  // they came meanwhile
    if (closing) break;
    idle = true;
    if (settled) {
      work.wait(lock);
    } else {
      work.wait_for(lock, kLogRetryInterval);
    }
    idle = false;
  }
  ended = true;
  end.notify_one();
}

LineWriter::LineWriter(int fd, Tell tell) : state_(std::make_shared<State>(fd, std::move(tell))) {
  // Signals are the loop's. SIGPIPE and SIGXFSZ, which a write sends to its own thread, come to
  // nothing there: the error is enough.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([state = state_] { state->Run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_setname_np(thread_.native_handle(), "log");
}

LineWriter::~LineWriter() {
  std::unique_lock lock(state_->mutex);
  state_->closing = true;
  state_->work.notify_one();
  state_->end.wait_for(lock, kLogLastWordsMax, [this] { return state_->ended; });
  state_->abandoned = !state_->ended;
  lock.unlock();
  if (state_->abandoned) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void LineWriter::Put(std::string line) {
  const std::scoped_lock lock(state_->mutex);
  State& state = *state_;
  if (state.bytes <= kLogQueueBytesMax / 2) state.full = false;
  if (state.full || line.size() > kLogQueueBytesMax - state.bytes) {
    state.full = true;
    ++state.lost;
    ++state.lost_last;
  } else {
    state.bytes += line.size();
    state.queue.push_back({std::move(line), std::exchange(state.lost_last, 0)});
  }
  // Waking a thread costs more than the rest; one that is awake looks for itself.
  if (std::exchange(state.idle, false)) state.work.notify_one();
}

std::uint64_t LineWriter::TakeLost() {
  const std::scoped_lock lock(state_->mutex);
  return std::exchange(state_->lost, 0);
}

}  // namespace dragoman::runtime
