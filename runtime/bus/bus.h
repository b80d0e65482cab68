// ZeroMQ on the loop: frames in pairs (header, payload), batched for each peer and loop turn.
//
// A front-end connects (DEALER) to each router; a router binds (ROUTER, mandatory), and knows each
// connection by a name of its own making, so that nobody can pretend to be another's connection.
// Over tcp:// with keys (CurveZMQ) each end proves to hold a key that the other one lists.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "runtime/bus/curve.h"
#include "runtime/bus/outbox.h"
#include "runtime/loop/loop.h"

namespace dragoman::runtime {

inline constexpr int kBusHandshakeMs = 5'000;   // from connection to the end of the handshake
inline constexpr int kBusUnansweredMs = 5'000;  // bytes that TCP gets no acknowledgement for
inline constexpr int kBusConnectMs = 2'000;     // for one attempt over TCP

class Bus {
 public:
  enum class Unsent {
    kFull,      // the peer reads too slowly: kBusQueueBytesMax wait
    kTooLarge,  // a frame is
    kGone,      // the peer had ended before; its on_link_down follows
  };
  enum class Trouble {
    kHandshake,    // somebody did not get through it: no key, a wrong key, not ZeroMQ, too slow
    kKey,          // the key was good, but is not listed
    kDescriptors,  // there are none left, and somebody was turned away, or had to make room
  };
  struct Handler {
    // `link`: endpoint (front-end), or the bus's name of the connection (router).
    std::function<void(const std::string& link, std::string_view header, std::string payload)>
        on_frames;
    std::function<void(const std::string& link)> on_link_up;  // front-end: connected
    // The connection is gone, and what waited for it. A router notices when it sends.
    std::function<void(const std::string& link)> on_link_down;
    // It never reached the peer.
    std::function<void(const std::string& link, std::string_view header, Unsent why)> on_unsent;
    std::function<void(Trouble trouble, const std::string& detail)> on_trouble;
  };

  virtual ~Bus() = default;
  // Queued; leaves this turn, or as soon as the peer takes it.
  virtual void Send(const std::string& link, std::string header, std::string payload) = 0;
  // Whom to believe from now on; the secret stays the one it began with.
  virtual void SetKeys(const BusKeys& keys) = 0;

  // A router's end. Errors: one line.
  static Result<std::unique_ptr<Bus>, std::string> Bind(Loop& loop, const std::string& endpoint,
                                                        const BusKeys& keys, Handler handler);
};

// A front-end's end: the links are its own choice.
class ConnectingBus : public Bus {
 public:
  static std::unique_ptr<ConnectingBus> Create(Loop& loop, const BusKeys& keys, Handler handler);
  // "ipc:///path" or "tcp://address:port"; connects again and again until it is removed, also where
  // the first attempt cannot even be made.
  virtual void Add(const std::string& endpoint) = 0;
  virtual void Remove(const std::string& endpoint) = 0;
};

}  // namespace dragoman::runtime
