// ZeroMQ on the loop: frames in pairs (header, payload), batched for each peer and loop turn.
//
// A front-end connects (DEALER) to each router; a router binds (ROUTER, mandatory). The descriptor
// is edge-triggered: it is drained after every event and looked at again on every turn.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "runtime/loop/loop.h"

namespace dragoman::runtime {

inline constexpr std::size_t kBusQueueBytesMax =
    32u << 20;  // for each peer (L-26); above: OnUnreachable for that frame
inline constexpr std::size_t kBusFrameBytesMax = 1u << 20;

class Bus {
 public:
  struct Handler {
    // `link`: endpoint (front-end) or peer identity (router).
    std::function<void(const std::string& link, std::string_view header, std::string payload)>
        on_frames;
    std::function<void(const std::string& link)> on_unreachable;
    std::function<void()> on_turn_end;  // everything received in this turn was handed over
  };
  // `identity` is this process's instance name. Errors: one line.
  static Result<std::unique_ptr<Bus>, std::string> Connect(
      Loop& loop, const std::string& identity, const std::vector<std::string>& endpoints,
      Handler handler);
  static Result<std::unique_ptr<Bus>, std::string> Bind(Loop& loop, const std::string& identity,
                                                        const std::string& endpoint,
                                                        Handler handler);
  virtual ~Bus() = default;
  virtual void Send(const std::string& link, std::string header,
                    std::string payload) = 0;  // queued; leaves this turn
};

}  // namespace dragoman::runtime
