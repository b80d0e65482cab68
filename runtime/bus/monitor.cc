#include "runtime/bus/monitor.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

namespace dragoman::runtime {
namespace {

// Not ZMQ_EVENT_ACCEPT_FAILED: without descriptors it comes with each turn of ZeroMQ's thread,
// which then waits, with a lock, until we have taken what it tells, and we wait for the lock at the
// end.
constexpr int kWatched =
    ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
    ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED;

std::string Why(std::uint16_t event, std::uint32_t value) {
  char text[48] = "";
  switch (event) {
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
      std::snprintf(text, sizeof text, "protocol error 0x%08x", value);
      return text;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return "not let in, status " + std::to_string(value);
    default:
      return "handshake not finished";
  }
}

}  // namespace

Monitor::Monitor(Loop& loop, void* watched, ZmqSocket source, OnEvent on_event)
    : watched_(watched),
      on_event_(std::move(on_event)),
      socket_(loop, std::move(source), [this](int events) {
        if ((events & ZMQ_POLLIN) != 0) Drain();
        return false;
      }) {}

Monitor::~Monitor() { zmq_socket_monitor(watched_, nullptr, 0); }

ZmqSocket Monitor::Watch(void* context, void* watched) {
  static std::uint64_t monitors = 0;
  const std::string where = "inproc://monitor-" + std::to_string(++monitors);
  if (zmq_socket_monitor(watched, where.c_str(), kWatched) != 0) return nullptr;
  ZmqSocket socket(zmq_socket(context, ZMQ_PAIR));
  if (!socket) {
    zmq_socket_monitor(watched, nullptr, 0);
    return nullptr;
  }
  SetOption(socket.get(), ZMQ_LINGER, 0);
  zmq_connect(socket.get(), where.c_str());
  return socket;
}

void Monitor::Drain() {
  for (;;) {
    const std::vector<std::string> frames = ReceiveAll(socket_.get());
    if (frames.empty()) return;
    std::uint16_t event = 0;
    std::uint32_t value = 0;
    if (frames.size() < 2 || frames[0].size() != sizeof event + sizeof value) continue;
    std::memcpy(&event, frames[0].data(), sizeof event);
    std::memcpy(&value, frames[0].data() + sizeof event, sizeof value);
    if (event == ZMQ_EVENT_ACCEPTED) {
      on_event_(ConnectionEvent::kAccepted, frames[1], static_cast<int>(value));
    } else if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
      on_event_(ConnectionEvent::kReady, frames[1], -1);
    } else if (event == ZMQ_EVENT_DISCONNECTED) {
      on_event_(ConnectionEvent::kEnded, frames[1], static_cast<int>(value));
    } else {
      on_event_(ConnectionEvent::kRefused, frames[1] + ": " + Why(event, value), -1);
    }
  }
}

}  // namespace dragoman::runtime
