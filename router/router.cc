#include "router/router.h"

#include <utility>

#include "core/routing/lanes.h"

namespace dragoman::router {

using envelope::Kind;
using envelope::Outcome;
using envelope::Role;
using envelope::Side;
using policy::Reason;

namespace {

std::string_view SideName(Side side) { return side == Side::kSip ? "sip" : "xmpp"; }

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kSipFrontend:
      return "sip-frontend";
    case Role::kXmppFrontend:
      return "xmpp-frontend";
    case Role::kRouter:
      return "router";
  }
  return "unknown";
}

}  // namespace

Router::Router(runtime::Service& service)
    : service_(service),
      settings_(service.settings()),
      node_({Role::kRouter, service.instance(), DRAGOMAN_VERSION}, {}, service.loop().Now()),
      port_(service.loop(), node_, *this),
      store_(runtime::Redis::Create(service.loop(), settings_.redis_url)),
      typing_timer_(service.loop(), [this] { OnTypingTimer(); }),
      due_timer_(service.loop(), [this] { OnDueTimer(); }) {}

Result<bool, std::string> Router::Start() {
  const std::uint32_t worker = service_.options().worker;
  if (worker >= settings_.router_listen.size())
    return Fail(std::string("router.listen has no address for this worker"));
  auto bus = runtime::Bus::Bind(service_.loop(), service_.instance(),
                                settings_.router_listen[worker], port_.handler());
  if (!bus) return Fail(bus.error());
  port_.Attach(*std::move(bus));
  due_timer_.StartAt(service_.loop().Now() + kDueInterval);
  return true;
}

runtime::Service::Hooks Router::hooks() {
  return {[this] {
            return node_.members(Role::kSipFrontend) > 0 && node_.members(Role::kXmppFrontend) > 0;
          },
          [this] {
            node_.Drain(service_.loop().Now());
            port_.Drain();
          },
          [this] { return node_.open_requests() == 0 && lanes_.waiting() == 0; },
          [this] {
            service_.metrics().Set("dragoman_open_requests", {},
                                   static_cast<double>(node_.open_requests()));
            service_.metrics().Set("dragoman_waiting", {}, static_cast<double>(lanes_.waiting()));
            service_.metrics().Set("dragoman_store_up", {}, store_.available() ? 1 : 0);
          }};
}

void Router::operator()(routing::Node::Deliver deliver) {
  const envelope::Header& header = deliver.message.header;
  service_.metrics().Count("dragoman_taken_total",
                           {{"from", SideName(header.from_side)}, {"kind", Name(header.kind)}});
  auto cause =
      std::make_shared<Cause>(Cause{header, service_.loop().Now() + Duration(header.budget_ms)});
  std::visit(
      [&](const auto& destination) {
        Handle(destination, cause, std::move(deliver.message.payload));
      },
      routing::Dispatch(header, settings_));
}

void Router::operator()(routing::Node::Finish finish) {
  const auto found = finish_.find(finish.id);
  if (found == finish_.end()) return;
  const OnOutcome done = std::move(found->second);
  finish_.erase(found);
  done(std::move(finish.outcome));
}

void Router::operator()(const routing::Node::MemberUp& up) {
  service_.log().Info("member up",
                      {{"member", up.instance}, {"kind", std::string(RoleName(up.role))}});
}

void Router::operator()(const routing::Node::MemberLost& lost) {
  service_.log().Warn("member lost", {{"member", lost.instance},
                                      {"kind", std::string(RoleName(lost.role))},
                                      {"planned", lost.planned ? "yes" : "no"}});
  VerifyAll(lost.role);
}

void Router::Handle(const Refuse& refuse, const CausePtr& cause, const std::string&) {
  AnswerReason(*cause, refuse.reason);
}

void Router::Handle(const PassOn&, const CausePtr& cause, std::string payload) {
  envelope::Message message{cause->header, std::move(payload)};
  message.header.budget_ms = kToXmppBudgetMs;
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

void Router::Send(envelope::Message message, routing::Target target, OnOutcome done) {
  finish_[message.header.id] = std::move(done);
  node_.Request(std::move(message), target, service_.loop().Now());
  port_.Drain();
}

void Router::CarryOut(const envelope::ToXmpp& effect, const CausePtr& cause,
                      const OnOutcome& done) {
  const envelope::MessageId id = envelope::DerivedId(cause->header.id, cause->derived++);
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
  const envelope::MessageId id = envelope::DerivedId(cause->header.id, cause->derived++);
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
  if (outcome.accepted()) {
    service_.metrics().Count("dragoman_delivered_total",
                             {{"from", SideName(header.from_side)}, {"kind", Name(header.kind)}});
  } else {
    service_.metrics().Count("dragoman_refused_total", {{"from", SideName(header.from_side)},
                                                        {"kind", Name(header.kind)},
                                                        {"reason", Name(outcome.reason)}});
    service_.log().Warn("refused", {{"reason", std::string(Name(outcome.reason))},
                                    {"kind", std::string(Name(header.kind))},
                                    {"from", envelope::ToString(header.from.Bare())},
                                    {"to", envelope::ToString(header.to.Bare())},
                                    {"sip_status", std::to_string(outcome.sip_status)},
                                    {"detail", outcome.text}});
  }
  node_.Reply(header.id, std::move(outcome), service_.loop().Now());
  port_.Drain();
}

void Router::AnswerReason(const Cause& cause, Reason reason) {
  Outcome outcome;
  outcome.reason = reason;
  Answer(cause, std::move(outcome));
}

void Router::StoreFailed(const Cause& cause, store::StoreError error) {
  AnswerReason(cause, error == store::StoreError::kUnavailable ? Reason::kStoreUnavailable
                                                               : Reason::kOverloaded);
}

// What time or a lost member sets off has no message behind it, but its effects need ids.
Router::CausePtr Router::OwnCause() {
  envelope::Header header;
  header.id = envelope::NewId(service_.random());
  return std::make_shared<Cause>(Cause{header, TimePoint::max()});
}

void Router::OnDueTimer() {
  due_timer_.StartAt(service_.loop().Now() + kDueInterval);
  if (!store_.available()) return;
  if (store_.connections() > store_connections_) {
    // What came while the store was away was refused: both sides are asked how things are (F-7).
    store_connections_ = store_.connections();
    VerifyAll(Role::kSipFrontend);
    VerifyAll(Role::kXmppFrontend);
  }
  for (const Role lost : std::exchange(unverified_, {})) VerifyAll(lost);
  store_.Claim(service_.loop().Wall(), kDueClaimMax, [this](std::vector<store::DueEntry> entries) {
    for (const store::DueEntry& entry : entries) LookAt(entry);
  });
}

void Router::LookAt(const store::DueEntry& entry) {
  const bool verify = entry.purpose == store::Purpose::kVerify;
  if (verify) store_.Settle(entry);
  if (entry.key.kind == store::RecordKind::kPresence) {
    Presence(entry.key,
             verify ? presence::Event(presence::Verify{}) : presence::Event(presence::Due{}),
             OwnCause());
    return;
  }
  Conversation(entry.key, chat::Due{}, OwnCause(), {});
}

bool Router::IsLate(const Cause& cause) const {
  return cause.header.budget_ms > 0 && cause.deadline <= service_.loop().Now();
}

// What the lost front-end did not carry is fetched anew: XMPP presence by probes, SIP presence by
// refreshes. XMPP clients whose probes it had are answered so too; SIP watchers ask again
// themselves.
void Router::VerifyAll(Role lost) {
  if (lost == Role::kRouter) return;
  VerifyEach(
      [this, lost](const store::RecordKey& key) {
        return lost == Role::kXmppFrontend || !settings_.ServesSipDomain(key.first.domain);
      },
      [this, lost] { unverified_.insert(lost); });
}

// Its users may have left while their server could not say so; it is asked about all (SUB-13).
// While the store is away this is forgotten: with the store all comes to be verified.
void Router::Handle(const ToDomains& to, const CausePtr& cause, const std::string&) {
  VerifyEach(
      [to](const store::RecordKey& key) {
        const auto between = [&](const std::string& first, const std::string& second) {
          return key.first.domain == first && key.second.domain == second;
        };
        return between(to.sip_domain, to.xmpp_domain) || between(to.xmpp_domain, to.sip_domain);
      },
      [] {});
  Answer(*cause, {});
}

void Router::VerifyEach(std::function<bool(const store::RecordKey&)> concerned,
                        std::function<void()> failed) {
  const WallTime from = service_.loop().Wall() + kVerifyAfter;
  store_.EachPresence(
      [this, concerned = std::move(concerned), from](const store::RecordKey& key) {
        if (!concerned(key)) return;
        const auto jitter =
            static_cast<std::int64_t>(envelope::PairHash(key.first, key.second) %
                                      static_cast<std::uint64_t>(kVerifySpread.count()));
        store_.Schedule({key, store::Purpose::kVerify}, from + Duration(jitter));
      },
      std::move(failed));
}

}  // namespace dragoman::router
