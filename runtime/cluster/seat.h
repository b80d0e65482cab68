// A process's seat on the bus: the machine of core/routing, the sockets under it, the routers'
// addresses, the ledger of what was taken, and what an operator sees of all that.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/policy/settings.h"
#include "core/routing/ledger.h"
#include "core/routing/node.h"
#include "runtime/bus/bus.h"
#include "runtime/cluster/discovery.h"
#include "runtime/log/log.h"
#include "runtime/loop/loop.h"
#include "runtime/metrics/metrics.h"

namespace dragoman::runtime {

class Seat {
 public:
  struct Parts {
    Loop& loop;
    Log& log;
    Metrics& metrics;
    const policy::Settings& settings;
    envelope::Hello self;
  };
  struct Events {
    // Answer with Reply once.
    std::function<void(envelope::Message)> deliver;
    std::function<void(const envelope::MessageId&, envelope::Outcome)> finish;
    std::function<void(const routing::MemberLost&)> lost = {};
    // It was delivered, and MayBegin would be false from now on.
    std::function<void(const envelope::MessageId&)> withdrawn = {};
    std::function<void(const routing::MemberUp&)> up = {};
  };
  Seat(const Parts& parts, Events events);

  // A front-end's: connects to the routers of the configuration. `resolver` must outlive it.
  void Connect(Resolver& resolver);
  // A router's. Errors: one line.
  Result<bool, std::string> Bind(const std::string& endpoint);

  // What a peer has sent: it is taken, and ends with its Finish.
  void Ask(envelope::Message message, routing::Target target);
  // What a peer has sent, refused before it was a message: it is taken and refused in one.
  void RefuseAtGate(envelope::Side from, policy::Reason reason);
  // What follows from something that was taken.
  void Request(envelope::Message message, routing::Target target);
  void Reply(const envelope::MessageId& id, const envelope::Outcome& outcome);
  // To be asked right before a delivery is acted upon where that cannot be undone, with the header
  // that was delivered. False: somebody else was asked, or its time has passed; Reply has no
  // effect.
  bool MayBegin(const envelope::Header& header) { return node_.Begin(header); }

  void Drain();
  void GiveUp();
  bool idle() const { return node_.Idle(); }
  void ReloadKeys();  // the configuration's are new
  void SetGauges();   // before the metrics are read
  bool IsChosen(std::uint64_t key) const { return node_.IsChosen(key); }
  std::size_t members(envelope::Role role) const { return node_.members(role); }
  std::size_t open_requests() const { return node_.open_requests(); }
  // The instance that Request would pick now; empty if none.
  const std::string& Choose(const routing::Target& target) const { return node_.Choose(target); }

  // Effects of the node
  void operator()(routing::Node::Send send);
  void operator()(routing::Node::Deliver deliver);
  void operator()(const routing::Node::Lapsed& lapsed);
  void operator()(const routing::Node::Withdrawn& withdrawn);
  void operator()(routing::Node::Finish finish);
  void operator()(const routing::MemberUp& up);
  void operator()(const routing::MemberLost& lost);
  void operator()(const routing::Refused& refused);
  void operator()(const routing::Woke& woke);

 private:
  Bus::Handler Handler();
  BusKeys Keys() const;
  void Take(const envelope::Header& header);
  void Settle(const envelope::MessageId& id, policy::Reason reason);
  void OnTrouble(Bus::Trouble trouble, const std::string& detail);
  // After every call into the node from outside: carries out what it wants, and re-arms the timer.
  void Drive();

  Loop& loop_;
  Log& log_;
  Metrics& metrics_;
  const policy::Settings& settings_;
  envelope::Hello self_;
  Events events_;
  routing::Node node_;
  routing::Ledger ledger_;
  Timer timer_;
  std::unique_ptr<Bus> bus_;
  ConnectingBus* connecting_ = nullptr;  // bus_, in a front-end
  std::unique_ptr<Discovery> discovery_;
  bool driving_ = false;
};

}  // namespace dragoman::runtime
