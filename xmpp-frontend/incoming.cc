#include "xmpp-frontend/incoming.h"

#include <utility>

namespace dragoman::xmpp_frontend {

using xmpp::InboundStream;

Incoming::Incoming(runtime::Loop& loop, RandomSource& random, xmpp::InboundRules rules,
                   const Credentials& credentials, runtime::Listener::Pending& pending,
                   Events events)
    : loop_(loop),
      credentials_(credentials),
      events_(std::move(events)),
      machine_(rules, random, loop.Now()),
      timer_(loop,
             [this] {
               machine_.Advance(loop_.Now());
               Drain();
             }),
      address_(pending.peer_address()),
      connection_(pending.Adopt(*this)) {
  if (rules.direct_tls) connection_->StartTlsServer(credentials_.direct);
  Drain();
}

void Incoming::OnSecure(const runtime::PeerCertificate& peer) {
  const xmpp::PeerProof proof = ProofOf(peer, machine_.peer(), loop_.Now());
  const std::string shown = !peer.presented ? "no certificate"
                            : peer.trusted  ? "certificate of " + ToString(peer.names)
                                            : proof.problem;
  events_.event(*this, "stream secured", peer.cipher + ", " + shown);
  machine_.OnTls(loop_.Now(), proof);
  Drain();
}

void Incoming::OnBytes(std::string_view bytes) {
  machine_.OnBytes(bytes, loop_.Now());
  Drain();
}

void Incoming::OnVerdict(const std::string& from, const std::string& to, xmpp::Verdict verdict) {
  machine_.OnVerdict(from, to, verdict, loop_.Now());
  Drain();
}

void Incoming::Finish() {
  machine_.Finish(loop_.Now());
  Drain();
}

void Incoming::Shutdown() {
  machine_.Shutdown(xmpp::StreamError::kSystemShutdown, "shutting-down", loop_.Now());
  Drain();
}

void Incoming::OnClosed(const runtime::CloseInfo& info) {
  timer_.Stop();
  StopWatching();
  broken_off_ = info.cause != runtime::CloseCause::kLocal && !machine_.peer_ended();
  events_.event(*this, "stream closed", info.detail);
  events_.ended(*this);
}

// What is settled from here on is told the partner, if it has asked.
void Incoming::OnManaged() {
  watched_ = machine_.acknowledger();
  watched_->OnProgress([this] {
    machine_.OnHandled(loop_.Now());
    Drain();
  });
}

void Incoming::StopWatching() {
  if (const auto acks = std::exchange(watched_, nullptr)) acks->OnProgress({});
}

// What an effect leads to is done here too, and not inside of it: a stanza that is settled at once
// may be followed by any number of others.
void Incoming::Drain() {
  if (std::exchange(draining_, true)) return;
  while (auto effect = machine_.Poll()) {
    if (auto* send = std::get_if<InboundStream::Send>(&*effect)) {
      connection_->Write(send->bytes);
    } else if (std::holds_alternative<InboundStream::StartTls>(*effect)) {
      connection_->StartTlsServer(credentials_.starttls);
    } else if (const auto* verify = std::get_if<InboundStream::Verify>(&*effect)) {
      events_.verify(*this, *verify);
    } else if (const auto* proven = std::get_if<InboundStream::Proven>(&*effect)) {
      const std::string to = proven->to.empty() ? "all of ours" : proven->to;
      events_.event(*this, "domain proven",
                    proven->from + " to " + to + " by " + std::string(Name(proven->proof)));
      events_.proven(proven->from);
    } else if (const auto* managed = std::get_if<InboundStream::Managed>(&*effect)) {
      OnManaged();
      events_.event(*this, "stream managed", managed->id.empty() ? "" : "resumable");
    } else if (auto* stanza = std::get_if<InboundStream::Stanza>(&*effect)) {
      events_.stanza(
          *this,
          {std::move(stanza->element), machine_.lang(), {machine_.acknowledger(), stanza->number}});
    } else if (const auto* refused = std::get_if<InboundStream::Refused>(&*effect)) {
      events_.event(*this, kStreamRefused, refused->what);
    } else {
      connection_->Close();
    }
  }
  draining_ = false;
  timer_.StartAt(machine_.Deadline());
}

}  // namespace dragoman::xmpp_frontend
