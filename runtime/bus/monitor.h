// What happens to the connections of one ZeroMQ socket: the library tells it on a socket of its
// own.
#pragma once

#include <functional>
#include <string>

#include "runtime/bus/zmq_handles.h"

namespace dragoman::runtime {

enum class ConnectionEvent {
  kAccepted,
  kReady,    // the handshake is done
  kRefused,  // it failed: wrong key, no key, not ZeroMQ, or too slow
  kEnded,
};

class Monitor {
 public:
  // `detail`: for people, "127.0.0.1:7400: protocol error 0x12000001". `descriptor`: of the
  // connection that was accepted or ended; it may be another's by now.
  using OnEvent =
      std::function<void(ConnectionEvent event, const std::string& detail, int descriptor)>;
  // `source`: of Watch(`watched`).
  Monitor(Loop& loop, void* watched, ZmqSocket source, OnEvent on_event);
  ~Monitor();
  // Tells what has happened up to now.
  void Drain();

  // What happens to `watched` from now on; null: there are no descriptors left.
  static ZmqSocket Watch(void* context, void* watched);

 private:
  void* watched_;
  OnEvent on_event_;
  LoopSocket socket_;
};

}  // namespace dragoman::runtime
