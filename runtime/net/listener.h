// Accepts TCP connections on one address, with SO_REUSEPORT so that workers of one role share it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "runtime/net/connection.h"

namespace dragoman::runtime {

inline constexpr std::size_t kConnectionsPerAddressMax = 50;  // open ones of one peer (L-3)

class Listener {
 public:
  // Gets each new connection; set its owner with Adopt before returning, or let it go to close it.
  struct Pending;
  using OnAccept = std::function<void(std::unique_ptr<Pending>)>;
  // `why`: the system's words.
  using OnRefused = std::function<void(const std::string& peer_address, const std::string& why)>;

  // `address`: "0.0.0.0:5061", "[::]:5061", port 0 for any. Errors: one line with the address and
  // the system's reason. `refused`: told of each connection that is closed at once because it would
  // have one of the last kDescriptorsKept descriptors; without it they may be had.
  static Result<std::unique_ptr<Listener>, std::string> Listen(Loop& loop,
                                                               const std::string& address,
                                                               OnAccept accept,
                                                               OnRefused refused = {});
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
