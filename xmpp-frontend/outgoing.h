// One attempt to reach a partner: addresses found, connected to in turn, the stream machine run
// over the first that answers. It ends once, with Ended.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/policy/reason.h"
#include "core/policy/settings.h"
#include "core/xmpp/outbound_stream.h"
#include "runtime/net/connection.h"
#include "xmpp-frontend/arrival.h"
#include "xmpp-frontend/finder.h"
#include "xmpp-frontend/peer.h"

namespace dragoman::xmpp_frontend {

inline constexpr Duration kConnectMax{5000};  // for one address

struct Ended {
  policy::Reason reason = policy::Reason::kNone;  // kNone: an orderly end
  std::string detail;
};

class Outgoing : public runtime::ConnectionOwner {
 public:
  struct Place {
    runtime::Loop& loop;
    Finder& finder;
    const policy::Settings& settings;
    const Credentials& credentials;
  };
  struct Events {
    std::function<void(const xmpp::OutboundStream::Ready&)> ready;  // stanzas may be written
    std::function<void(xmpp::Verdict)> answered;                    // to a question
    std::function<void(std::uint64_t bytes)> arrived;  // the peer's TCP has that many of `written`
    std::function<void(std::uint32_t handled)> acked;  // by the peer's XMPP server
    OnArrival stanza;                                  // bidi
    std::function<void(const Ended&)>
        ended;  // last; the object may be destroyed after it, not in it
  };
  // What the stream is for: a key to ask about, or stanzas, perhaps where a lost stream stood.
  struct Purpose {
    std::optional<xmpp::VerifyQuestion> question = {};
    std::optional<xmpp::Resumption> resume = {};
  };

  // `local`, `remote`: lower-case A-labels.
  Outgoing(const Place& place, std::string local, std::string remote, policy::Partner partner,
           Purpose purpose, Events events);
  ~Outgoing() override;

  // These three while it is ready; else nothing happens.
  void Write(std::string_view stanza);
  void AskForAck();
  void Refuse(xmpp::StreamError error, std::string_view text);
  std::uint64_t written() const { return connection_ ? connection_->written() : 0; }
  void Finish();  // orderly
  // A connection may be gone before its machine hears of it, and `ended` comes a turn later.
  bool ready() const { return connection_ && !ended_ && machine_ && machine_->ready(); }
  std::size_t queued_bytes() const { return connection_ ? connection_->queued_bytes() : 0; }
  const std::string& address() const { return address_; }  // of the peer, once connected
  // Of a managed stream that was lost or goes on; null otherwise.
  std::shared_ptr<xmpp::Acknowledger> acknowledger() const {
    return machine_ ? machine_->acknowledger() : nullptr;
  }

 private:
  void OnFound(Finder::Found found);
  void TryNext();
  void OnOpen() override;
  void OnSecure(const runtime::PeerCertificate& peer) override;
  void OnBytes(std::string_view bytes) override;
  void OnAcknowledged(std::uint64_t bytes) override;
  void OnClosed(const runtime::CloseInfo& info) override;
  void OnReady(const xmpp::OutboundStream::Ready& ready);
  void StopWatching();
  void Drain();
  void End(policy::Reason reason, std::string detail);

  Place place_;
  std::string local_, remote_;
  policy::Partner partner_;
  Purpose purpose_;
  Events events_;
  std::vector<Endpoint> endpoints_;
  std::size_t next_ = 0;
  std::unique_ptr<runtime::Connection> connection_;
  std::unique_ptr<runtime::Connection> old_connection_;
  std::optional<xmpp::OutboundStream> machine_;
  // Which tells us of its progress; the next stream may go on with it once this one is closed.
  std::shared_ptr<xmpp::Acknowledger> watched_;
  runtime::Timer timer_;
  std::string address_;
  Ended end_;
  bool ended_ = false;
  bool draining_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// What a failed stream means to the sender of a stanza.
policy::Reason ReasonOf(xmpp::OutboundFailure failure);

}  // namespace dragoman::xmpp_frontend
