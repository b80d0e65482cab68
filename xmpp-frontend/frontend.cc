#include "xmpp-frontend/frontend.h"

#include <algorithm>
#include <utility>

#include "core/translate/xmpp_intake.h"
#include "core/xmpp/jid.h"
#include "core/xmpp/precis.h"
#include "runtime/cluster/refusals.h"
#include "runtime/net/address_block.h"

namespace dragoman::xmpp_frontend {

using envelope::Outcome;
using envelope::Role;
using policy::Reason;

Frontend::Frontend(runtime::Service& service, Credentials credentials,
                   std::unique_ptr<runtime::Resolver> resolver)
    : service_(service),
      settings_(service.settings()),
      credentials_(std::move(credentials)),
      resolver_(std::move(resolver)),
      finder_(service.loop(), *resolver_, service.random()),
      seat_({service.loop(),
             service.log(),
             service.metrics(),
             settings_,
             {Role::kXmppFrontend, service.instance(), DRAGOMAN_VERSION}},
            {[this](const envelope::Message& message) { OnDelivered(message); },
             [this](const envelope::MessageId& id, const Outcome& outcome) {
               OnFinished(id, outcome);
             },
             {},
             [this](const envelope::MessageId& id) { OnWithdrawn(id); }}),
      farewells_(service.loop(), [this] { FinishNext(); }),
      losses_timer_(service.loop(),
                    [this] {
                      for (const std::string& partner : losses_.Advance(service_.loop().Now()))
                        TellLoss(partner);
                      losses_timer_.StartAt(losses_.Deadline());
                    }),
      yield_timer_(service.loop(), [this] { YieldLanes(); }) {}

Frontend::~Frontend() { *alive_ = false; }

Result<bool, std::string> Frontend::Start() {
  service_.TellNotAfter("xmpp", credentials_.starttls->not_after());
  seat_.Connect(*resolver_);
  YieldLanes();
  if (auto listening = Listen(settings_.xmpp.listen, Transport::kStartTls); !listening) {
    return Fail("xmpp.listen: " + listening.error());
  }
  if (auto listening = Listen(settings_.xmpp.direct_tls_listen, Transport::kDirectTls);
      !listening) {
    return Fail("xmpp.direct_tls_listen: " + listening.error());
  }
  return true;
}

Result<bool, std::string> Frontend::Listen(const std::vector<std::string>& addresses,
                                           Transport transport) {
  for (const std::string& address : addresses) {
    auto listener = runtime::Listener::Listen(
        service_.loop(), address,
        [this, transport](std::unique_ptr<runtime::Listener::Pending> pending) {
          OnAccept(std::move(pending), transport);
        },
        [this](const std::string& peer, const std::string& why) { RefuseConnection(peer, why); });
    if (!listener) return Fail(listener.error());
    service_.log().Info("listening", {{"address", address}});
    listeners_.push_back(*std::move(listener));
  }
  return true;
}

runtime::Service::Hooks Frontend::hooks() {
  return {[this] { return seat_.members(Role::kRouter) > 0; },
          [this] { Drain(); },
          [this] { return IsIdle(); },
          [this] {
            seat_.SetGauges();
            runtime::Metrics& metrics = service_.metrics();
            metrics.Set("dragoman_streams", {{"direction", "in"}},
                        static_cast<double>(incoming_.size()));
            const auto connected =
                std::count_if(lanes_.begin(), lanes_.end(),
                              [](const auto& entry) { return entry.second->connected(); });
            metrics.Set("dragoman_streams", {{"direction", "out"}}, static_cast<double>(connected));
          },
          [this] { return Reload(); },
          [this] { GiveUp(); }};
}

// New streams have the new certificate and the partner's new rules; what waits for a partner that
// is gone is refused.
Result<bool, std::string> Frontend::Reload() {
  seat_.ReloadKeys();
  for (const auto& [key, lane] : lanes_) {
    const auto& [local, remote, number] = key;
    const policy::Partner* partner = settings_.FindPartner(remote);
    if (partner != nullptr && settings_.ServesSipDomain(local)) {
      lane->SetPartner(*partner);
    } else {
      lane->Abandon(Reason::kDomainNotServed);
    }
  }
  auto fresh = Credentials::Load(settings_.xmpp.tls, service_.loop().Wall());
  if (!fresh) return Fail("xmpp.tls: " + fresh.error());
  service_.TellNotAfter("xmpp", fresh->starttls->not_after());
  credentials_ = *std::move(fresh);
  return true;
}

xmpp::InboundRules Frontend::Rules(Transport transport) {
  xmpp::InboundRules rules;
  rules.hosts = [this](std::string_view domain) { return settings_.ServesSipDomain(domain); };
  rules.policy = [this](std::string_view domain) -> std::optional<xmpp::PeerPolicy> {
    const policy::Partner* partner = settings_.FindPartner(domain);
    if (partner == nullptr) return std::nullopt;
    return PolicyOf(*partner);
  };
  rules.resume = [this](std::string_view id, std::string_view partner) {
    return TakeUp(id, partner);
  };
  rules.direct_tls = transport == Transport::kDirectTls;
  rules.full = [this](std::string_view domain) {
    const auto streams = std::count_if(incoming_.begin(), incoming_.end(), [&](const auto& entry) {
      return entry.second->Proves(domain);
    });
    return streams >= settings_.xmpp.limits.per_partner;
  };
  rules.dialback_secrets = settings_.xmpp.dialback_secrets;
  rules.establish_max = settings_.xmpp.limits.establish;
  return rules;
}

std::shared_ptr<xmpp::Acknowledger> Frontend::TakeUp(std::string_view id,
                                                     std::string_view partner) {
  const auto found = lost_.find(std::string(id));
  if (found == lost_.end() || found->second.partner != partner) return nullptr;
  const Lost lost = std::move(found->second);
  lost_.erase(found);
  return lost.until > service_.loop().Now() ? lost.acks : nullptr;
}

void Frontend::KeepLost(const Incoming& incoming) {
  if (incoming.management_id().empty()) return;
  const TimePoint now = service_.loop().Now();
  if (lost_.size() >= kLostStreamsMax) {
    std::erase_if(lost_, [now](const auto& entry) { return entry.second.until <= now; });
  }
  if (lost_.size() >= kLostStreamsMax) return;
  lost_.insert_or_assign(incoming.management_id(),
                         Lost{incoming.acknowledger(), incoming.partner(), now + xmpp::kResumeMax});
}

void Frontend::OnAccept(std::unique_ptr<runtime::Listener::Pending> pending, Transport transport) {
  const std::string address = pending->peer_address();
  const std::string block = runtime::AddressBlock(address);
  if (incoming_.size() >= settings_.xmpp.limits.connections ||
      per_address_[block] >= runtime::kConnectionsPerAddressMax) {
    return RefuseConnection(address, "too many connections");
  }
  ++per_address_[block];
  auto incoming = std::make_unique<Incoming>(
      service_.loop(), service_.random(), Rules(transport), credentials_, *pending,
      Incoming::Events{
          [this](Incoming& from, Arrival arrival) { OnIncomingStanza(from, std::move(arrival)); },
          [this](Incoming& from, const xmpp::InboundStream::Verify& verify) {
            OnVerify(from, verify);
          },
          [this](Incoming& from, const char* event, const std::string& detail) {
            const bool refused = std::string_view(event) == kStreamRefused;
            if (refused)
              service_.metrics().Count("dragoman_stream_refusals_total", {{"direction", "in"}});
            service_.log().Info(event, {{"direction", "in"},
                                        {"peer", from.address()},
                                        {"claims", from.claims()},
                                        {refused ? "reason" : "detail", detail}});
          },
          [this](const std::string& domain) { OnProven(xmpp::AsciiDomain(domain)); },
          [this](Incoming& from) { OnEnded(from); }});
  if (paused_) incoming->PauseReading(true);
  incoming_.emplace(incoming.get(), std::move(incoming));
}

// Above a limit, or for want of descriptors.
void Frontend::RefuseConnection(const std::string& address, const std::string& why) {
  const std::string reason(policy::Name(Reason::kOverloaded));
  service_.metrics().Count("dragoman_stream_refusals_total", {{"direction", "in"}});
  service_.log().Warn("connection refused",
                      {{"reason", reason}, {"address", address}, {"detail", why}});
}

// A partner that is back is written to at once, whatever was tried while it was away.
void Frontend::OnProven(const std::string& domain) {
  for (const auto& [key, lane] : lanes_) {
    const auto& [local, remote, number] = key;
    if (remote == domain) lane->Reopen();
  }
}

void Frontend::OnEnded(Incoming& incoming) {
  KeepLost(incoming);
  if (incoming.broken_off()) {
    for (const std::string& domain : incoming.proven()) OnLoss(domain);
  }
  const auto block = per_address_.find(runtime::AddressBlock(incoming.address()));
  if (--block->second == 0) per_address_.erase(block);
  EndVerifications(incoming);
  // It is inside its own call: its end waits for the end of the turn.
  auto found = incoming_.extract(&incoming);
  service_.loop().Defer([kept = std::shared_ptr<Incoming>(std::move(found.mapped()))] {});
}

void Frontend::OnLoss(const std::string& partner) {
  if (losses_.Add(partner, service_.loop().Now())) TellLoss(partner);
  losses_timer_.StartAt(losses_.Deadline());
}

// The routers ask for what its server may have forgotten, or what we did not carry.
void Frontend::TellLoss(const std::string& partner) {
  for (const std::string& domain : settings_.sip.domains) {
    envelope::Message message =
        envelope::MakeMessage(envelope::NewId(service_.random()), envelope::Side::kXmpp,
                              {{}, partner, {}}, {{}, domain, {}}, envelope::StreamLost{});
    message.header.budget_ms = envelope::kUnansweredBudgetMs;
    const routing::Target target{Role::kRouter, message.header.pair_hash};
    seat_.Ask(std::move(message), target);
  }
}

// The key is verified over a stream of its own to the server that DNS names, by this very node
// (DB-9, DB-10).
void Frontend::OnVerify(Incoming& incoming, const xmpp::InboundStream::Verify& verify) {
  const Result<xmpp::Jid, xmpp::JidError> from = xmpp::Jid::Parse(verify.from);
  const Result<xmpp::Jid, xmpp::JidError> to = xmpp::Jid::Parse(verify.to);
  const policy::Partner* partner = from ? settings_.FindPartner(from->ascii_domain()) : nullptr;
  if (partner == nullptr || !to)
    return incoming.OnVerdict(verify.from, verify.to, xmpp::Verdict::kNotFound);
  const std::string block = runtime::AddressBlock(incoming.address());
  const auto under_way =
      std::count_if(verifications_.begin(), verifications_.end(),
                    [&](const auto& entry) { return entry.second.block == block; });
  if (static_cast<std::size_t>(under_way) >= kVerificationsPerAddressMax)
    return incoming.OnVerdict(verify.from, verify.to, xmpp::Verdict::kOverloaded);
  auto slot = std::make_shared<const Outgoing*>(nullptr);
  const auto tell = [this, slot, asked = verify](xmpp::Verdict verdict) {
    const auto found = verifications_.find(*slot);
    if (found == verifications_.end() || std::exchange(found->second.told, true)) return;
    const auto stream = incoming_.find(found->second.asker);
    if (stream != incoming_.end()) stream->second->OnVerdict(asked.from, asked.to, verdict);
  };
  auto stream = std::make_unique<Outgoing>(
      Outgoing::Place{service_.loop(), finder_, settings_, credentials_}, to->ascii_domain(),
      from->ascii_domain(), *partner,
      Outgoing::Purpose{.question = xmpp::VerifyQuestion{verify.id, verify.key}, .resume = {}},
      Outgoing::Events{
          {}, tell, {}, {}, {}, [this, slot, tell](const Ended& ended) {
            tell(ended.reason == Reason::kRemoteServerNotFound ? xmpp::Verdict::kNotFound
                 : ended.reason == Reason::kConnectionLost     ? xmpp::Verdict::kTimeout
                                                               : xmpp::Verdict::kConnectionFailed);
            auto done = verifications_.extract(*slot);
            if (done.empty()) return;  // nobody waited for it any more
            service_.loop().Defer(
                [kept = std::shared_ptr<Outgoing>(std::move(done.mapped().stream))] {});
          }});
  *slot = stream.get();
  verifications_.emplace(*slot, Verification{std::move(stream), &incoming, block});
}

// Who asks and goes, again and again, leaves no streams to partners behind (L-20). One of them may
// be in its own call, and goes at the end of the turn.
void Frontend::EndVerifications(const Incoming& incoming) {
  for (auto next = verifications_.begin(); next != verifications_.end();) {
    const auto one = next++;
    if (one->second.asker != &incoming) continue;
    service_.loop().Defer([kept = std::shared_ptr<Outgoing>(std::move(one->second.stream))] {});
    verifications_.erase(one);
  }
}

void Frontend::OnIncomingStanza(Incoming& incoming, Arrival arrival) {
  OnStanza(std::move(arrival), incoming.partner(), true);
  // The stream may be younger than what its partner has open.
  if (windows_.full(incoming.partner())) incoming.PauseReading(true);
}

// On a stream of our own the partner's acknowledgements come too, so it is always read.
void Frontend::OnReturnedStanza(const std::string& partner, Arrival arrival) {
  const bool room = seat_.open_requests() < kWindowMax && !windows_.full(partner);
  OnStanza(std::move(arrival), partner, room);
}

void Frontend::OnStanza(Arrival arrival, const std::string& partner, bool room) {
  translate::XmppIntake intake = translate::ReceiveStanza(
      arrival.stanza, {settings_, service_.random(), service_.loop().Wall(), arrival.lang});
  if (auto* reply = std::get_if<translate::XmppReply>(&intake)) {
    if (reply->reason != Reason::kNone) RefuseAtGate(arrival.stanza, reply->reason);
    for (const xml::Element& element : reply->stanzas) SendAnswer(element);
    return arrival.settlement.Settle();
  }
  if (const auto* dropped = std::get_if<translate::XmppDropped>(&intake)) {
    service_.metrics().Count("dragoman_dropped_total", {{"from", "xmpp"}});
    service_.log().Info("dropped", {{"why", dropped->why},
                                    {"from", std::string(arrival.stanza.Attr("from"))},
                                    {"to", std::string(arrival.stanza.Attr("to"))}});
    return arrival.settlement.Settle();
  }
  translate::XmppEvent& event = std::get<translate::XmppEvent>(intake);
  // What is owed no answer (typing) still has one end on the bus.
  const bool owed = event.message.header.budget_ms > 0;
  if (!owed) event.message.header.budget_ms = envelope::kUnansweredBudgetMs;
  const envelope::Header header = event.message.header;
  Asked asked{header, owed ? std::optional(std::move(event.echo)) : std::nullopt,
              std::move(arrival.settlement), partner};
  if (!room) {
    seat_.RefuseAtGate(envelope::Side::kXmpp, Reason::kOverloaded);
    return Conclude(asked, {.reason = Reason::kOverloaded});
  }
  const bool changed = windows_.Open(partner);  // before it may be closed again
  asked_.emplace(header.id, std::move(asked));
  seat_.Ask(std::move(event.message), {Role::kRouter, header.pair_hash});
  Throttle(changed);
}

// Told and counted here: nobody else hears of it.
void Frontend::RefuseAtGate(const xml::Element& stanza, Reason reason) {
  service_.log().Info("refused", {{"kind", std::string(runtime::kGate)},
                                  {"reason", std::string(policy::Name(reason))},
                                  {"stanza", std::string(stanza.name())},
                                  {"from", std::string(stanza.Attr("from"))},
                                  {"to", std::string(stanza.Attr("to"))}});
  seat_.RefuseAtGate(envelope::Side::kXmpp, reason);
}

void Frontend::OnFinished(const envelope::MessageId& id, const Outcome& outcome) {
  const auto found = asked_.find(id);
  if (found == asked_.end()) return Throttle(false);  // what was told of a loss
  const Asked asked = std::move(found->second);
  asked_.erase(found);
  Conclude(asked, outcome);
  Throttle(windows_.Close(asked.partner));
}

void Frontend::Conclude(const Asked& asked, const Outcome& outcome) {
  if (!outcome.accepted()) runtime::TellRefused(service_.log(), asked.header, outcome);
  if (translate::IsLostPresence(asked.header.kind, outcome))
    OnLoss(xmpp::AsciiDomain(asked.header.from.domain));
  if (!outcome.accepted() && asked.echo) {
    if (const auto error = translate::AnswerStanza(*asked.echo, outcome)) SendAnswer(*error);
  }
  asked.settlement.Settle();
}

// A partner above its window is not read, nor anybody above that of all: TCP pushes back. L-9.
void Frontend::Throttle(bool partners_changed) {
  const bool full = seat_.open_requests() >= kWindowMax;
  if (full == paused_ && !partners_changed) return;
  paused_ = full;
  for (const auto& [key, incoming] : incoming_)
    incoming->PauseReading(full || windows_.full(incoming->partner()));
}

}  // namespace dragoman::xmpp_frontend
