// One TLS connection with a SIP peer, in either direction: authorised by its certificate, then
// messages both ways.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/policy/settings.h"
#include "core/sip/framer.h"
#include "core/sip/transaction.h"
#include "runtime/loop/loop.h"
#include "runtime/net/connection.h"
#include "runtime/net/listener.h"
#include "runtime/tls/context.h"

namespace dragoman::sip_frontend {

using namespace std::chrono_literals;

inline constexpr Duration kFirstMessageMax = 30s;  // L-5: an incoming connection that says nothing
inline constexpr Duration kConnectMax = 4s;        // below the time that a chat message has

class Channel;

class ChannelEvents {
 public:
  virtual ~ChannelEvents() = default;
  // The certificate's identities (never empty). True: it may speak, and is known by channel.peer()
  // from now on.
  virtual bool Authorise(Channel& channel, const std::vector<std::string>& identities) = 0;
  virtual void OnRequest(Channel& channel, sip::Request request) = 0;
  virtual void OnResponse(Channel& channel, sip::Response response) = 0;
  // The stream holds something that is no message, or none in time; `answer` is owed if it could be
  // made.
  virtual void OnBadBytes(Channel& channel, const std::string& why,
                          std::optional<sip::Response> answer) = 0;
  virtual void OnGone(Channel& channel, const runtime::CloseInfo& info) = 0;  // last
};

class Channel final : public runtime::ConnectionOwner {
 public:
  Channel(runtime::Loop& loop, std::shared_ptr<runtime::TlsContext> tls, sip::ConnectionId id,
          ChannelEvents& events);

  void Accept(runtime::Listener::Pending& pending);
  // `host`: the name that the peer's certificate must carry (TLS-15).
  void Connect(const std::string& address, const policy::HostPort& where);

  void Send(std::string bytes);
  void Close();

  // Sends a double CRLF every `interval` once it is secure; 0: never.
  void KeepAlive(Duration interval) { keep_alive_ = interval; }

  // Reading stops while the peer has too many open requests, or reads too little of what it gets
  // (L-7, L-9).
  void SetBusy(bool busy);

  sip::ConnectionId id() const { return id_; }
  // It takes no new requests any more, and is closed once it has none under way.
  void Retire() { retired_ = true; }
  bool retired() const { return retired_; }
  bool writable() const { return !closing_; }                  // false: what is sent is dropped
  bool usable() const { return !closing_ && !retired_; }       // for requests of ours
  bool backed_up() const { return connection_->congested(); }  // its peer reads too little
  bool outgoing() const { return outgoing_; }
  bool authorised() const { return authorised_; }
  TimePoint heard_at() const { return heard_at_; }              // the last bytes
  const std::string& address() const { return address_; }       // "192.0.2.1:5061"
  const std::string& ip() const { return ip_; }                 // "192.0.2.1"; incoming ones
  const policy::HostPort& dialled() const { return dialled_; }  // outgoing ones

  // Whom it speaks for; set by Authorise.
  const std::string& peer() const { return peer_; }  // "host:port" under which the peer is reached
  void set_peer(std::string peer) { peer_ = std::move(peer); }

 private:
  void OnOpen() override;
  void OnSecure(const runtime::PeerCertificate& certificate) override;
  void OnBytes(std::string_view bytes) override;
  void OnClosed(const runtime::CloseInfo& info) override;

  void Drain();
  void Fire();
  void Arm();

  runtime::Loop& loop_;
  std::shared_ptr<runtime::TlsContext> tls_;
  const sip::ConnectionId id_;
  ChannelEvents& events_;
  std::unique_ptr<runtime::Connection> connection_;
  sip::Framer framer_;
  runtime::Timer timer_;
  TimePoint speak_by_ = TimePoint::max();
  TimePoint heard_at_{};
  Duration keep_alive_{0};
  TimePoint ping_at_ = TimePoint::max();
  std::string address_;
  std::string ip_;
  policy::HostPort dialled_;
  std::string peer_;
  bool outgoing_ = false;
  bool authorised_ = false;
  bool closing_ = false;
  bool retired_ = false;
};

}  // namespace dragoman::sip_frontend
