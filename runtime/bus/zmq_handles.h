// ZeroMQ's C handles behind owners, and one socket on the loop.
#pragma once

#include <zmq.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/loop/loop.h"

namespace dragoman::runtime {

struct ZmqContextEnd {
  void operator()(void* context) const { zmq_ctx_term(context); }
};
struct ZmqSocketEnd {
  void operator()(void* socket) const { zmq_close(socket); }
};
using ZmqContext = std::unique_ptr<void, ZmqContextEnd>;  // outlives its sockets
using ZmqSocket = std::unique_ptr<void, ZmqSocketEnd>;

class ZmqFrame {
 public:
  ZmqFrame() { zmq_msg_init(&message_); }
  ~ZmqFrame() { zmq_msg_close(&message_); }
  ZmqFrame(const ZmqFrame&) = delete;
  ZmqFrame& operator=(const ZmqFrame&) = delete;
  bool Receive(void* socket) { return zmq_msg_recv(&message_, socket, ZMQ_DONTWAIT) >= 0; }
  bool more() const { return zmq_msg_more(&message_) != 0; }
  // Of the connection that it came over, as it was numbered then; -1: of none. ZeroMQ would rather
  // not tell (ZMQ_SRCFD is deprecated), but what its monitor tells has no other name.
  int descriptor() const { return zmq_msg_get(&message_, ZMQ_SRCFD); }
  std::string_view bytes() {
    return {static_cast<const char*>(zmq_msg_data(&message_)), zmq_msg_size(&message_)};
  }

 private:
  zmq_msg_t message_;
};

void SetOption(void* socket, int option, int value);
void SetOption(void* socket, int option, const std::string& value);
std::string ZmqErrorText();  // of the last call

// All frames of the next message; empty: there is none.
std::vector<std::string> ReceiveAll(void* socket);

// A socket whose descriptor, which only tells that something may have changed, is watched.
class LoopSocket {
 public:
  // Called with ZMQ_POLLIN and ZMQ_POLLOUT as they hold, on every turn of the loop and whenever
  // something changes. True: it has left something to be received, and is called again.
  using OnEvents = std::function<bool(int events)>;

  LoopSocket(Loop& loop, ZmqSocket socket, OnEvents on_events);
  ~LoopSocket();
  void* get() const { return socket_.get(); }

 private:
  void Process();

  OnEvents on_events_;
  ZmqSocket socket_;
  std::unique_ptr<uv_poll_t, UvClose<uv_poll_t>> poll_;
  std::unique_ptr<uv_prepare_t, UvClose<uv_prepare_t>> prepare_;
  std::unique_ptr<uv_idle_t, UvClose<uv_idle_t>> idle_;
};

}  // namespace dragoman::runtime
