#include "xmpp-frontend/outgoing.h"

#include <utility>

#include "core/xmpp/precis.h"

namespace dragoman::xmpp_frontend {

using policy::Reason;
using xmpp::OutboundFailure;
using xmpp::OutboundStream;

Reason ReasonOf(OutboundFailure failure) {
  switch (failure) {
    case OutboundFailure::kTlsRefused:
      return Reason::kTlsRequired;
    case OutboundFailure::kCertificate:
    case OutboundFailure::kSaslRefused:
    case OutboundFailure::kKeyRefused:
    case OutboundFailure::kDialbackError:
      return Reason::kRemoteUntrusted;
    case OutboundFailure::kTimeout:
    case OutboundFailure::kStreamError:
    case OutboundFailure::kClosed:
    case OutboundFailure::kBadStream:
      return Reason::kRemoteServerTimeout;
  }
  return Reason::kRemoteServerTimeout;
}

Outgoing::Outgoing(const Place& place, std::string local, std::string remote,
                   policy::Partner partner, Purpose purpose, Events events)
    : place_(place),
      local_(std::move(local)),
      remote_(std::move(remote)),
      partner_(std::move(partner)),
      purpose_(std::move(purpose)),
      events_(std::move(events)),
      timer_(place.loop, [this] {
        machine_->Advance(place_.loop.Now());
        Drain();
      }) {
  place_.finder.Find(remote_, partner_, [this, alive = alive_](Finder::Found found) {
    if (*alive) OnFound(std::move(found));
  });
}

Outgoing::~Outgoing() {
  *alive_ = false;
  StopWatching();
}

void Outgoing::OnFound(Finder::Found found) {
  if (!found) {
    const bool none = found.error() == FindError::kNotFound;
    return End(none ? Reason::kRemoteServerNotFound : Reason::kRemoteServerTimeout,
               none ? "the domain does not resolve" : "DNS does not answer");
  }
  endpoints_ = *std::move(found);
  if (partner_.tls == policy::Need::kDisabled) {
    std::erase_if(endpoints_, [](const Endpoint& endpoint) { return endpoint.direct_tls; });
  }
  TryNext();
}

void Outgoing::TryNext() {
  machine_.reset();
  timer_.Stop();  // it was for that machine
  if (next_ == endpoints_.size()) {
    place_.finder.Doubt(remote_, partner_);  // another answer may be better
    return End(Reason::kRemoteServerTimeout, end_.detail);
  }
  const Endpoint& endpoint = endpoints_[next_++];
  connection_ =
      runtime::Connection::Connect(place_.loop, endpoint.ip, endpoint.port, kConnectMax, *this);
}

void Outgoing::OnOpen() {
  if (ended_) return;  // let go of meanwhile
  end_ = {};
  address_ = connection_->peer_address();
  xmpp::OutboundRules rules;
  rules.local = xmpp::UnicodeDomain(local_);
  rules.remote = xmpp::UnicodeDomain(remote_);
  rules.policy = PolicyOf(partner_);
  rules.dialback_secrets = place_.settings.xmpp.dialback_secrets;
  rules.direct_tls = endpoints_[next_ - 1].direct_tls;
  rules.resume = purpose_.resume;
  machine_.emplace(std::move(rules), purpose_.question, place_.loop.Now());
  machine_->OnOpen(place_.loop.Now());
  Drain();
}

void Outgoing::OnSecure(const runtime::PeerCertificate& peer) {
  machine_->OnTls(place_.loop.Now(), ProofOf(peer, remote_, place_.loop.Now()));
  Drain();
}

void Outgoing::OnBytes(std::string_view bytes) {
  machine_->OnBytes(bytes, place_.loop.Now());
  Drain();
}

void Outgoing::OnAcknowledged(std::uint64_t bytes) {
  if (events_.arrived) events_.arrived(bytes);
}

void Outgoing::OnReady(const OutboundStream::Ready& ready) {
  if ((watched_ = machine_->acknowledger()) != nullptr) {
    watched_->OnProgress([this] {
      machine_->OnHandled();
      Drain();
    });
  }
  connection_->WatchAcknowledgements();
  if (events_.ready) events_.ready(ready);
}

void Outgoing::OnClosed(const runtime::CloseInfo& info) {
  StopWatching();
  // The connection may not be destroyed inside its own call; the next attempt keeps it that long.
  old_connection_ = std::move(connection_);
  if (info.cause == runtime::CloseCause::kConnectFailed ||
      (info.cause == runtime::CloseCause::kTimeout && !machine_)) {
    end_.detail = info.detail;
    return TryNext();
  }
  if (end_.reason != Reason::kNone || info.cause == runtime::CloseCause::kLocal)
    return End(end_.reason, end_.detail);
  if (info.cause == runtime::CloseCause::kHandshakeFailed) {
    end_ = {Reason::kTlsRequired, info.detail};
    if (next_ < endpoints_.size()) return TryNext();
    return End(Reason::kTlsRequired, info.detail);
  }
  End(Reason::kConnectionLost, info.detail);
}

void Outgoing::StopWatching() {
  if (const auto acks = std::exchange(watched_, nullptr)) acks->OnProgress({});
}

void Outgoing::Write(std::string_view stanza) {
  if (ready()) connection_->Write(stanza);
}

void Outgoing::AskForAck() {
  if (!ready()) return;
  machine_->AskForAck();
  Drain();
}

void Outgoing::Refuse(xmpp::StreamError error, std::string_view text) {
  if (!ready()) return;
  machine_->Refuse(error, text);
  Drain();
}

void Outgoing::Finish() {
  if (!machine_ || !connection_) return End(Reason::kNone, {});
  machine_->Finish(place_.loop.Now());
  Drain();
}

void Outgoing::Drain() {
  if (!connection_) return;                    // lost: what the machine says now is for nobody
  if (std::exchange(draining_, true)) return;  // as Incoming has it
  while (auto effect = machine_->Poll()) {
    if (auto* send = std::get_if<OutboundStream::Send>(&*effect)) {
      connection_->Write(send->bytes);
    } else if (std::holds_alternative<OutboundStream::StartTls>(*effect)) {
      const bool direct = endpoints_[next_ - 1].direct_tls;
      connection_->StartTlsClient(direct ? place_.credentials.direct : place_.credentials.starttls,
                                  remote_);
    } else if (const auto* ready = std::get_if<OutboundStream::Ready>(&*effect)) {
      OnReady(*ready);
    } else if (const auto* acked = std::get_if<OutboundStream::Acked>(&*effect)) {
      if (events_.acked) events_.acked(acked->handled);
    } else if (auto* stanza = std::get_if<OutboundStream::Stanza>(&*effect)) {
      if (events_.stanza) {
        events_.stanza({std::move(stanza->element),
                        machine_->lang(),
                        {machine_->acknowledger(), stanza->number}});
      }
    } else if (const auto* answered = std::get_if<OutboundStream::Answered>(&*effect)) {
      if (events_.answered) events_.answered(answered->verdict);
    } else if (auto* failed = std::get_if<OutboundStream::Failed>(&*effect)) {
      end_ = {ReasonOf(failed->failure), std::move(failed->detail)};
    } else {
      connection_->Close();
    }
  }
  draining_ = false;
  timer_.StartAt(machine_->Deadline());
}

void Outgoing::End(Reason reason, std::string detail) {
  if (std::exchange(ended_, true)) return;
  end_ = {reason, std::move(detail)};
  timer_.Stop();
  place_.loop.Defer([this, alive = alive_] {
    if (*alive) events_.ended(end_);
  });
}

}  // namespace dragoman::xmpp_frontend
