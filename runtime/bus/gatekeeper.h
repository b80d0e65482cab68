// Lets in who shows a listed key, and nobody else: ZeroMQ asks over ZAP (RFC 27) at each handshake.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "runtime/bus/zmq_handles.h"

namespace dragoman::runtime {

inline constexpr const char* kZapDomain = "dragoman";

class Gatekeeper {
 public:
  // `refused`: somebody at `address` proved to hold the key `key`, which is not listed.
  using Refused = std::function<void(const std::string& address, const std::string& key)>;
  // To be made before the socket that it guards is bound.
  Gatekeeper(Loop& loop, void* context, Refused refused);

  bool stands() const { return stands_; }  // false: ZeroMQ would let everybody in

  // Public keys in Z85. Connections that exist stay.
  void Admit(const std::vector<std::string>& keys) { keys_ = {keys.begin(), keys.end()}; }

 private:
  ZmqSocket Bind(void* context);
  void Answer();

  bool stands_ = false;
  std::set<std::string> keys_;
  Refused refused_;
  LoopSocket socket_;
};

}  // namespace dragoman::runtime
