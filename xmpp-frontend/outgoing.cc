#include "xmpp-frontend/outgoing.h"

#include <utility>

#include "core/xmpp/precis.h"

namespace dragoman::xmpp_frontend {

using policy::Reason;
using xmpp::OutboundFailure;
using xmpp::OutboundStream;

namespace {

std::string Unicode(const std::string& domain) {
  const std::optional<xmpp::Domain> prepared = xmpp::PrepareDomain(domain);
  return prepared ? prepared->unicode : domain;
}

}  // namespace

Reason ReasonOf(OutboundFailure failure) {
  switch (failure) {
    case OutboundFailure::kTlsRefused:
      return Reason::kTlsRequired;
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
                   const policy::Partner& partner, std::optional<xmpp::VerifyQuestion> question,
                   Events events)
    : place_(place),
      local_(std::move(local)),
      remote_(std::move(remote)),
      partner_(partner),
      question_(std::move(question)),
      events_(std::move(events)),
      timer_(place.loop, [this] {
        machine_->Advance(place_.loop.Now());
        Drain();
      }) {
  place_.finder.Find(remote_, partner_,
                     [this, alive = alive_](Result<std::vector<Endpoint>, FindError> found) {
                       if (*alive) OnFound(std::move(found));
                     });
}

Outgoing::~Outgoing() { *alive_ = false; }

void Outgoing::OnFound(Result<std::vector<Endpoint>, FindError> found) {
  if (!found) {
    const bool none = found.error() == FindError::kNotFound;
    return End(none ? Reason::kRemoteServerNotFound : Reason::kRemoteServerTimeout,
               none ? "the domain does not resolve" : "DNS does not answer");
  }
  endpoints_ = *std::move(found);
  TryNext();
}

void Outgoing::TryNext() {
  if (next_ == endpoints_.size()) return End(Reason::kRemoteServerTimeout, end_.detail);
  const Endpoint& endpoint = endpoints_[next_++];
  connection_ =
      runtime::Connection::Connect(place_.loop, endpoint.ip, endpoint.port, kConnectMax, *this);
}

void Outgoing::OnOpen() {
  address_ = connection_->peer_address();
  xmpp::OutboundRules rules;
  rules.local = Unicode(local_);
  rules.remote = Unicode(remote_);
  rules.requires_tls = partner_.tls == policy::Need::kRequired;
  rules.dialback_secrets = place_.settings.xmpp.dialback_secrets;
  machine_.emplace(std::move(rules), question_, place_.loop.Now());
  machine_->OnOpen(place_.loop.Now());
  Drain();
}

// Dialback proves the domain here; the certificate, whoever signed it, hides the stream from
// onlookers.
void Outgoing::OnSecure(const runtime::PeerCertificate&) {
  machine_->OnTls(place_.loop.Now());
  Drain();
}

void Outgoing::OnBytes(std::string_view bytes) {
  machine_->OnBytes(bytes, place_.loop.Now());
  Drain();
}

void Outgoing::OnFlushed() {
  if (ready() && events_.flushed) events_.flushed();
}

void Outgoing::OnClosed(const runtime::CloseInfo& info) {
  // The connection may not be destroyed inside its own call; the next attempt keeps it that long.
  old_connection_ = std::move(connection_);
  if (info.cause == runtime::CloseCause::kConnectFailed ||
      (info.cause == runtime::CloseCause::kTimeout && !machine_)) {
    end_.detail = info.detail;
    return TryNext();
  }
  if (end_.reason != Reason::kNone || info.cause == runtime::CloseCause::kLocal)
    return End(end_.reason, end_.detail);
  if (info.cause == runtime::CloseCause::kHandshakeFailed)
    return End(Reason::kTlsRequired, info.detail);
  End(Reason::kConnectionLost, info.detail);
}

void Outgoing::Write(std::string stanza) { connection_->Write(std::move(stanza)); }

void Outgoing::Finish() {
  if (!machine_) return End(Reason::kNone, {});
  machine_->Finish(place_.loop.Now());
  Drain();
}

void Outgoing::Drain() {
  while (auto effect = machine_->Poll()) {
    if (auto* send = std::get_if<OutboundStream::Send>(&*effect)) {
      connection_->Write(std::move(send->bytes));
    } else if (std::holds_alternative<OutboundStream::StartTls>(*effect)) {
      connection_->StartTlsClient(place_.tls, remote_);
    } else if (std::holds_alternative<OutboundStream::Ready>(*effect)) {
      if (events_.ready) events_.ready();
    } else if (const auto* answered = std::get_if<OutboundStream::Answered>(&*effect)) {
      if (events_.answered) events_.answered(answered->verdict);
    } else if (auto* failed = std::get_if<OutboundStream::Failed>(&*effect)) {
      end_ = {ReasonOf(failed->failure), std::move(failed->detail)};
    } else {
      connection_->Close();
    }
  }
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
