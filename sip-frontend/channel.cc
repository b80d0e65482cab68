#include "sip-frontend/channel.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "core/sip/peer.h"

namespace dragoman::sip_frontend {

Channel::Channel(runtime::Loop& loop, std::shared_ptr<runtime::TlsContext> tls,
                 sip::ConnectionId id, ChannelEvents& events)
    : loop_(loop), tls_(std::move(tls)), id_(id), events_(events), timer_(loop, [this] {
        Fire();
      }) {}

void Channel::Accept(runtime::Listener::Pending& pending) {
  ip_ = pending.peer_address();
  connection_ = pending.Adopt(*this);
  address_ = connection_->peer_address();
  connection_->StartTlsServer(tls_);
}

void Channel::Connect(const std::string& address, const policy::HostPort& where) {
  outgoing_ = true;
  dialled_ = where;
  connection_ = runtime::Connection::Connect(loop_, address, where.port, kConnectMax, *this);
  address_ = connection_->peer_address();
}

void Channel::OnOpen() { connection_->StartTlsClient(tls_, dialled_.host); }

void Channel::OnSecure(const runtime::PeerCertificate& certificate) {
  const std::vector<std::string> identities = sip::IdentitiesOf(certificate.names);
  authorised_ = certificate.trusted && events_.Authorise(*this, identities);
  if (!authorised_) return Close();
  if (!outgoing_) speak_by_ = loop_.Now() + kFirstMessageMax;
  if (keep_alive_ > Duration::zero()) ping_at_ = loop_.Now() + keep_alive_;
  Arm();
}

void Channel::OnBytes(std::string_view bytes) {
  if (!authorised_ || closing_) return;
  heard_at_ = loop_.Now();
  framer_.Feed(bytes, loop_.Now());
  Drain();
}

void Channel::Drain() {
  while (auto event = framer_.Poll()) {
    if (auto* request = std::get_if<sip::Request>(&*event)) {
      speak_by_ = TimePoint::max();
      events_.OnRequest(*this, std::move(*request));
    } else if (auto* response = std::get_if<sip::Response>(&*event)) {
      speak_by_ = TimePoint::max();
      events_.OnResponse(*this, std::move(*response));
    } else if (std::holds_alternative<sip::Framer::KeepAlive>(*event)) {
      speak_by_ = TimePoint::max();
      Send("\r\n");  // SIP-6
    } else if (auto* refused = std::get_if<sip::Framer::Refused>(&*event)) {
      events_.OnBadBytes(*this, refused->why, std::move(refused->answer));
    } else if (auto* broken = std::get_if<sip::Framer::Broken>(&*event)) {
      events_.OnBadBytes(*this, broken->why, std::move(broken->answer));
      Close();
    }
  }
  Arm();
}

void Channel::Fire() {
  const TimePoint now = loop_.Now();
  if (now >= speak_by_) {
    events_.OnBadBytes(*this, "no message in time", std::nullopt);
    return Close();
  }
  if (now >= ping_at_) {
    Send("\r\n\r\n");
    ping_at_ = now + keep_alive_;
  }
  framer_.Advance(now);
  Drain();
}

void Channel::Arm() {
  timer_.StartAt(closing_ ? TimePoint::max() : std::min({speak_by_, ping_at_, framer_.Deadline()}));
}

void Channel::Send(std::string bytes) {
  if (!closing_) connection_->Write(std::move(bytes));
}

void Channel::Close() {
  if (std::exchange(closing_, true)) return;
  timer_.Stop();
  connection_->Close();
}

void Channel::SetBusy(bool busy) {
  if (!closing_) connection_->PauseReading(busy);
}

void Channel::OnClosed(const runtime::CloseInfo& info) {
  closing_ = true;
  timer_.Stop();
  events_.OnGone(*this, info);
}

}  // namespace dragoman::sip_frontend
