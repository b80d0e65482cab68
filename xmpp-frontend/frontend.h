// The process: streams in, streams out, translation and the bus put together. No protocol of its
// own.
//
// XMPP to bus: stanza -> ReceiveStanza -> router -> Outcome -> an error stanza, if it failed.
// Bus to XMPP: message -> ToStanzas -> lane -> Outcome once the partner has them, over an
// authenticated stream: by its XEP-0198 acknowledgement or, without that, its TCP's.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/envelope/message.h"
#include "core/routing/windows.h"
#include "core/xmpp/losses.h"
#include "runtime/cluster/seat.h"
#include "runtime/dns/resolver.h"
#include "runtime/net/listener.h"
#include "runtime/service/service.h"
#include "xmpp-frontend/incoming.h"
#include "xmpp-frontend/lane.h"

namespace dragoman::xmpp_frontend {

inline constexpr std::size_t kVerificationsPerAddressMax = 10;  // L-20
inline constexpr std::size_t kWindowMax =
    5000;                                      // open requests: above, nothing is read (design §4)
inline constexpr Duration kReplyMax{10'000};   // the result of an iq waits this long for a stream
inline constexpr Duration kErrorMax{300'000};  // and an error: its stanza is acknowledged already
inline constexpr std::size_t kLanesMax = 10'000;
// A stream whose stanzas go over another process by now: quiet for so long, it is closed (ARCH-8).
inline constexpr Duration kYieldAfter{2'000};
inline constexpr Duration kYieldLook{1'000};
inline constexpr std::size_t kLostStreamsMax = 1'000;  // that partners may take up again

class Frontend {
 public:
  Frontend(runtime::Service& service, Credentials credentials,
           std::unique_ptr<runtime::Resolver> resolver);
  ~Frontend();

  Result<bool, std::string> Start();
  runtime::Service::Hooks hooks();

 private:
  using LaneKey = std::tuple<std::string, std::string, std::uint32_t>;  // local, remote, lane
  // A message from the bus that is being written: its stanzas that are not settled yet.
  struct Delivery {
    envelope::Header header;
    std::size_t stanzas;
  };
  struct Asked {
    envelope::Header header;
    std::optional<xml::Element> echo;  // none: its sender is owed no answer
    Settlement settlement;
    std::string partner;  // whose stream it came over: a domain, an A-label
  };
  struct Verification {
    std::unique_ptr<Outgoing> stream;
    const Incoming* asker;
    std::string block;  // of its address
    bool told = false;  // one verdict
  };

  // A partner's stream that was lost and may be taken up again (XEP-0198 §5).
  struct Lost {
    std::shared_ptr<xmpp::Acknowledger> acks;
    std::string partner;  // A-labels
    TimePoint until;
  };

  // The end (farewells.cc)
  void Drain();
  void FinishNext();
  bool IsIdle();
  void GiveUp();

  enum class Transport { kStartTls, kDirectTls };
  Result<bool, std::string> Listen(const std::vector<std::string>& addresses, Transport transport);
  void OnAccept(std::unique_ptr<runtime::Listener::Pending> pending, Transport transport);
  void RefuseConnection(const std::string& address, const std::string& why);
  xmpp::InboundRules Rules(Transport transport);
  std::shared_ptr<xmpp::Acknowledger> TakeUp(std::string_view id, std::string_view partner);
  void KeepLost(const Incoming& incoming);
  void OnIncomingStanza(Incoming& incoming, Arrival arrival);
  void OnReturnedStanza(const std::string& partner, Arrival arrival);
  // `room`: false refuses what a router would have to be asked.
  void OnStanza(Arrival arrival, const std::string& partner, bool room);
  void Conclude(const Asked& asked, const envelope::Outcome& outcome);
  void OnVerify(Incoming& incoming, const xmpp::InboundStream::Verify& verify);
  void OnProven(const std::string& domain);
  void OnEnded(Incoming& incoming);
  void EndVerifications(const Incoming& incoming);
  void OnLoss(const std::string& partner);
  void TellLoss(const std::string& partner);
  // `message`: which says it; nullptr: it is an answer.
  void SendStanza(const xml::Element& stanza, const envelope::Header* message, TimePoint deadline);
  void OnAnswerLost(const std::string& remote, xmpp::StanzaEnd end);
  void SendAnswer(const xml::Element& stanza);
  LaneKey KeyOf(const std::string& local, const std::string& remote, std::uint64_t pair_hash) const;
  // Errors: kDomainNotServed; kOverloaded: of kLanesMax none can make room.
  Result<Lane*, policy::Reason> LaneFor(const std::string& local, const std::string& remote,
                                        std::uint64_t pair_hash);
  Result<bool, std::string> Reload();
  void OnDelivered(const envelope::Message& message);
  void OnFinished(const envelope::MessageId& id, const envelope::Outcome& outcome);
  void RefuseAtGate(const xml::Element& stanza, policy::Reason reason);
  void Reply(const envelope::Header& header, const envelope::Outcome& outcome);
  bool MayBegin(const envelope::MessageId& id);
  void OnWithdrawn(const envelope::MessageId& id);
  void YieldLanes();
  void OnSettled(const envelope::MessageId& id, policy::Reason reason, const std::string& detail);
  void Throttle(bool partners_changed);

  runtime::Service& service_;
  const policy::Settings& settings_;
  Credentials credentials_;
  std::unique_ptr<runtime::Resolver> resolver_;
  Finder finder_;
  runtime::Seat seat_;
  std::vector<std::unique_ptr<runtime::Listener>> listeners_;
  std::unordered_map<const Incoming*, std::unique_ptr<Incoming>> incoming_;
  std::unordered_map<const Outgoing*, Verification> verifications_;
  std::unordered_map<std::string, Lost> lost_;
  xmpp::Losses losses_;
  std::map<LaneKey, std::unique_ptr<Lane>> lanes_;
  std::map<std::string, std::size_t> per_address_;  // by runtime::AddressBlock
  std::unordered_map<envelope::MessageId, Delivery, envelope::MessageIdHash> deliveries_;
  std::unordered_map<envelope::MessageId, Asked, envelope::MessageIdHash> asked_;
  std::vector<const Incoming*> leaving_;  // streams that are still to be finished
  Duration farewell_interval_{};
  runtime::Timer farewells_;
  runtime::Timer losses_timer_;
  runtime::Timer yield_timer_;
  routing::Windows windows_;  // what each partner has open
  bool paused_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace dragoman::xmpp_frontend
