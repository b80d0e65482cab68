#include "xmpp-frontend/incoming.h"

#include <utility>

namespace dragoman::xmpp_frontend {

using xmpp::InboundStream;

Incoming::Incoming(runtime::Loop& loop, RandomSource& random, xmpp::InboundRules rules,
                   std::shared_ptr<runtime::TlsContext> tls, runtime::Listener::Pending& pending,
                   Events events)
    : loop_(loop),
      tls_(std::move(tls)),
      events_(std::move(events)),
      machine_(std::move(rules), random, loop.Now()),
      timer_(loop,
             [this] {
               machine_.Advance(loop_.Now());
               Drain();
             }),
      address_(pending.peer_address()),
      connection_(pending.Adopt(*this)) {
  Drain();
}

void Incoming::OnSecure(const runtime::PeerCertificate&) {
  machine_.OnTls(loop_.Now());
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

void Incoming::Shutdown() {
  machine_.Shutdown(xmpp::StreamError::kSystemShutdown, "shutting-down", loop_.Now());
  Drain();
}

void Incoming::OnClosed(const runtime::CloseInfo& info) {
  timer_.Stop();
  events_.event(*this, "stream closed", info.detail);
  events_.ended(*this);
}

void Incoming::Drain() {
  while (auto effect = machine_.Poll()) {
    if (auto* send = std::get_if<InboundStream::Send>(&*effect)) {
      connection_->Write(std::move(send->bytes));
    } else if (std::holds_alternative<InboundStream::StartTls>(*effect)) {
      connection_->StartTlsServer(tls_);
    } else if (const auto* verify = std::get_if<InboundStream::Verify>(&*effect)) {
      events_.verify(*this, *verify);
    } else if (const auto* proven = std::get_if<InboundStream::Proven>(&*effect)) {
      events_.event(*this, "domain proven", proven->from + " to " + proven->to);
    } else if (auto* stanza = std::get_if<InboundStream::Stanza>(&*effect)) {
      events_.stanza(*this, std::move(stanza->element));
    } else if (const auto* refused = std::get_if<InboundStream::Refused>(&*effect)) {
      events_.event(*this, "refused", refused->what);
    } else {
      connection_->Close();
    }
  }
  timer_.StartAt(machine_.Deadline());
}

}  // namespace dragoman::xmpp_frontend
