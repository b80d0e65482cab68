// Accepts TCP connections on one address, with SO_REUSEPORT so that workers of one role share it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "runtime/net/connection.h"

namespace dragoman::runtime {

class Listener {
 public:
  // Gets each new connection; set its owner with Adopt before returning, or let it go to close it.
  struct Pending;
  using OnAccept = std::function<void(std::unique_ptr<Pending>)>;

  // `address`: "0.0.0.0:5061", "[::]:5061", port 0 for any. Errors: one line with the address and
  // the system's reason.
  static Result<std::unique_ptr<Listener>, std::string> Listen(Loop& loop,
                                                               const std::string& address,
                                                               OnAccept accept);
  virtual ~Listener() = default;
  virtual int port() const = 0;
  virtual void Stop() = 0;  // no new ones; those that exist go on
};

struct Listener::Pending {
  virtual ~Pending() = default;  // closes it if it was not adopted
  virtual const std::string& peer_address() const = 0;
  virtual std::unique_ptr<Connection> Adopt(ConnectionOwner& owner) = 0;
};

}  // namespace dragoman::runtime
