#include "sip-frontend/frontend.h"

#include <utility>
#include <variant>

#include "core/sip/dialog.h"
#include "core/translate/sip_answer.h"
#include "core/translate/sip_gate.h"
#include "core/translate/sip_intake.h"
#include "core/translate/sip_reply.h"
#include "runtime/net/address_block.h"
#include "sip-frontend/admission.h"

namespace dragoman::sip_frontend {
namespace {

using envelope::Side;
using policy::Reason;

// Where the request came from, beside what it says (SIP-10).
void MarkReceived(sip::Request& request, const std::string& ip) {
  const auto values = request.List("Via");
  const auto top = values.empty() ? std::nullopt : sip::Via::Parse(values.front());
  if (!top || sip::FindParameter(top->parameters, "received") != nullptr) return;
  std::vector<std::string> vias(values.begin(), values.end());
  vias.front() += ";received=" + ip;
  request.Remove("Via");
  for (auto via = vias.rbegin(); via != vias.rend(); ++via) request.Prepend("Via", *via);
}

}  // namespace

Frontend::Frontend(const Parts& parts)
    : loop_(parts.loop),
      resolver_(parts.resolver),
      random_(parts.random),
      journal_(parts.journal),
      settings_(parts.settings),
      tls_(parts.tls),
      seat_({parts.loop, parts.log, parts.metrics, parts.settings, parts.self},
            {[this](const envelope::Message& message) { OnDelivered(message); },
             [this](const envelope::MessageId& id, const envelope::Outcome& outcome) {
               OnFinished(id, outcome);
             }}),
      sip_timer_(parts.loop,
                 [this] {
                   transactions_.Advance(loop_.Now());
                   DrainSip();
                 }),
      edges_(parts.loop, parts.resolver, parts.random, parts.settings,
             [this](const std::string& address, const policy::HostPort& where) {
               return Dial(address, where);
             }),
      pacer_(parts.loop, parts.settings.sip.limits.requests_per_second),
      farewells_(parts.loop, [this] { RetireNext(); }) {}

Frontend::~Frontend() = default;

Result<bool, std::string> Frontend::Start() {
  seat_.Connect(resolver_);
  for (const std::string& address : settings_.sip.listen) {
    auto listener = runtime::Listener::Listen(
        loop_, address, [this](auto pending) { OnAccept(std::move(pending)); },
        [this](const auto& peer, const auto& why) { journal_.ConnectionRefused(peer, why); });
    if (!listener) return Fail(listener.error());
    journal_.Listening(address, (*listener)->port());
    listeners_.push_back(*std::move(listener));
  }
  return true;
}

// ---- connections

void Frontend::OnAccept(std::unique_ptr<runtime::Listener::Pending> pending) {
  const std::string block = runtime::AddressBlock(pending->peer_address());
  std::size_t& from_there = per_address_[block];
  if (accepted_ >= kConnectionsMax || from_there >= runtime::kConnectionsPerAddressMax) {
    journal_.ConnectionRefused(pending->peer_address(), "too many connections");
    if (from_there == 0) per_address_.erase(block);
    return;  // closed before TLS
  }
  ++from_there;
  ++accepted_;
  const sip::ConnectionId id = next_connection_++;
  auto& channel = channels_[id] = std::make_unique<Channel>(loop_, tls_, id, *this);
  channel->Accept(*pending);
}

Channel* Frontend::Dial(const std::string& address, const policy::HostPort& where) {
  if (channels_.size() - accepted_ >= kConnectionsMax) return nullptr;
  const sip::ConnectionId id = next_connection_++;
  auto& channel = channels_[id] = std::make_unique<Channel>(loop_, tls_, id, *this);
  channel->KeepAlive(settings_.sip.limits.keepalive);
  channel->Connect(address, where);
  return channel.get();
}

Channel* Frontend::Find(sip::ConnectionId id) {
  const auto found = channels_.find(id);
  return found != channels_.end() ? found->second.get() : nullptr;
}

bool Frontend::Authorise(Channel& channel, const std::vector<std::string>& identities) {
  const Admission admission = channel.outgoing()
                                  ? AdmitOutgoing(identities, channel.dialled(), settings_.sip)
                                  : AdmitIncoming(identities, settings_.sip);
  if (!admission.peer) {
    journal_.PeerRefused(channel, identities, admission.expected);
    return false;
  }
  channel.set_peer(*admission.peer);
  journal_.Connected(channel);
  if (channel.outgoing()) edges_.OnReady(channel);
  return true;
}

void Frontend::OnGone(Channel& channel, const runtime::CloseInfo& info) {
  journal_.Closed(channel, info);
  if (!channel.outgoing()) {
    --accepted_;
    const auto counted = per_address_.find(runtime::AddressBlock(channel.ip()));
    if (counted != per_address_.end() && --counted->second == 0) per_address_.erase(counted);
  }
  transactions_.OnClosed(channel.id(), loop_.Now());
  edges_.OnGone(channel);
  DrainSip();
  loop_.Defer([this, id = channel.id()] { channels_.erase(id); });
}

void Frontend::OnBadBytes(Channel& channel, const std::string& why,
                          std::optional<sip::Response> answer) {
  if (!answer) return journal_.BadBytes(channel, why, Reason::kMalformed);
  const sip::Response response = translate::Explained(*std::move(answer));
  journal_.BadBytes(channel, why, translate::CauseOf(response).reason);
  TellRefused(channel, response);
  channel.Send(response.ToString());
}

// An answer that was made here, if it refuses: nobody else hears of it.
void Frontend::TellRefused(const Channel& channel, const sip::Response& answer) {
  const Reason reason = translate::CauseOf(answer).reason;
  if (reason == Reason::kNone) return;
  journal_.RefusedAtGate(channel, answer);
  seat_.RefuseAtGate(Side::kSip, reason);
}

// ---- SIP to bus

void Frontend::OnRequest(Channel& channel, sip::Request request) {
  if (!channel.outgoing()) MarkReceived(request, channel.ip());
  auto refusal = translate::RefuseAtOnce(request, settings_);
  if (!refusal && !MaySpeakFor(channel.peer(), request, settings_.sip)) {
    refusal = {.status = 403, .reason = Reason::kSenderNotAllowed};
  } else if (!refusal && channel.retired() && request.method() != "ACK") {
    refusal = {.status = 500, .reason = Reason::kShuttingDown, .retry_after = 1};
  }
  if (!refusal) {
    transactions_.OnRequest(channel.id(), std::move(request), loop_.Now());
    channel.SetBusy(transactions_.unanswered(channel.id()) >= sip::kTransactionsPerConnectionMax);
    return DrainSip();
  }
  if (request.method() == "ACK" || request.method() == "BENOTIFY") {
    return journal_.Dropped(
        channel, request.method() + " refused: " + std::string(policy::Name(refusal->reason)));
  }
  const sip::Response response =
      translate::Refuse(request, sip::StatelessTag(request), *refusal, settings_);
  TellRefused(channel, response);
  channel.Send(response.ToString());
}

void Frontend::OnResponse(Channel& channel, sip::Response response) {
  transactions_.OnResponse(channel.id(), std::move(response), loop_.Now());
  DrainSip();
}

void Frontend::operator()(sip::Transactions::Serve serve) {
  Channel* channel = Find(serve.connection);
  if (channel == nullptr) return;
  translate::SipIntake intake = translate::ReceiveSip(
      serve.request,
      {.settings = settings_, .random = random_, .now = loop_.Wall(), .edge = channel->peer()});
  if (auto* response = std::get_if<sip::Response>(&intake)) {
    TellRefused(*channel, *response);
    return Answer(serve.id, serve.connection, *response);
  }
  if (const auto* ignored = std::get_if<translate::SipIgnored>(&intake)) {
    transactions_.Forget(serve.id);
    return journal_.Dropped(*channel, ignored->why);
  }
  auto& event = std::get<translate::SipEvent>(intake);
  Asked asked{.transaction = serve.id,
              .connection = serve.connection,
              .request = std::move(serve.request),
              .local_tag = event.local_tag,
              .peer = channel->peer(),
              .header = event.message.header};
  asked.owed = asked.header.budget_ms > 0;
  if (event.response) {
    Answer(serve.id, serve.connection, *event.response);
  } else if (!asked.owed) {
    transactions_.Forget(serve.id);
  }
  Ask(asked, std::move(event.message));
}

void Frontend::Ask(const Asked& asked, envelope::Message message) {
  const envelope::MessageId id = message.header.id;
  if (const auto known = asked_.find(id); known != asked_.end()) {
    known->second = asked;  // sent again on another connection: the one Outcome answers this one
    return;
  }
  if (message.header.budget_ms == 0) message.header.budget_ms = envelope::kUnansweredBudgetMs;
  asked_.emplace(id, asked);
  const std::uint64_t key = message.header.pair_hash;
  seat_.Ask(std::move(message), {envelope::Role::kRouter, key});
}

void Frontend::OnFinished(const envelope::MessageId& id, const envelope::Outcome& outcome) {
  const auto found = asked_.find(id);
  if (found == asked_.end()) return;
  const Asked asked = std::move(found->second);
  asked_.erase(found);
  if (!outcome.accepted()) journal_.Refused(asked.header, outcome);
  if (!asked.owed) return;
  const sip::Response response =
      translate::AnswerSip(asked.request, asked.local_tag, outcome, settings_);
  // After bytes that are no message it stays until its peer has closed too, and takes nothing.
  const Channel* channel = Find(asked.connection);
  if (channel == nullptr || !channel->writable()) return AnswerElsewhere(asked, response);
  journal_.Answered(channel, response);
  Answer(asked.transaction, asked.connection, response);
}

// The connection of the request ended, or is being closed, before its answer: the peer still waits
// for it (SIP-13).
void Frontend::AnswerElsewhere(const Asked& asked, const sip::Response& response) {
  edges_.Find(asked.peer, std::nullopt, asked.header.from.domain,
              [this, response](Channel* channel) {
                journal_.Answered(channel, response);
                if (channel != nullptr) channel->Send(response.ToString());
              });
}

void Frontend::Answer(sip::TransactionId transaction, sip::ConnectionId connection,
                      const sip::Response& response) {
  Channel* channel = Find(connection);
  transactions_.Answer(transaction, response, loop_.Now());
  if (channel != nullptr) {
    channel->SetBusy(transactions_.unanswered(connection) >= sip::kTransactionsPerConnectionMax);
  }
  DrainSip();
}

void Frontend::operator()(sip::Transactions::Reject reject) {
  Channel* channel = Find(reject.connection);
  if (channel == nullptr) return;
  const sip::Response response = translate::Explained(std::move(reject.response));
  TellRefused(*channel, response);
  channel->Send(response.ToString());
}

void Frontend::operator()(sip::Transactions::Cancelled cancelled) {
  const sip::Response response = translate::Explained(
      sip::MakeResponse(cancelled.request, 487, sip::StatelessTag(cancelled.request)));
  transactions_.Answer(cancelled.id, response, loop_.Now());
}

void Frontend::operator()(sip::Transactions::Send send) {
  if (Channel* channel = Find(send.connection)) channel->Send(std::move(send.bytes));
}

// After every call into the transactions; a handler may call in again, and the loop goes on with
// it.
void Frontend::DrainSip() {
  if (std::exchange(draining_sip_, true)) return;
  while (auto effect = transactions_.Poll()) std::visit(*this, *std::move(effect));
  draining_sip_ = false;
  sip_timer_.StartAt(transactions_.Deadline());
}

}  // namespace dragoman::sip_frontend
