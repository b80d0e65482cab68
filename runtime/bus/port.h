// Couples a machine with the bus and a timer: feed, drain, re-arm. The machine has OnFrames,
// OnUnreachable, Advance, Deadline and Poll; its effect Machine::Send goes to the bus, every other
// one to the visitor.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "runtime/bus/bus.h"
#include "runtime/loop/loop.h"

namespace dragoman::runtime {

template <typename Machine, typename Visitor>
class Port {
 public:
  Port(Loop& loop, Machine& machine, Visitor& visitor)
      : loop_(loop), machine_(machine), visitor_(visitor), timer_(loop, [this] {
          machine_.Advance(loop_.Now());
          Drain();
        }) {}

  Bus::Handler handler() {
    return {[this](const std::string& link, std::string_view header, std::string payload) {
              machine_.OnFrames(link, header, std::move(payload), loop_.Now());
              Drain();
            },
            [this](const std::string& link) {
              machine_.OnUnreachable(link, loop_.Now());
              Drain();
            },
            {}};
  }

  void Attach(std::unique_ptr<Bus> bus) {
    bus_ = std::move(bus);
    Drain();
  }

  // After every call into the machine from outside. A visitor may call in again; the loop below
  // goes on with it.
  void Drain() {
    if (std::exchange(draining_, true)) return;
    while (auto effect = machine_.Poll()) {
      std::visit(
          [this](auto&& one) {
            using Effect = std::decay_t<decltype(one)>;
            if constexpr (std::is_same_v<Effect, typename Machine::Send>) {
              bus_->Send(one.link, std::move(one.header), std::move(one.payload));
            } else {
              visitor_(std::forward<decltype(one)>(one));
            }
          },
          *std::move(effect));
    }
    draining_ = false;
    timer_.StartAt(machine_.Deadline());
  }

 private:
  Loop& loop_;
  Machine& machine_;
  Visitor& visitor_;
  Timer timer_;
  std::unique_ptr<Bus> bus_;
  bool draining_ = false;
};

}  // namespace dragoman::runtime
