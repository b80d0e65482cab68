#include "runtime/bus/sockets.h"

#include <cstdint>

#include "runtime/bus/bus.h"

namespace dragoman::runtime {
namespace {

constexpr int kBudget = 256;    // messages of one turn; the rest waits for the next one
constexpr int kLingerMs = 200;  // at the end of the process, for what was sent last
constexpr int kReconnectMs = 50;
constexpr int kReconnectMaxMs = 500;

// The pairs that follow: of a message that has begun.
void TakePairs(void* socket, const std::string& peer, ZmqFrame* first, const OnPair& on_pair) {
  bool more = true;
  while (more) {
    ZmqFrame own;
    if (first == nullptr && !own.Receive(socket)) return;
    ZmqFrame& header = first != nullptr ? *first : own;
    ZmqFrame payload;
    if (!header.more() || !payload.Receive(socket)) return;  // a header without payload: not ours
    more = payload.more();
    on_pair(peer, header, std::string(payload.bytes()));
    first = nullptr;
  }
}

}  // namespace

ZmqContext MakeBusContext() {
  ZmqContext context(zmq_ctx_new());
  zmq_ctx_set(context.get(), ZMQ_MAX_MSGSZ, static_cast<int>(kBusFrameBytesMax));
  return context;
}

ZmqSocket MakeBusSocket(void* context, int type) {
  ZmqSocket socket(zmq_socket(context, type));
  if (!socket) return socket;
  SetOption(socket.get(), ZMQ_LINGER, kLingerMs);
  SetOption(socket.get(), ZMQ_SNDHWM, kBusHighWater);
  SetOption(socket.get(), ZMQ_RCVHWM, kBusHighWater);
  const std::int64_t largest = kBusFrameBytesMax;
  zmq_setsockopt(socket.get(), ZMQ_MAXMSGSIZE, &largest, sizeof largest);
  SetOption(socket.get(), ZMQ_HANDSHAKE_IVL, kBusHandshakeMs);
  // Not ZMQ_HEARTBEAT_*: with a receiver's high-water mark they end the process where a peer goes
  // while we are slow to read ("Assertion failed: !_io_error", zeromq/libzmq#4364, #4767; seen
  // with 4.3.4). The Beats of core/routing say who lives; the kernel gives up connections that
  // carry nothing any more.
  SetOption(socket.get(), ZMQ_TCP_MAXRT, kBusUnansweredMs);
  SetOption(socket.get(), ZMQ_TCP_KEEPALIVE, 1);
  SetOption(socket.get(), ZMQ_IPV6, 1);
  if (type == ZMQ_ROUTER) {
    // Instead of dropping silently it says that a peer is gone, or takes no more (F-20).
    SetOption(socket.get(), ZMQ_ROUTER_MANDATORY, 1);
  } else {
    SetOption(socket.get(), ZMQ_RECONNECT_IVL, kReconnectMs);
    SetOption(socket.get(), ZMQ_RECONNECT_IVL_MAX, kReconnectMaxMs);
    SetOption(socket.get(), ZMQ_CONNECT_TIMEOUT, kBusConnectMs);
    SetOption(socket.get(), ZMQ_IMMEDIATE,
              1);  // nothing waits inside ZeroMQ for a peer that is away
  }
  return socket;
}

bool DrainPairs(void* socket, bool named, const OnPair& on_pair) {
  int taken = 0;
  for (; taken < kBudget; ++taken) {
    ZmqFrame first;
    if (!first.Receive(socket)) break;
    if (!named) {
      TakePairs(socket, {}, &first, on_pair);
    } else if (first.more()) {
      TakePairs(socket, std::string(first.bytes()), nullptr, on_pair);
    }
  }
  return taken == kBudget;
}

}  // namespace dragoman::runtime
