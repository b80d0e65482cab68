#include "runtime/bus/zmq_handles.h"

#include <utility>

namespace dragoman::runtime {

void SetOption(void* socket, int option, int value) {
  zmq_setsockopt(socket, option, &value, sizeof value);
}

void SetOption(void* socket, int option, const std::string& value) {
  zmq_setsockopt(socket, option, value.data(), value.size());
}

std::string ZmqErrorText() { return zmq_strerror(zmq_errno()); }

std::vector<std::string> ReceiveAll(void* socket) {
  std::vector<std::string> frames;
  bool more = true;
  while (more) {
    ZmqFrame frame;
    if (!frame.Receive(socket)) break;
    more = frame.more();
    frames.emplace_back(frame.bytes());
  }
  return frames;
}

LoopSocket::LoopSocket(Loop& loop, ZmqSocket socket, OnEvents on_events)
    : on_events_(std::move(on_events)),
      socket_(std::move(socket)),
      poll_(new uv_poll_t),
      prepare_(new uv_prepare_t),
      idle_(new uv_idle_t) {
  int fd = -1;
  std::size_t size = sizeof fd;
  zmq_getsockopt(socket_.get(), ZMQ_FD, &fd, &size);
  uv_poll_init(loop.uv(), poll_.get(), fd);
  uv_prepare_init(loop.uv(), prepare_.get());
  uv_idle_init(loop.uv(), idle_.get());
  poll_->data = prepare_->data = this;
  uv_poll_start(poll_.get(), UV_READABLE, [](uv_poll_t* handle, int, int) {
    static_cast<LoopSocket*>(handle->data)->Process();
  });
  // An edge may have been consumed by one of our own sends: look again before each sleep.
  uv_prepare_start(prepare_.get(),
                   [](uv_prepare_t* handle) { static_cast<LoopSocket*>(handle->data)->Process(); });
}

LoopSocket::~LoopSocket() { uv_poll_stop(poll_.get()); }

void LoopSocket::Process() {
  int events = 0;
  std::size_t size = sizeof events;
  if (zmq_getsockopt(socket_.get(), ZMQ_EVENTS, &events, &size) != 0) return;
  if (on_events_(events)) {
    uv_idle_start(idle_.get(), [](uv_idle_t*) {});
  } else {
    uv_idle_stop(idle_.get());
  }
}

}  // namespace dragoman::runtime
