#include "core/sip/transaction.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace dragoman::sip {
namespace {

constexpr Duration kT2 = 4s;

std::string Key(std::string_view via_text, std::string_view method) {
  const std::optional<Via> via = Via::Parse(via_text);
  if (!via) return {};
  return via->branch + ' ' + via->sent_by + ' ' + std::string(method);
}

// A peer without the magic cookie is matched by the fields that stay the same (§17.2.3).
std::string ServerKey(const Request& request, std::string_view method) {
  const std::vector<std::string_view> vias = request.List("Via");
  const std::optional<Via> via = vias.empty() ? std::nullopt : Via::Parse(vias.front());
  if (via && via->branch.starts_with("z9hG4bK")) return Key(vias.front(), method);
  const std::optional<CSeq> cseq = CSeq::Parse(request.Get("CSeq"));
  std::string key = "2543 ";
  key += request.Get("Call-ID");
  key += ' ';
  key += request.Get("From");
  key += ' ' + std::to_string(cseq ? cseq->number : 0) + ' ';
  key += method;
  if (via) key += ' ' + via->sent_by;
  return key;
}

// Requests of one call that differ in nothing but their branch came over two paths (§8.2.2.2,
// SIP-23).
std::string MergeKey(const Request& request) {
  const Result<NameAddr, UriError> to = NameAddr::Parse(request.Get("To"));
  const Result<NameAddr, UriError> from = NameAddr::Parse(request.Get("From"));
  if (!to || !from || !to->tag().empty() || from->tag().empty()) return {};
  std::string key(from->tag());
  key += ' ';
  key += request.Get("Call-ID");
  key += ' ';
  key += request.Get("CSeq");
  return key;
}

std::string ClientKey(std::string_view top_via, std::string_view cseq_method) {
  const std::optional<Via> via = Via::Parse(top_via);
  return via ? via->branch + ' ' + std::string(cseq_method) : std::string();
}

// §17.1.1.3: the ACK of a refusal has the INVITE's branch, route and CSeq number.
std::string AckForFailure(const Request& invite, const Response& response) {
  Request ack("ACK", invite.uri());
  ack.Add("Via", invite.List("Via").front());
  for (const std::string_view route : invite.List("Route")) ack.Add("Route", route);
  ack.Add("Max-Forwards", "70");
  ack.Add("From", invite.Get("From"));
  ack.Add("To", response.Get("To"));
  ack.Add("Call-ID", invite.Get("Call-ID"));
  const std::optional<CSeq> cseq = CSeq::Parse(invite.Get("CSeq"));
  ack.Add("CSeq", std::to_string(cseq ? cseq->number : 0) + " ACK");
  return ack.ToString();
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
    for (auto& [id, server] : servers_) {
      if (server.invite && server.request.Get("Call-ID") == call_id)
        server.resend_at = TimePoint::max();
    }
    return Emit(Acked{call_id});
  }
  if (request.method() == "CANCEL") return Cancel(connection, request, now);

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
  if (!server.invite) Schedule(id, now + kTryingAfter);
  servers_.emplace(id, std::move(server));
  Emit(Serve{id, connection, std::move(request)});
}

void Transactions::Cancel(ConnectionId connection, const Request& cancel, TimePoint now) {
  const auto found = server_keys_.find(ServerKey(cancel, "INVITE"));
  if (found == server_keys_.end()) return RefuseNow(connection, cancel, 481);
  RefuseNow(connection, cancel, 200);
  const TransactionId id = found->second;
  if (!servers_.at(id).answered)
    Answer(id, MakeResponse(servers_.at(id).request, 487, "cancelled"), now);
}

void Transactions::RefuseNow(ConnectionId connection, const Request& request,
                             std::uint16_t status) {
  Response response = MakeResponse(request, status, "");
  if (status == 500) response.Add("Retry-After", "5");
  Emit(Send{connection, response.ToString()});
}

void Transactions::Answer(TransactionId id, const Response& response, TimePoint now) {
  const auto found = servers_.find(id);
  if (found == servers_.end() || found->second.answered) return;
  Server& server = found->second;
  server.answered = true;
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

TransactionId Transactions::Start(ConnectionId connection, const Request& request, TimePoint now) {
  if (clients_.size() >= kTransactionsMax) return 0;
  const TransactionId id = next_++;
  const bool invite = request.method() == "INVITE";
  Client client{.key = ClientKey(request.List("Via").front(), request.method()),
                .connection = connection,
                .request = request,
                .concluded = false,
                .ack = {},
                .ends = now + (invite ? kInviteAnswerMax : kTransactionMax)};
  client_keys_.emplace(client.key, id);
  Schedule(id, client.ends);
  Emit(Send{connection, request.ToString()});
  clients_.emplace(id, std::move(client));
  return id;
}

void Transactions::SendAck(ConnectionId connection, const Request& ack) {
  Emit(Send{connection, ack.ToString()});
}

void Transactions::OnResponse(ConnectionId connection, Response response, TimePoint now) {
  const std::vector<std::string_view> vias = response.List("Via");
  const std::optional<CSeq> cseq = CSeq::Parse(response.Get("CSeq"));
  if (vias.size() != 1 || !cseq) return;  // not ours: we are the first Via and the last
  const auto found = client_keys_.find(ClientKey(vias.front(), cseq->method));
  if (found == client_keys_.end()) return;
  const TransactionId id = found->second;
  Client& client = clients_.at(id);
  if (client.connection != connection || response.IsProvisional()) return;
  if (client.concluded) {
    if (!client.ack.empty()) Emit(Send{connection, client.ack});
    return;
  }
  const bool invite = client.request.method() == "INVITE";
  if (invite && !response.IsSuccess()) {
    client.ack = AckForFailure(client.request, response);
    Emit(Send{connection, client.ack});
  }
  Emit(Conclude{id, std::move(response)});
  if (!invite) return EraseClient(id);
  client.concluded = true;
  client.ends = now + kTransactionMax;
  Schedule(id, client.ends);
}

void Transactions::OnClosed(ConnectionId connection, TimePoint) {
  std::vector<TransactionId> gone;
  for (const auto& [id, server] : servers_) {
    if (server.connection == connection) gone.push_back(id);
  }
  for (const TransactionId id : gone) EraseServer(id);
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

void Transactions::EraseServer(TransactionId id) {
  const auto found = servers_.find(id);
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
    if (!server.invite && !server.answered && !std::exchange(server.trying_sent, true)) {
      Emit(Send{server.connection, MakeResponse(server.request, 100, "").ToString()});
    }
    return;
  }
  if (const auto found = clients_.find(id); found != clients_.end() && found->second.ends <= now) {
    if (!found->second.concluded) Emit(TimedOut{id});
    EraseClient(id);
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
