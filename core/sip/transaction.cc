#include "core/sip/transaction.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/sip/field_view.h"

namespace dragoman::sip {
namespace {

constexpr Duration kT2 = 4s;

// The first Via of a message.
std::optional<ViaView> TopVia(const Message& message) {
  std::string_view list = message.Get(HeaderName::kVia);
  const std::optional<std::string_view> via = TakeListed(list);
  return via ? ViaView::Parse(*via) : std::nullopt;
}

// A branch that is only the magic cookie tells nothing from anything (RFC 4475 §3.2.1).
bool IsUnique(std::string_view branch) {
  constexpr std::string_view kCookie = "z9hG4bK";
  return branch.starts_with(kCookie) && branch.size() > kCookie.size();
}

// A peer without the magic cookie is matched by the fields that stay the same (§17.2.3).
std::string ServerKey(const Request& request, std::string_view method) {
  const std::optional<ViaView> via = TopVia(request);
  std::string key;
  if (via && IsUnique(via->branch)) {
    key += via->branch;
  } else {
    const std::optional<CSeq> cseq = CSeq::Parse(request.Get(HeaderName::kCSeq));
    key += "2543 ";
    key += request.Get(HeaderName::kCallId);
    key += ' ';
    key += request.Get(HeaderName::kFrom);
    key += ' ' + std::to_string(cseq ? cseq->number : 0);
  }
  key += ' ';
  if (via) key += via->SentBy() + ' ';
  key += method;
  return key;
}

// Requests of one call that differ in nothing but their branch came over two paths (§8.2.2.2,
// SIP-23).
std::string MergeKey(const Request& request) {
  const auto to = NameAddrView::Parse(request.Get(HeaderName::kTo));
  const auto from = NameAddrView::Parse(request.Get(HeaderName::kFrom));
  if (!to || !from || !to->tag.empty() || from->tag.empty()) return {};
  std::string key(from->tag);
  key += ' ';
  key += request.Get(HeaderName::kCallId);
  key += ' ';
  key += request.Get(HeaderName::kCSeq);
  return key;
}

// What travels beside an INVITE, hop by hop: its Request-URI, top Via, Route, From, Call-ID and
// CSeq number.
std::string Beside(const Request& invite, const std::string& method, std::string_view to) {
  Request request(method, invite.uri());
  request.Add("Via", invite.List("Via").front());
  for (const std::string_view route : invite.List("Route")) request.Add("Route", route);
  request.Add("Max-Forwards", "70");
  request.Add("From", invite.Get("From"));
  request.Add("To", to);
  request.Add("Call-ID", invite.Get("Call-ID"));
  const std::optional<CSeq> cseq = CSeq::Parse(invite.Get("CSeq"));
  request.Add("CSeq", std::to_string(cseq ? cseq->number : 0) + " " + method);
  return request.ToString();
}

// §9.1
std::string CancelFor(const Request& invite) { return Beside(invite, "CANCEL", invite.Get("To")); }

// §17.1.1.3: of a refusal.
std::string AckForFailure(const Request& invite, const Response& response) {
  return Beside(invite, "ACK", response.Get("To"));
}

std::string RemoteTag(const Response& response) {
  const auto to = NameAddrView::Parse(response.Get(HeaderName::kTo));
  return to ? std::string(to->tag) : std::string();
}

std::string ClientKey(const Message& message, std::string_view cseq_method) {
  const std::optional<ViaView> via = TopVia(message);
  return via ? std::string(via->branch).append(" ").append(cseq_method) : std::string();
}

}  // namespace

void Transactions::OnRequest(ConnectionId connection, Request request, TimePoint now) {
  if (request.method() == "ACK") {
    if (const auto found = server_keys_.find(ServerKey(request, "INVITE"));
        found != server_keys_.end()) {
      EraseServer(found->second);  // of a refusal: it has the INVITE's branch
      return;
    }
    // Of a 2xx: a transaction of its own that gets no response; matched by the call.
    const std::string call_id(request.Get("Call-ID"));
    const auto [first, last] = invites_.equal_range(call_id);
    for (auto invite = first; invite != last; ++invite) {
      servers_.at(invite->second).resend_at = TimePoint::max();
    }
    return Emit(Acked{call_id});
  }
  if (request.method() == "CANCEL") return Cancel(connection, request);

  std::string key = ServerKey(request, request.method());
  if (const auto found = server_keys_.find(key); found != server_keys_.end()) {
    const Server& server = servers_.at(found->second);
    if (server.answered) Emit(Send{connection, server.answer});
    return;  // a repetition: absorbed
  }
  std::string merge_key = MergeKey(request);
  if (!merge_key.empty() && merge_keys_.contains(merge_key))
    return RefuseNow(connection, request, 482);
  if (servers_.size() >= kTransactionsMax) return RefuseNow(connection, request, 500);

  const TransactionId id = next_++;
  Server server{.key = std::move(key),
                .merge_key = std::move(merge_key),
                .connection = connection,
                .invite = request.method() == "INVITE",
                .request = request,
                .ends = now + kTransactionMax};
  server_keys_.emplace(server.key, id);
  if (!server.merge_key.empty()) merge_keys_.emplace(server.merge_key, id);
  Schedule(id, server.ends);
  if (server.invite) invites_.emplace(request.Get("Call-ID"), id);
  Schedule(id, now + (server.invite ? kInviteTryingAfter : kTryingAfter));
  ++unanswered_[connection];
  servers_.emplace(id, std::move(server));
  Emit(Serve{id, connection, std::move(request)});
}

void Transactions::Cancel(ConnectionId connection, const Request& cancel) {
  const auto found = server_keys_.find(ServerKey(cancel, "INVITE"));
  if (found == server_keys_.end()) return RefuseNow(connection, cancel, 481);
  Emit(Send{connection, MakeResponse(cancel, 200, StatelessTag(cancel)).ToString()});
  const TransactionId id = found->second;
  if (!servers_.at(id).answered) Emit(Cancelled{id, servers_.at(id).request});
}

void Transactions::RefuseNow(ConnectionId connection, const Request& request,
                             std::uint16_t status) {
  Response response = MakeResponse(request, status, StatelessTag(request));
  if (status == 500) response.Add("Retry-After", "5");
  Emit(Reject{connection, std::move(response)});
}

void Transactions::Answer(TransactionId id, const Response& response, TimePoint now) {
  const auto found = servers_.find(id);
  if (found == servers_.end() || found->second.answered) return;
  Server& server = found->second;
  server.answered = true;
  StopWaiting(server);
  server.answer = response.ToString();
  server.status = response.status();
  Emit(Send{server.connection, server.answer});
  if (!server.merge_key.empty()) merge_keys_.erase(std::exchange(server.merge_key, {}));
  if (!server.invite) return EraseServer(id);  // timer J is 0 on reliable transport
  server.ends = now + kTransactionMax;
  Schedule(id, server.ends);
  if (response.IsSuccess()) {  // the core repeats a 2xx until its ACK (§13.3.1.4)
    server.resend_interval = kT1;
    server.resend_at = now + kT1;
    Schedule(id, server.resend_at);
  }
}

void Transactions::Forget(TransactionId id) {
  if (servers_.contains(id)) EraseServer(id);
}

TransactionId Transactions::Start(ConnectionId connection, const Request& request, TimePoint now) {
  if (clients_.size() >= kTransactionsMax) return 0;
  const TransactionId id = next_++;
  Client client{.key = ClientKey(request, request.method()),
                .connection = connection,
                .request = request,
                .provisional = false,
                .concluded = false,
                .ack = {},
                .remote_tag = {},
                .started = now,
                .ends = now + kTransactionMax};
  client_keys_.emplace(client.key, id);
  Schedule(id, client.ends);
  Emit(Send{connection, request.ToString()});
  clients_.emplace(id, std::move(client));
  return id;
}

void Transactions::Acknowledge(TransactionId id, const Request& ack) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  found->second.ack = ack.ToString();
  Emit(Send{found->second.connection, found->second.ack});
}

void Transactions::OnResponse(ConnectionId connection, Response response, TimePoint now) {
  const std::vector<std::string_view> vias = response.List("Via");
  const std::optional<CSeq> cseq = CSeq::Parse(response.Get("CSeq"));
  if (vias.size() != 1 || !cseq) return;  // not ours: we are the first Via and the last
  const auto found = client_keys_.find(ClientKey(response, cseq->method));
  if (found == client_keys_.end()) return;
  const TransactionId id = found->second;
  Client& client = clients_.at(id);
  if (client.connection != connection) return;
  if (response.IsProvisional()) {
    if (client.request.method() == "INVITE" && !std::exchange(client.provisional, true)) {
      client.ends = client.started + kInviteAnswerMax;  // it rings
      Schedule(id, client.ends);
    }
    return;
  }
  if (client.concluded) return OnLateFinal(client, std::move(response));
  const bool invite = client.request.method() == "INVITE";
  if (invite && !response.IsSuccess()) {
    client.ack = AckForFailure(client.request, response);
    Emit(Send{connection, client.ack});
  }
  client.remote_tag = RemoteTag(response);
  Emit(Conclude{id, std::move(response)});
  if (!invite) return EraseClient(id);
  client.concluded = true;
  client.ends = now + kTransactionMax;
  Schedule(id, client.ends);
}

// A final response after the first one, or after the time was out.
void Transactions::OnLateFinal(Client& client, Response response) {
  if (!response.IsSuccess()) {
    if (client.ack.empty()) client.ack = AckForFailure(client.request, response);
    return Emit(Send{client.connection, client.ack});
  }
  if (RemoteTag(response) == client.remote_tag) {
    if (!client.ack.empty()) Emit(Send{client.connection, client.ack});
    return;
  }
  Emit(Surplus{client.connection, client.request, std::move(response)});
}

void Transactions::OnClosed(ConnectionId connection, TimePoint) {
  std::vector<TransactionId> gone;
  for (const auto& [id, server] : servers_) {
    if (server.connection == connection) gone.push_back(id);
  }
  for (const TransactionId id : gone) EraseServer(id);
  unanswered_.erase(connection);
  gone.clear();
  for (const auto& [id, client] : clients_) {
    if (client.connection == connection) gone.push_back(id);
  }
  std::sort(gone.begin(), gone.end());
  for (const TransactionId id : gone) {
    if (!clients_.at(id).concluded) Emit(Lost{id});
    EraseClient(id);
  }
}

void Transactions::StopWaiting(Server& server) {
  const auto found = unanswered_.find(server.connection);
  if (--found->second == 0) unanswered_.erase(found);
}

std::size_t Transactions::unanswered(ConnectionId connection) const {
  const auto found = unanswered_.find(connection);
  return found != unanswered_.end() ? found->second : 0;
}

void Transactions::EraseServer(TransactionId id) {
  const auto found = servers_.find(id);
  if (!found->second.answered) StopWaiting(found->second);
  const auto [first, last] =
      invites_.equal_range(std::string(found->second.request.Get("Call-ID")));
  for (auto invite = first; invite != last; ++invite) {
    if (invite->second == id) {
      invites_.erase(invite);
      break;
    }
  }
  server_keys_.erase(found->second.key);
  if (!found->second.merge_key.empty()) merge_keys_.erase(found->second.merge_key);
  servers_.erase(found);
}

void Transactions::EraseClient(TransactionId id) {
  const auto found = clients_.find(id);
  client_keys_.erase(found->second.key);
  clients_.erase(found);
}

void Transactions::Advance(TimePoint now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const TransactionId id = timers_.begin()->second;
    timers_.erase(timers_.begin());
    Fire(id, now);
  }
  const auto is_over = [this](TransactionId id) {
    return !servers_.contains(id) && !clients_.contains(id);
  };
  while (!timers_.empty() && is_over(timers_.begin()->second)) timers_.erase(timers_.begin());
}

void Transactions::Fire(TransactionId id, TimePoint now) {
  if (const auto found = servers_.find(id); found != servers_.end()) {
    Server& server = found->second;
    if (server.ends <= now) return EraseServer(id);
    if (server.resend_at <= now) {
      Emit(Send{server.connection, server.answer});
      server.resend_interval = std::min<Duration>(server.resend_interval * 2, kT2);
      server.resend_at = now + server.resend_interval;
      Schedule(id, server.resend_at);
    }
    if (!server.answered && !std::exchange(server.trying_sent, true)) {
      Emit(Send{server.connection, MakeResponse(server.request, 100, "").ToString()});
    }
    return;
  }
  if (const auto found = clients_.find(id); found != clients_.end() && found->second.ends <= now) {
    Client& client = found->second;
    if (client.concluded) return EraseClient(id);
    Emit(TimedOut{id});
    if (!client.provisional) return EraseClient(id);
    // Somebody is still being asked: take it back, and see to what comes all the same (SIP-17).
    Emit(Send{client.connection, CancelFor(client.request)});
    client.concluded = true;
    client.ends = now + kTransactionMax;
    Schedule(id, client.ends);
  }
}

TimePoint Transactions::Deadline() const {
  return timers_.empty() ? TimePoint::max() : timers_.begin()->first;
}

std::optional<Transactions::Effect> Transactions::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

}  // namespace dragoman::sip
