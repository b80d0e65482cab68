// What routers deliver here: the lane to the partner that each stanza goes over, and what is told
// of it. ARCH-8.
#include <algorithm>
#include <utility>

#include "core/routing/lanes.h"
#include "core/translate/address.h"
#include "core/translate/xmpp_outgoing.h"
#include "core/xmpp/jid.h"
#include "core/xmpp/precis.h"
#include "core/xmpp/stanza.h"
#include "runtime/cluster/refusals.h"
#include "xmpp-frontend/frontend.h"

namespace dragoman::xmpp_frontend {

using policy::Reason;
using xmpp::StanzaEnd;

namespace {

// As the messages between the two have it: their answers keep to the same lane.
std::uint64_t PairOf(const xmpp::Jid& from, const xmpp::Jid& to) {
  const auto sender = translate::FromJid(from);
  const auto receiver = translate::FromJid(to);
  return sender && receiver ? envelope::PairHash(*sender, *receiver) : 0;
}

}  // namespace

void Frontend::OnDelivered(const envelope::Message& message) {
  const envelope::Header& header = message.header;
  const auto stanzas = translate::ToStanzas(message, settings_);
  if (!stanzas) return Reply(header, {.reason = stanzas.error()});
  if (stanzas->empty()) return seat_.Reply(header.id, {});
  deliveries_[header.id] = {header, stanzas->size()};
  const TimePoint deadline = service_.loop().Now() + Duration(header.budget_ms);
  for (const xml::Element& stanza : *stanzas) SendStanza(stanza, &header, deadline);
}

void Frontend::SendStanza(const xml::Element& stanza, const envelope::Header* message,
                          TimePoint deadline) {
  const Result<xmpp::Jid, xmpp::JidError> from = xmpp::Jid::Parse(stanza.Attr("from"));
  const Result<xmpp::Jid, xmpp::JidError> to = xmpp::Jid::Parse(stanza.Attr("to"));
  Result<Lane*, Reason> lane = Fail(Reason::kDomainNotServed);
  if (from && to) {
    lane = LaneFor(from->ascii_domain(), to->ascii_domain(),
                   message != nullptr ? message->pair_hash : PairOf(*from, *to));
  }
  const auto id = message != nullptr ? std::optional(message->id) : std::nullopt;
  if (lane) return (*lane)->Send(xml::Print(stanza, xmpp::kServerNs), id, deadline);
  const bool full = lane.error() == Reason::kOverloaded;
  if (id) return OnSettled(*id, lane.error(), full ? "too many streams to partners" : "");
  OnAnswerLost(to ? to->ascii_domain() : "", full ? StanzaEnd::kFull : StanzaEnd::kRefused);
}

void Frontend::SendAnswer(const xml::Element& stanza) {
  const Duration max = stanza.Attr("type") == "error" ? kErrorMax : kReplyMax;
  SendStanza(stanza, nullptr, service_.loop().Now() + max);
}

// Nobody else tells the partner's user what became of a stanza: the log does.
void Frontend::OnAnswerLost(const std::string& remote, StanzaEnd end) {
  service_.metrics().Count("dragoman_answers_lost_total", {{"why", Name(end)}});
  service_.log().Warn("answer lost", {{"remote", remote}, {"why", std::string(Name(end))}});
}

Frontend::LaneKey Frontend::KeyOf(const std::string& local, const std::string& remote,
                                  std::uint64_t pair_hash) const {
  return {local, remote, routing::Lane(pair_hash, settings_.xmpp.streams_per_partner)};
}

Result<Lane*, Reason> Frontend::LaneFor(const std::string& local, const std::string& remote,
                                        std::uint64_t pair_hash) {
  const policy::Partner* partner = settings_.FindPartner(remote);
  if (partner == nullptr || !settings_.ServesSipDomain(local))
    return Fail(Reason::kDomainNotServed);
  const LaneKey key = KeyOf(local, remote, pair_hash);
  if (lanes_.size() >= kLanesMax && !lanes_.contains(key)) {
    std::erase_if(lanes_, [](const auto& entry) { return entry.second->spent(); });
    if (lanes_.size() >= kLanesMax) {
      std::erase_if(lanes_, [](const auto& entry) {
        if (!entry.second->forsaken()) return false;
        entry.second->Abandon(Reason::kOverloaded);  // its answers are told of
        return true;
      });
    }
    if (lanes_.size() >= kLanesMax) return Fail(Reason::kOverloaded);
  }
  std::unique_ptr<Lane>& lane = lanes_[key];
  if (lane == nullptr) {
    lane = std::make_unique<Lane>(
        Outgoing::Place{service_.loop(), finder_, settings_, credentials_}, local, remote, *partner,
        Lane::Events{
            [this](const envelope::MessageId& id, Reason reason, const std::string& detail) {
              OnSettled(id, reason, detail);
            },
            [this, local, remote](const char* event, const std::string& detail) {
              service_.log().Info(
                  event,
                  {{"direction", "out"}, {"local", local}, {"remote", remote}, {"detail", detail}});
            },
            [this, remote](Arrival arrival) { OnReturnedStanza(remote, std::move(arrival)); },
            [this](const envelope::MessageId& id) { return MayBegin(id); },
            [this, remote] { OnLoss(remote); },
            [this, remote](StanzaEnd end) { OnAnswerLost(remote, end); }});
  }
  return lane.get();
}

void Frontend::OnSettled(const envelope::MessageId& id, Reason reason, const std::string& detail) {
  const auto found = deliveries_.find(id);
  if (found == deliveries_.end()) return;
  if (reason == Reason::kNone && --found->second.stanzas > 0) return;
  const envelope::Header header = std::move(found->second.header);
  deliveries_.erase(found);
  Reply(header, {.reason = reason, .text = detail});
}

void Frontend::Reply(const envelope::Header& header, const envelope::Outcome& outcome) {
  if (!outcome.accepted()) runtime::TellRefused(service_.log(), header, outcome);
  seat_.Reply(header.id, outcome);
}

// One owner for each lane: who is not chosen for it any more lets its stream go.
void Frontend::YieldLanes() {
  yield_timer_.StartAt(service_.loop().Now() + kYieldLook);
  for (const auto& [key, lane] : lanes_) {
    const auto& [local, remote, number] = key;
    if (lane->IsQuiet(kYieldAfter) &&
        !seat_.IsChosen(routing::XmppStreamKey(local, remote, number)))
      lane->Finish();
  }
}

// Right before a stanza of a message is written.
bool Frontend::MayBegin(const envelope::MessageId& id) {
  const auto found = deliveries_.find(id);
  if (found == deliveries_.end()) return false;
  if (seat_.MayBegin(found->second.header)) return true;
  deliveries_.erase(found);  // nobody waits for it, and its lane forgets it
  return false;
}

void Frontend::OnWithdrawn(const envelope::MessageId& id) {
  const auto found = deliveries_.find(id);
  if (found == deliveries_.end()) return;
  const envelope::Header header = std::move(found->second.header);
  deliveries_.erase(found);
  const auto lane = lanes_.find(KeyOf(xmpp::AsciiDomain(header.from.domain),
                                      xmpp::AsciiDomain(header.to.domain), header.pair_hash));
  if (lane != lanes_.end()) lane->second->Withdraw(id);
}

}  // namespace dragoman::xmpp_frontend
