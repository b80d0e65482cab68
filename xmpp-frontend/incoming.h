// One connection that a partner opened: the stream machine run over it.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "core/xmpp/inbound_stream.h"
#include "runtime/net/listener.h"
#include "xmpp-frontend/arrival.h"
#include "xmpp-frontend/peer.h"

namespace dragoman::xmpp_frontend {

inline constexpr const char* kStreamRefused = "stream refused";  // an event; its detail says why

class Incoming : public runtime::ConnectionOwner {
 public:
  struct Events {
    std::function<void(Incoming&, Arrival)> stanza;
    std::function<void(Incoming&, const xmpp::InboundStream::Verify&)> verify;
    std::function<void(Incoming&, const char* event, const std::string& detail)> event;
    std::function<void(const std::string& domain)> proven;
    std::function<void(Incoming&)> ended;  // last; destroy it later
  };

  Incoming(runtime::Loop& loop, RandomSource& random, xmpp::InboundRules rules,
           const Credentials& credentials, runtime::Listener::Pending& pending, Events events);
  ~Incoming() override { StopWatching(); }

  void OnVerdict(const std::string& from, const std::string& to, xmpp::Verdict verdict);
  void Finish();    // orderly, once what came is handled
  void Shutdown();  // at once, and says so
  void PauseReading(bool paused) { connection_->PauseReading(paused); }
  const std::string& claims() const { return machine_.peer(); }
  const std::string& partner() const { return machine_.partner(); }  // proven; empty: nothing is
  std::set<std::string> proven() const { return machine_.proven(); }
  bool Proves(std::string_view domain) const { return machine_.Proves(domain); }
  bool broken_off() const { return broken_off_; }  // it ended, and not in order
  const std::string& address() const { return address_; }
  // What another stream needs to go on where this one was lost; empty id: it cannot.
  const std::string& management_id() const { return machine_.management_id(); }
  const std::shared_ptr<xmpp::Acknowledger>& acknowledger() const {
    return machine_.acknowledger();
  }

 private:
  void OnSecure(const runtime::PeerCertificate&) override;
  void OnBytes(std::string_view bytes) override;
  void OnClosed(const runtime::CloseInfo& info) override;
  void OnManaged();
  void StopWatching();
  void Drain();

  runtime::Loop& loop_;
  Credentials credentials_;
  Events events_;
  xmpp::InboundStream machine_;
  // Which tells us of its progress; another stream may go on with it once this one is closed.
  std::shared_ptr<xmpp::Acknowledger> watched_;
  runtime::Timer timer_;
  std::string address_;
  bool broken_off_ = false;
  bool draining_ = false;
  std::unique_ptr<runtime::Connection> connection_;
};

}  // namespace dragoman::xmpp_frontend
