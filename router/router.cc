#include "router/router.h"

#include <algorithm>
#include <utility>

#include "core/routing/lanes.h"
#include "router/store_reason.h"

namespace dragoman::router {

using envelope::Kind;
using envelope::Outcome;
using envelope::Role;
using envelope::Side;
using policy::Reason;

Router::Router(runtime::Service& service)
    : service_(service),
      settings_(service.settings()),
      seat_({service.loop(),
             service.log(),
             service.metrics(),
             settings_,
             {Role::kRouter, service.instance(), DRAGOMAN_VERSION}},
            {[this](envelope::Message message) { OnDelivered(std::move(message)); },
             [this](const envelope::MessageId& id, Outcome outcome) {
               OnFinished(id, std::move(outcome));
             },
             [this](const routing::MemberLost& lost) { VerifyAll(lost.role); },
             {},
             [this](const routing::MemberUp& up) {
               // All of us were away: what its predecessors did not carry is fetched anew.
               if (up.unwatched) VerifyAll(up.role);
             }}),
      store_(service.loop(), runtime::Redis::Create(service.loop(), settings_.redis,
                                                    {settings_.dns_servers, settings_.dns_timeout},
                                                    [this](const auto& event) { OnRedis(event); })),
      join_timer_(service.loop(), [this] { Join(); }),
      typing_timer_(service.loop(), [this] { OnTypingTimer(); }),
      upkeep_(service.loop(), service.metrics(), store_, settings_,
              [this](const store::DueEntry& entry) { LookAt(entry); }),
      pages_(store_, Powers()) {}

Result<bool, std::string> Router::Start() {
  if (service_.options().worker >= settings_.bus.listen.size())
    return Fail(std::string("router.listen has no address for this worker"));
  join_timer_.StartAt(service_.loop().Now() + kStoreAwaitMax);
  upkeep_.Start();
  return true;
}

// Whoever joins before would refuse what the others can carry. Without a store at all there are
// still messages outside of sessions.
void Router::Join() {
  if (std::exchange(joined_, true)) return;
  join_timer_.Stop();
  const auto bound = seat_.Bind(settings_.bus.listen[service_.options().worker]);
  if (!bound) service_.Fail(bound.error());
}

runtime::Service::Hooks Router::hooks() {
  return {[this] {
            return seat_.members(Role::kSipFrontend) > 0 && seat_.members(Role::kXmppFrontend) > 0;
          },
          [this] {
            joined_ = true;  // or never will
            join_timer_.Stop();
            upkeep_.Stop();  // others claim what is due
            seat_.Drain();
          },
          [this] { return seat_.idle() && lanes_.waiting() == 0; },
          [this] {
            seat_.SetGauges();
            service_.metrics().Set("dragoman_waiting", {}, static_cast<double>(lanes_.waiting()));
            service_.metrics().Set("dragoman_store_up", {}, store_.available() ? 1 : 0);
          },
          [this]() -> Result<bool, std::string> {
            seat_.ReloadKeys();
            return true;
          },
          [this] { seat_.GiveUp(); },
          pages_.Pages()};
}

SubscriptionPages::Powers Router::Powers() {
  return {
      .act = [this](const store::RecordKey& key, presence::Event event,
                    auto done) { Presence(key, std::move(event), OwnCause(), std::move(done)); },
      .path = [this](const envelope::Address& from,
                     const envelope::Address& to) { return PathBetween(from, to); },
      .is_sip = [this](const std::string& domain) { return settings_.ServesSipDomain(domain); },
      .partner =
          [this](const std::string& domain) {
            const policy::Partner* partner = settings_.FindPartner(domain);
            return partner != nullptr ? partner->name() : std::string();
          }};
}

admin::Path Router::PathBetween(const envelope::Address& from, const envelope::Address& to) const {
  const bool from_sip = settings_.ServesSipDomain(from.domain);
  envelope::Header header;
  header.kind = Kind::kChat;
  header.from_side = from_sip ? Side::kSip : Side::kXmpp;
  header.from = from;
  header.to = to;
  admin::Path path;
  const routing::Destination destination = routing::Dispatch(header, settings_);
  if (const auto* refuse = std::get_if<Refuse>(&destination))
    path.set_refused(std::string(Name(refuse->reason)));
  path.set_router(service_.instance());
  path.set_sip_frontend(seat_.Choose({Role::kSipFrontend, envelope::PairHash(from, to)}));
  path.set_xmpp_frontend(seat_.Choose(from_sip ? XmppTarget(from, to) : XmppTarget(to, from)));
  admin::Room& room = *path.mutable_room();
  room.set_watches_max(settings_.presence.limits.per_user);
  room.set_pending_max(settings_.presence.limits.pending_per_user);
  const policy::Partner* partner = settings_.FindPartner(from_sip ? to.domain : from.domain);
  if (partner != nullptr) {
    room.set_partner_watches(upkeep_.CountOf(*partner));
    room.set_partner_watches_max(partner->subscriptions);
  }
  return path;
}

void Router::OnRedis(const runtime::RedisEvent& event) {
  using What = runtime::RedisEvent::What;
  const std::string_view peer = event.peer == runtime::RedisPeer::kServer ? "server" : "sentinel";
  const std::string reason(Name(event.reason));
  switch (event.what) {
    case What::kConnected:
      service_.metrics().Count("dragoman_redis_connections_total", {{"to", peer}});
      if (event.peer == runtime::RedisPeer::kServer) Join();
      return service_.log().Info("redis connected",
                                 {{"to", std::string(peer)}, {"server", event.server}});
    case What::kSwitched:
      return service_.log().Warn("redis master changed",
                                 {{"server", event.server}, {"detail", event.detail}});
    case What::kDown:
    case What::kRefused:
      service_.metrics().Count("dragoman_redis_errors_total", {{"to", peer}, {"reason", reason}});
      if (!event.news) return;
      return service_.log().Warn(
          event.what == What::kDown ? "redis not connected" : "redis refused",
          {{"to", std::string(peer)},
           {"server", event.server},
           {"reason", reason},
           {"detail", event.detail}});
  }
}

void Router::OnDelivered(envelope::Message message) {
  const envelope::Header& header = message.header;
  auto cause =
      std::make_shared<Cause>(Cause{header, service_.loop().Now() + Duration(header.budget_ms)});
  std::visit(
      [&](const auto& destination) { Handle(destination, cause, std::move(message.payload)); },
      routing::Dispatch(header, settings_));
}

void Router::OnFinished(const envelope::MessageId& id, Outcome outcome) {
  const auto found = finish_.find(id);
  if (found == finish_.end()) return;
  const OnOutcome done = std::move(found->second);
  finish_.erase(found);
  done(std::move(outcome));
}

void Router::Handle(const Refuse& refuse, const CausePtr& cause, const std::string&) {
  AnswerReason(*cause, refuse.reason);
}

void Router::Handle(const PassOn&, const CausePtr& cause, std::string payload) {
  if (IsLate(*cause)) return;
  envelope::Message message{cause->header, std::move(payload)};
  message.header.budget_ms = BudgetFor(*cause, kToXmppBudgetMs);
  --message.header.hops;
  const routing::Target target = XmppTarget(message.header.from, message.header.to);
  Send(std::move(message), target,
       [this, cause](Outcome outcome) { Answer(*cause, std::move(outcome)); });
}

routing::Target Router::XmppTarget(const envelope::Address& sip_user,
                                   const envelope::Address& xmpp_user) const {
  const std::uint32_t lane =
      routing::Lane(envelope::PairHash(sip_user, xmpp_user), settings_.xmpp.streams_per_partner);
  return {Role::kXmppFrontend, routing::XmppStreamKey(sip_user.domain, xmpp_user.domain, lane)};
}

envelope::MessageId Router::NextId(Cause& cause, std::size_t kind) {
  const std::uint32_t number = cause.derived.at(kind)++;
  return envelope::DerivedId(cause.header.id, static_cast<std::uint32_t>(kind) << 16 | number);
}

void Router::Send(envelope::Message message, routing::Target target, OnOutcome done) {
  finish_[message.header.id] = std::move(done);
  seat_.Request(std::move(message), target);
}

void Router::CarryOut(const envelope::ToXmpp& effect, const CausePtr& cause,
                      const OnOutcome& done) {
  const envelope::MessageId id = NextId(*cause, kToXmpp + effect.payload.index());
  envelope::Message message = std::visit(
      [&](const auto& payload) {
        return envelope::MakeMessage(id, Side::kSip, effect.from, effect.to, payload);
      },
      effect.payload);
  message.header.budget_ms = kToXmppBudgetMs;
  message.header.attempt = cause->header.attempt;
  message.header.trace = cause->header.trace;
  Send(std::move(message), XmppTarget(effect.from, effect.to), done);
}

void Router::CarryOut(const envelope::ToSip& effect, const CausePtr& cause, const OnOutcome& done) {
  const envelope::MessageId id = NextId(*cause, effect.command.act.index());
  envelope::Message message =
      envelope::MakeMessage(id, Side::kXmpp, effect.from, effect.to, effect.command);
  const bool invitation = std::holds_alternative<envelope::SessionOpen>(effect.command.act);
  message.header.budget_ms = invitation ? kInvitationBudgetMs : kToSipBudgetMs;
  message.header.attempt = cause->header.attempt;
  message.header.trace = cause->header.trace;
  const routing::Target target{Role::kSipFrontend, message.header.pair_hash};
  Send(std::move(message), target, done);
}

void Router::CarryOut(const envelope::Farewell& farewell, const CausePtr& cause) {
  const store::RecordKey reverse{store::RecordKind::kPresence, farewell.to, farewell.from};
  store_.Load(reverse, [this, farewell, cause](Result<store::Stored, store::StoreError> stored) {
    if (!stored || !stored->bytes.empty()) return;  // watched, and told the truth that way
    envelope::PresenceUpdate gone;
    gone.resources.emplace_back();
    CarryOut(envelope::ToXmpp{farewell.from, farewell.to, std::move(gone)}, cause,
             [](const Outcome&) {});
  });
}

void Router::Answer(const Cause& cause, Outcome outcome) {
  const envelope::Header& header = cause.header;
  if (header.budget_ms == 0) return;
  if (!outcome.accepted()) {
    service_.log().Warn("refused", {{"reason", std::string(Name(outcome.reason))},
                                    {"kind", std::string(Name(header.kind))},
                                    {"from", envelope::ToString(header.from.Bare())},
                                    {"to", envelope::ToString(header.to.Bare())},
                                    {"sip_status", std::to_string(outcome.sip_status)},
                                    {"detail", outcome.text}});
  }
  seat_.Reply(header.id, outcome);
}

void Router::AnswerReason(const Cause& cause, Reason reason) {
  Outcome outcome;
  outcome.reason = reason;
  Answer(cause, std::move(outcome));
}

void Router::StoreFailed(const Cause& cause, store::StoreError error) {
  AnswerReason(cause, ReasonOf(error));
}

// What time or a lost member sets off has no message behind it, but its effects need ids.
Router::CausePtr Router::OwnCause() {
  envelope::Header header;
  header.id = envelope::NewId(service_.random());
  return std::make_shared<Cause>(Cause{header, TimePoint::max()});
}

void Router::LookAt(const store::DueEntry& entry) {
  const bool verify = entry.purpose == store::Purpose::kVerify;
  if (entry.key.kind == store::RecordKind::kPresence) {
    Presence(entry.key,
             verify ? presence::Event(presence::Verify{}) : presence::Event(presence::Due{}),
             OwnCause());
    return;
  }
  Conversation(entry.key, chat::Due{}, OwnCause(), {});
}

// What a lost front-end had not carried yet is fetched anew: XMPP presence by probes, SIP presence
// by refreshes. XMPP clients whose probes it had are answered so too; SIP watchers ask again
// themselves.
void Router::VerifyAll(Role lost) {
  if (lost == Role::kRouter) return;
  upkeep_.VerifyAll(Side::kSip);
  if (lost == Role::kXmppFrontend) upkeep_.VerifyAll(Side::kXmpp);
}

// Its users may have left while their server could not say so; it is asked about all (SUB-13).
// While the store is away this is forgotten: with the store all comes to be verified.
void Router::Handle(const ToDomains& to, const CausePtr& cause, const std::string&) {
  upkeep_.VerifyStream(to.sip_domain, to.xmpp_domain);
  Answer(*cause, {});
}

bool Router::IsLate(const Cause& cause) {
  if (cause.header.budget_ms == 0) return false;
  return cause.deadline <= service_.loop().Now() || !seat_.MayBegin(cause.header);
}

std::uint32_t Router::BudgetFor(const Cause& cause, std::uint32_t budget_ms) const {
  if (cause.header.budget_ms == 0) return budget_ms;
  const Duration left = cause.deadline - service_.loop().Now();
  return std::clamp(static_cast<std::uint32_t>(left.count()), 1u, budget_ms);
}

}  // namespace dragoman::router
