// The process: connections, transactions, translation and the bus put together. No protocol of its
// own.
//
// SIP to bus: request -> transaction -> ReceiveSip -> router -> Outcome -> AnswerSip -> response.
// Bus to SIP: SipCommand -> ComposeSip -> Edge -> transaction -> response -> Conclude -> Outcome.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/envelope/message.h"
#include "core/policy/settings.h"
#include "core/sip/transaction.h"
#include "core/translate/sip_outgoing.h"
#include "runtime/cluster/seat.h"
#include "runtime/dns/resolver.h"
#include "runtime/loop/loop.h"
#include "runtime/net/listener.h"
#include "runtime/tls/context.h"
#include "sip-frontend/channel.h"
#include "sip-frontend/edges.h"
#include "sip-frontend/journal.h"
#include "sip-frontend/pacer.h"

namespace dragoman::sip_frontend {

inline constexpr std::size_t kConnectionsMax = 2000;  // L-3; and so many to Edges

class Frontend final : public ChannelEvents {
 public:
  struct Parts {
    runtime::Loop& loop;
    runtime::Resolver& resolver;
    RandomSource& random;
    Journal& journal;
    runtime::Log& log;
    runtime::Metrics& metrics;
    const policy::Settings& settings;
    std::shared_ptr<runtime::TlsContext> tls;
    envelope::Hello self;
  };
  explicit Frontend(const Parts& parts);
  ~Frontend() override;

  // Connects to the routers and opens the listeners. Errors: one line.
  Result<bool, std::string> Start();

  // No new connections; those that there are retire one after the other, and are closed when what
  // they carry has ended. idle() tells when nothing is left.
  void Drain();
  void GiveUp();
  bool idle() const;
  void SetTls(std::shared_ptr<runtime::TlsContext> tls) {
    tls_ = std::move(tls);
  }  // for new connections
  bool ready() const { return seat_.members(envelope::Role::kRouter) > 0; }
  runtime::Seat& seat() { return seat_; }
  std::size_t in_flight() const { return asked_.size() + sent_.size(); }
  std::size_t connections() const { return channels_.size(); }

  // Effects of the transactions
  void operator()(sip::Transactions::Serve serve);
  void operator()(sip::Transactions::Reject reject);
  void operator()(sip::Transactions::Cancelled cancelled);
  void operator()(const sip::Transactions::Acked&) {}
  void operator()(sip::Transactions::Conclude done);
  void operator()(const sip::Transactions::TimedOut& late);
  void operator()(const sip::Transactions::Lost& lost);
  void operator()(sip::Transactions::Surplus surplus);
  void operator()(sip::Transactions::Send send);

 private:
  // A request of a SIP peer that waits for its Outcome.
  struct Asked {
    sip::TransactionId transaction;
    sip::ConnectionId connection;
    sip::Request request;
    std::string local_tag;
    std::string peer;  // by which it is reached if its connection is gone (SIP-13)
    envelope::Header header;
    bool owed = true;  // false: SIP has its answer already
  };
  // A request of ours that waits for its response.
  struct Sent {
    envelope::Header header;
    translate::OutgoingSip outgoing;
    std::vector<std::string> tried;  // Edges that said 503 to it
    sip::ConnectionId connection = 0;
  };

  bool Authorise(Channel& channel, const std::vector<std::string>& identities) override;
  void OnRequest(Channel& channel, sip::Request request) override;
  void OnResponse(Channel& channel, sip::Response response) override;
  void OnBadBytes(Channel& channel, const std::string& why,
                  std::optional<sip::Response> answer) override;
  void OnGone(Channel& channel, const runtime::CloseInfo& info) override;

  void RetireNext();
  void CloseRetired();
  void OnAccept(std::unique_ptr<runtime::Listener::Pending> pending);
  Channel* Dial(const std::string& address, const policy::HostPort& where);
  Channel* Find(sip::ConnectionId id);

  void OnDelivered(const envelope::Message& message);
  void OnFinished(const envelope::MessageId& id, const envelope::Outcome& outcome);
  void Ask(const Asked& asked, envelope::Message message);
  void AnswerElsewhere(const Asked& asked, const sip::Response& response);
  void TellRefused(const Channel& channel, const sip::Response& answer);
  void Answer(sip::TransactionId transaction, sip::ConnectionId connection,
              const sip::Response& response);
  void Start(const envelope::Header& header, const translate::OutgoingSip& outgoing,
             sip::ConnectionId connection, const std::vector<std::string>& tried);
  void StartOn(Channel& channel, const envelope::Header& header,
               const translate::OutgoingSip& outgoing, const std::vector<std::string>& tried);
  void TryElsewhere(const Sent& sent, const sip::Response& refusal);
  void Carry(const envelope::Header& header, const translate::OutgoingSip& outgoing,
             Channel* channel, const std::vector<std::string>& tried = {});
  void Reply(const envelope::Header& header, const envelope::Outcome& outcome);
  void DrainSip();

  runtime::Loop& loop_;
  runtime::Resolver& resolver_;
  RandomSource& random_;
  Journal& journal_;
  const policy::Settings& settings_;
  std::shared_ptr<runtime::TlsContext> tls_;

  runtime::Seat seat_;
  sip::Transactions transactions_;
  runtime::Timer sip_timer_;
  Edges edges_;
  Pacer pacer_;
  std::vector<std::unique_ptr<runtime::Listener>> listeners_;
  std::unordered_map<sip::ConnectionId, std::unique_ptr<Channel>> channels_;
  std::size_t accepted_ = 0;                        // of these
  std::map<std::string, std::size_t> per_address_;  // by runtime::AddressBlock
  std::unordered_map<envelope::MessageId, Asked, envelope::MessageIdHash> asked_;
  std::unordered_map<sip::TransactionId, Sent> sent_;
  sip::ConnectionId next_connection_ = 1;
  runtime::Timer farewells_;
  TimePoint next_farewell_{};
  Duration farewell_interval_{};
  bool draining_ = false;      // the process is about to end
  bool draining_sip_ = false;  // DrainSip is under way
};

}  // namespace dragoman::sip_frontend
