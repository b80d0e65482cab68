// The transactions of one process on reliable transport. RFC 3261 §17, RFC 6026, RFC 4320;
// SIP-11..18.
//
// Over TLS nothing is retransmitted hop by hop (SIP-12): what is left of the four machines is who
// answers whom, how long that may take, and what is absorbed. Requests and responses go in; what is
// to be done comes out.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "core/base/time.h"
#include "core/sip/message.h"

namespace dragoman::sip {

using namespace std::chrono_literals;

inline constexpr Duration kT1 = 500ms;
inline constexpr Duration kTransactionMax = 64 * kT1;  // timers B, F, H, N
inline constexpr Duration kInviteAnswerMax = 90s;  // once it rings: a toast may take a minute
inline constexpr Duration kTryingAfter = 3500ms;   // SIP-15
inline constexpr Duration kInviteTryingAfter = 200ms;              // §17.2.1
inline constexpr std::size_t kTransactionsMax = 10000;             // each way (L-9)
inline constexpr std::size_t kTransactionsPerConnectionMax = 200;  // above: stop reading it (L-9)

using ConnectionId = std::uint64_t;
using TransactionId = std::uint64_t;

class Transactions {
 public:
  // Server side
  struct Serve {
    TransactionId id;
    ConnectionId connection;
    Request request;
  };  // to be answered once with Answer
  // A request that is not served (481, 482, 500): add what the dialect wants and send it. No
  // transaction.
  struct Reject {
    ConnectionId connection;
    Response response;
  };
  struct Cancelled {  // by its sender: answer it with 487
    TransactionId id;
    Request request;
  };
  struct Acked {
    std::string call_id;
  };  // the ACK of a 2xx
  // Client side
  struct Conclude {
    TransactionId id;
    Response response;
  };  // final response
  struct TimedOut {
    TransactionId id;
  };
  struct Lost {
    TransactionId id;
  };  // its connection ended before the final response
  // A 2xx to an INVITE that is over already: another branch of it answered too, or its time was out
  // (§13.2.2.4). It wants an ACK and then a BYE.
  struct Surplus {
    ConnectionId connection;
    Request invite;
    Response response;
  };
  // Both
  struct Send {
    ConnectionId connection;
    std::string bytes;
  };
  using Effect =
      std::variant<Serve, Reject, Cancelled, Acked, Conclude, TimedOut, Lost, Surplus, Send>;

  // Requests that arrived whole and passed Validate. ACK and CANCEL end here.
  void OnRequest(ConnectionId connection, Request request, TimePoint now);
  // Responses: stray ones vanish (T-27).
  void OnResponse(ConnectionId connection, Response response, TimePoint now);
  void OnClosed(ConnectionId connection, TimePoint now);

  // The final answer of a Serve. Ignored if the transaction is over (answered, or its time ran
  // out).
  void Answer(TransactionId id, const Response& response, TimePoint now);
  // The end of a Serve that gets no answer (BENOTIFY).
  void Forget(TransactionId id);
  // Sends `request` (its top Via branch is the key). Exactly one of Conclude, TimedOut, Lost
  // follows. 0 if the table is full.
  TransactionId Start(ConnectionId connection, const Request& request, TimePoint now);
  // Sends the ACK for the 2xx that Conclude gave, and again whenever that 2xx comes again.
  void Acknowledge(TransactionId id, const Request& ack);

  void Advance(TimePoint now);
  TimePoint Deadline() const;
  std::optional<Effect> Poll();
  std::size_t open() const { return servers_.size() + clients_.size(); }
  std::size_t unanswered(ConnectionId connection) const;  // requests it sent that wait for Answer

 private:
  struct Server {
    std::string key;
    std::string merge_key;
    ConnectionId connection;
    bool invite;
    Request request;
    bool answered = false;
    bool trying_sent = false;
    std::string answer = {};  // sent again for a repeated request; a 2xx to INVITE until its ACK
    std::uint16_t status = 0;
    Duration resend_interval{0};
    TimePoint resend_at = TimePoint::max();
    TimePoint ends;
  };
  struct Client {
    std::string key;
    ConnectionId connection;
    Request request;
    bool provisional = false;  // an INVITE that rings
    bool concluded = false;  // INVITE: later finals are ACKed again (RFC 6026)
    std::string ack;
    std::string remote_tag;  // of the 2xx that concluded it
    TimePoint started;
    TimePoint ends;
  };

  void Emit(Effect effect) { effects_.push_back(std::move(effect)); }
  void Cancel(ConnectionId connection, const Request& cancel);
  void RefuseNow(ConnectionId connection, const Request& request, std::uint16_t status);
  void StopWaiting(Server& server);
  void OnLateFinal(Client& client, Response response);
  void EraseServer(TransactionId id);
  void EraseClient(TransactionId id);
  void Schedule(TransactionId id, TimePoint when) { timers_.emplace(when, id); }
  void Fire(TransactionId id, TimePoint now);

  TransactionId next_ = 1;
  std::unordered_map<TransactionId, Server> servers_;
  std::unordered_map<TransactionId, Client> clients_;
  std::unordered_map<std::string, TransactionId> server_keys_;
  std::unordered_map<std::string, TransactionId> client_keys_;
  std::unordered_map<std::string, TransactionId> merge_keys_;
  std::unordered_multimap<std::string, TransactionId> invites_;  // by Call-ID, for the ACK of a 2xx
  std::unordered_map<ConnectionId, std::size_t> unanswered_;
  std::multimap<TimePoint, TransactionId>
      timers_;  // hints: an entry of a dead transaction is skipped
  std::deque<Effect> effects_;
};

}  // namespace dragoman::sip
