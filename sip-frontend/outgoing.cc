// From the bus to SIP: a command becomes a request to an Edge, its end an Outcome.
#include <utility>

#include "core/sip/dialog.h"
#include "core/translate/sip_dialog.h"
#include "sip-frontend/frontend.h"

namespace dragoman::sip_frontend {

using policy::Reason;

void Frontend::OnDelivered(const envelope::Message& message) {
  const envelope::Header& header = message.header;
  const auto command = envelope::Decode<envelope::SipCommand>(message.payload);
  if (!command) return Reply(header, {.reason = Reason::kMalformed});
  const auto outgoing = translate::ComposeSip(
      header, *command, {.settings = settings_, .random = random_, .now = loop_.Wall()});
  if (!outgoing) return Reply(header, {.reason = outgoing.error()});
  edges_.Find(outgoing->dialog.edge, sip::NextHopOf(outgoing->request), header.to.domain,
              [this, header, sent = *outgoing](Channel* channel) { Carry(header, sent, channel); });
}

void Frontend::Carry(const envelope::Header& header, const translate::OutgoingSip& outgoing,
                     Channel* channel, const std::vector<std::string>& tried) {
  if (channel == nullptr)
    return Reply(header, translate::Conclude(outgoing, translate::NoResponse::kNotSent));
  const bool in_time = pacer_.Run(channel->peer(), Duration(header.budget_ms),
                                  [this, header, outgoing, connection = channel->id(), tried] {
                                    Start(header, outgoing, connection, tried);
                                  });
  if (!in_time) Reply(header, {.reason = Reason::kOverloaded});
}

void Frontend::Start(const envelope::Header& header, const translate::OutgoingSip& outgoing,
                     sip::ConnectionId connection, const std::vector<std::string>& tried) {
  Channel* channel = Find(connection);
  if (channel != nullptr && channel->usable()) return StartOn(*channel, header, outgoing, tried);
  // The connection ended while it waited for its turn.
  edges_.Find(
      outgoing.dialog.edge, sip::NextHopOf(outgoing.request), header.to.domain,
      [this, header, outgoing, tried](Channel* other) {
        if (other != nullptr) return StartOn(*other, header, outgoing, tried);
        Reply(header, translate::Conclude(outgoing, translate::NoResponse::kNotSent));
      },
      tried);
}

void Frontend::StartOn(Channel& channel, const envelope::Header& header,
                       const translate::OutgoingSip& outgoing,
                       const std::vector<std::string>& tried) {
  if (!seat_.MayBegin(header)) return;
  if (outgoing.request.method() == "BENOTIFY") {  // nobody answers it (ocs-dialect §4.4)
    // Nor does a transaction bound how many there are: the newest state is told later (L-7).
    if (channel.backed_up() && !translate::EndsSubscription(outgoing.request))
      return Reply(header, {.reason = Reason::kOverloaded});
    channel.Send(outgoing.request.ToString());
    envelope::Outcome sent;
    sent.dialog = outgoing.dialog;
    return Reply(header, sent);
  }
  const sip::TransactionId id = transactions_.Start(channel.id(), outgoing.request, loop_.Now());
  if (id == 0) return Reply(header, {.reason = Reason::kOverloaded});
  Sent& sent = sent_.emplace(id, Sent{header, outgoing, tried, channel.id()}).first->second;
  sent.outgoing.dialog.edge = channel.peer();
  DrainSip();
}

void Frontend::operator()(sip::Transactions::Conclude done) {
  const auto found = sent_.find(done.id);
  if (found == sent_.end()) return;
  const Sent sent = std::move(found->second);
  sent_.erase(found);
  if (sent.outgoing.request.method() == "INVITE" && done.response.IsSuccess()) {
    transactions_.Acknowledge(
        done.id,
        translate::ComposeAck(sent.outgoing, done.response,
                              {.settings = settings_, .random = random_, .now = loop_.Wall()}));
  }
  if (done.response.status() == 503 && sent.outgoing.dialog.remote_tag.empty())
    return TryElsewhere(sent, done.response);
  Reply(sent.header, translate::Conclude(sent.outgoing, done.response));
}

// An Edge that cannot serve it now: the next one may, in a transaction of its own (DISC-9).
void Frontend::TryElsewhere(const Sent& sent, const sip::Response& refusal) {
  std::vector<std::string> tried = sent.tried;
  tried.push_back(sent.outgoing.dialog.edge);
  translate::OutgoingSip again = sent.outgoing;
  again.request.Remove("Via");
  again.request.Prepend("Via", translate::SelfOf(settings_).Via(RandomToken(random_)));
  edges_.Find(
      {}, std::nullopt, sent.header.to.domain,
      [this, header = sent.header, again, tried, refusal](Channel* channel) {
        if (channel == nullptr) return Reply(header, translate::Conclude(again, refusal));
        Carry(header, again, channel, tried);
      },
      tried);
}

void Frontend::operator()(const sip::Transactions::TimedOut& late) {
  const auto found = sent_.find(late.id);
  if (found == sent_.end()) return;
  Reply(found->second.header,
        translate::Conclude(found->second.outgoing, translate::NoResponse::kTimeout));
  sent_.erase(found);
}

void Frontend::operator()(const sip::Transactions::Lost& lost) {
  const auto found = sent_.find(lost.id);
  if (found == sent_.end()) return;
  Reply(found->second.header,
        translate::Conclude(found->second.outgoing, translate::NoResponse::kLost));
  sent_.erase(found);
}

// Accepted twice, or too late: the extra session is ended before anybody speaks in it (§13.2.2.4).
void Frontend::operator()(sip::Transactions::Surplus surplus) {
  const sip::Self self = translate::SelfOf(settings_);
  sip::Dialog dialog = sip::Confirmed(sip::DialogOfOurs(surplus.invite), surplus.response);
  const sip::Request ack = sip::MakeRequest("ACK", dialog, self, RandomToken(random_));
  if (Channel* channel = Find(surplus.connection)) channel->Send(ack.ToString());
  ++dialog.local_cseq;
  transactions_.Start(surplus.connection,
                      sip::MakeRequest("BYE", dialog, self, RandomToken(random_)), loop_.Now());
}

void Frontend::Reply(const envelope::Header& header, const envelope::Outcome& outcome) {
  if (!outcome.accepted()) journal_.Refused(header, outcome);
  seat_.Reply(header.id, outcome);
}

}  // namespace dragoman::sip_frontend
