#include "runtime/cluster/seat.h"

#include <utility>

#include "core/routing/vocabulary.h"
#include "runtime/cluster/refusals.h"

namespace dragoman::runtime {

using envelope::Message;
using envelope::MessageId;
using envelope::Outcome;
using policy::Reason;
using routing::Node;

namespace {

std::string_view NameOf(envelope::Side side) {
  return side == envelope::Side::kSip ? "sip" : "xmpp";
}

}  // namespace

Seat::Seat(const Parts& parts, Events events)
    : loop_(parts.loop),
      log_(parts.log),
      metrics_(parts.metrics),
      settings_(parts.settings),
      self_(parts.self),
      events_(std::move(events)),
      node_(parts.self, parts.loop.Now()),
      timer_(parts.loop, [this] {
        node_.Advance(loop_.Now());
        Drive();
      }) {}

BusKeys Seat::Keys() const {
  const policy::BusKeys& keys = settings_.bus.keys;
  return {keys.secret, keys.routers, keys.clients};
}

void Seat::Connect(Resolver& resolver) {
  auto bus = ConnectingBus::Create(loop_, Keys(), Handler());
  connecting_ = bus.get();
  bus_ = std::move(bus);
  discovery_ = std::make_unique<Discovery>(
      loop_, resolver, settings_.bus.connect,
      Discovery::Events{[this](const std::string& endpoint) {
                          connecting_->Add(endpoint);
                          node_.AddLink(endpoint, loop_.Now());
                          Drive();
                        },
                        [this](const std::string& endpoint) {
                          connecting_->Remove(endpoint);
                          node_.RemoveLink(endpoint, loop_.Now());
                          Drive();
                        },
                        [this](const std::string& endpoint) { return node_.IsUp(endpoint); }});
  discovery_->Start();
  Drive();
}

Result<bool, std::string> Seat::Bind(const std::string& endpoint) {
  auto bus = Bus::Bind(loop_, endpoint, Keys(), Handler());
  if (!bus) return Fail(bus.error());
  bus_ = *std::move(bus);
  Drive();
  return true;
}

Bus::Handler Seat::Handler() {
  return {[this](const std::string& link, std::string_view header, std::string payload) {
            node_.OnFrames(link, header, std::move(payload), loop_.Now());
            Drive();
          },
          [this](const std::string& link) {
            node_.OnLinkUp(link, loop_.Now());
            Drive();
          },
          [this](const std::string& link) {
            node_.OnLinkDown(link, loop_.Now());
            Drive();
          },
          [this](const std::string& link, std::string_view header, Bus::Unsent why) {
            if (why == Bus::Unsent::kGone) return node_.OnUnreached(link, header);
            const bool full = why == Bus::Unsent::kFull;
            metrics_.Count("dragoman_bus_unsent_total", {{"why", full ? "full" : "too-large"}});
            node_.OnUnsent(link, header, full ? Reason::kOverloaded : Reason::kMessageTooLarge,
                           loop_.Now());
            Drive();
          },
          [this](Bus::Trouble trouble, const std::string& detail) { OnTrouble(trouble, detail); }};
}

void Seat::OnTrouble(Bus::Trouble trouble, const std::string& detail) {
  const auto tell = [&](const char* why, const char* event) {
    metrics_.Count("dragoman_bus_refused_total", {{"why", why}});
    log_.Warn(event, {{"peer", detail}});
  };
  switch (trouble) {
    case Bus::Trouble::kHandshake:
      return tell("handshake", "bus: handshake failed");
    case Bus::Trouble::kKey:
      return tell("key", "bus: key not listed");
    case Bus::Trouble::kDescriptors:
      return tell("descriptors", "bus: connection dropped");
  }
}

void Seat::ReloadKeys() {
  if (bus_ != nullptr) bus_->SetKeys(Keys());
}

void Seat::Ask(Message message, routing::Target target) {
  Take(message.header);
  Request(std::move(message), target);
}

void Seat::RefuseAtGate(envelope::Side from, Reason reason) {
  metrics_.Count("dragoman_taken_total", {{"from", NameOf(from)}, {"kind", kGate}});
  metrics_.Count("dragoman_refused_total",
                 {{"from", NameOf(from)}, {"kind", kGate}, {"reason", Name(reason)}});
}

void Seat::Request(Message message, routing::Target target) {
  node_.Request(std::move(message), target, loop_.Now());
  Drive();
}

void Seat::Reply(const MessageId& id, const Outcome& outcome) {
  Settle(id, outcome.reason);
  node_.Reply(id, outcome, loop_.Now());
  Drive();
}

void Seat::Drain() {
  node_.Drain(loop_.Now());
  Drive();
}

void Seat::GiveUp() {
  for (const MessageId& id : node_.Begun()) Reply(id, {.reason = Reason::kShuttingDown});
  node_.GiveUp(loop_.Now());
  Drive();
}

void Seat::Take(const envelope::Header& header) {
  if (!ledger_.Take(header.id, {header.from_side, header.kind})) return;
  metrics_.Count("dragoman_taken_total",
                 {{"from", NameOf(header.from_side)}, {"kind", Name(header.kind)}});
}

void Seat::Settle(const MessageId& id, Reason reason) {
  const auto entry = ledger_.Settle(id);
  if (!entry) return;
  if (reason == Reason::kNone) {
    metrics_.Count("dragoman_delivered_total",
                   {{"from", NameOf(entry->from)}, {"kind", Name(entry->kind)}});
  } else {
    metrics_.Count(
        "dragoman_refused_total",
        {{"from", NameOf(entry->from)}, {"kind", Name(entry->kind)}, {"reason", Name(reason)}});
  }
}

void Seat::SetGauges() {
  for (const auto& [entry, count] : ledger_.in_flight()) {
    metrics_.Set("dragoman_in_flight", {{"from", NameOf(entry.from)}, {"kind", Name(entry.kind)}},
                 static_cast<double>(count));
  }
  metrics_.Set("dragoman_open_requests", {}, static_cast<double>(node_.open_requests()));
  for (const auto role :
       {envelope::Role::kSipFrontend, envelope::Role::kXmppFrontend, envelope::Role::kRouter}) {
    if (!routing::MayMeet(self_.role, role)) continue;
    metrics_.Set("dragoman_bus_members", {{"role", routing::Name(role)}},
                 static_cast<double>(node_.members(role)));
  }
}

void Seat::operator()(Node::Send send) {
  bus_->Send(send.link, std::move(send.header), std::move(send.payload));
}

void Seat::operator()(Node::Deliver deliver) {
  Take(deliver.message.header);
  events_.deliver(std::move(deliver.message));
}

void Seat::operator()(const Node::Lapsed& lapsed) { Settle(lapsed.id, Reason::kDeadline); }

void Seat::operator()(const Node::Withdrawn& withdrawn) {
  Settle(withdrawn.id, Reason::kTakenOver);
  if (events_.withdrawn) events_.withdrawn(withdrawn.id);
}

void Seat::operator()(Node::Finish finish) {
  Settle(finish.id, finish.outcome.reason);
  events_.finish(finish.id, std::move(finish.outcome));
}

void Seat::operator()(const routing::MemberUp& up) {
  log_.Info("member up", {{"member", up.instance}, {"role", std::string(routing::Name(up.role))}});
  if (events_.up) events_.up(up);
}

void Seat::operator()(const routing::MemberLost& lost) {
  const std::string how(routing::Name(lost.how));
  metrics_.Count("dragoman_bus_losses_total", {{"role", routing::Name(lost.role)}, {"how", how}});
  const std::string planned = lost.planned ? "yes" : "no";
  log_.Warn("member lost", {{"member", lost.instance},
                            {"role", std::string(routing::Name(lost.role))},
                            {"how", how},
                            {"planned", planned}});
  if (discovery_) discovery_->OnLoss();
  if (events_.lost) events_.lost(lost);
}

void Seat::operator()(const routing::Refused& refused) {
  const std::string why(routing::Name(refused.why));
  metrics_.Count("dragoman_bus_refused_total", {{"why", why}});
  // The first two come by themselves when somebody was away, or a link was lost.
  const bool harmless =
      refused.why == routing::Objection::kStranger || refused.why == routing::Objection::kUnasked;
  const auto write = harmless ? &Log::Info : &Log::Warn;
  (log_.*write)("bus: refused", {{"why", why},
                                 {"kind", std::string(Name(refused.kind))},
                                 {"member", refused.instance},
                                 {"detail", refused.detail}});
}

void Seat::operator()(const routing::Woke& woke) {
  metrics_.Count("dragoman_absences_total", {});
  log_.Warn("this process was away: stopped, or without CPU",
            {{"ms", std::to_string(woke.away.count())}});
}

void Seat::Drive() {
  if (bus_ == nullptr || std::exchange(driving_, true)) return;
  while (auto effect = node_.Poll()) std::visit(*this, *std::move(effect));
  driving_ = false;
  timer_.StartAt(node_.Deadline());
}

}  // namespace dragoman::runtime
