#include "core/routing/node.h"

#include <algorithm>
#include <utility>

#include "core/routing/vocabulary.h"

namespace dragoman::routing {

using envelope::Beat;
using envelope::Header;
using envelope::Hello;
using envelope::Kind;
using envelope::Message;
using envelope::MessageId;
using envelope::Outcome;
using policy::Reason;

Node::Node(const Hello& self, TimePoint now)
    : role_(self.role), members_(self, now), requests_(members_) {}

void Node::AddLink(const LinkId& link, TimePoint now) {
  members_.AddLink(link, now);
  Settle(now);
}

void Node::RemoveLink(const LinkId& link, TimePoint now) {
  members_.RemoveLink(link, now);
  Settle(now);
}

void Node::OnLinkUp(const LinkId& link, TimePoint now) {
  members_.OnLinkUp(link, now);
  Settle(now);
}

void Node::OnLinkDown(const LinkId& link, TimePoint now) {
  members_.OnLinkDown(link, now);
  Settle(now);
}

void Node::OnUnsent(const LinkId& link, std::string_view header_bytes, Reason reason,
                    TimePoint now) {
  const auto header = envelope::DecodeHeader(header_bytes);
  if (!header || !IsRequest(header->kind)) return;
  requests_.OnUnsent(members_.InstanceAt(link), header->id, reason, now);
  Settle(now);
}

void Node::OnUnreached(const LinkId& link, std::string_view header_bytes) {
  const auto header = envelope::DecodeHeader(header_bytes);
  if (header && IsRequest(header->kind))
    requests_.OnUnreached(members_.InstanceAt(link), header->id);
}

void Node::OnFrames(const LinkId& link, std::string_view header_bytes, std::string payload,
                    TimePoint now) {
  Result<Header, envelope::CodecError> header = envelope::DecodeHeader(header_bytes);
  if (!header) {  // no id to answer to
    Refuse(link, Kind::kBeat, Objection::kMalformed);
    return;
  }
  switch (header->kind) {
    case Kind::kHello:
    case Kind::kBeat:
    case Kind::kGoodbye:
      OnMembership(link, header->kind, payload, now);
      break;
    case Kind::kOutcome:
      members_.OnSign(link, now);
      if (!requests_.OnOutcome(members_.InstanceAt(link), header->id, payload, now))
        Refuse(link, header->kind, Objection::kUnasked);
      break;
    case Kind::kChat:
    case Kind::kChatState:
    case Kind::kReceipt:
    case Kind::kSessionOpen:
    case Kind::kSessionClose:
    case Kind::kSubscribe:
    case Kind::kUnsubscribe:
    case Kind::kApprove:
    case Kind::kDeny:
    case Kind::kProbe:
    case Kind::kPresenceUpdate:
    case Kind::kSipCommand:
    case Kind::kStreamLost:
    default:  // a kind of a newer version too: its sender may want an Outcome
      OnRequest(link, *std::move(header), std::move(payload), now);
  }
  Settle(now);
}

void Node::OnMembership(const LinkId& link, Kind kind, std::string_view payload, TimePoint now) {
  if (kind == Kind::kHello) {
    if (const auto hello = envelope::Decode<Hello>(payload))
      return members_.OnHello(link, *hello, now);
  } else if (kind == Kind::kBeat) {
    if (const auto beat = envelope::Decode<Beat>(payload)) return members_.OnBeat(link, *beat, now);
  } else {
    return members_.OnGoodbye(link);
  }
  Refuse(link, kind, Objection::kMalformed);
}

void Node::OnRequest(const LinkId& link, Header header, std::string payload, TimePoint now) {
  const auto sender = members_.RoleAt(link);
  if (!sender) {
    Refuse(link, header.kind, Objection::kStranger);
    return members_.Remind(link, now);
  }
  members_.OnSign(link, now);
  if (!MaySend(*sender, role_, header)) {
    const bool known = IsKnown(header.kind);
    Refuse(link, header.kind, known ? Objection::kSender : Objection::kUnknown);
    if (header.budget_ms == 0) return;
    const Outcome outcome{.reason = Reason::kUnsupported,
                          .text = known ? "not for a " + std::string(Name(*sender)) : ""};
    return SendOutcome(link, header.id, envelope::Encode(outcome));
  }
  if (header.budget_ms == 0) return Refuse(link, header.kind, Objection::kMalformed);
  switch (deliveries_.OnRequest(link, members_.InstanceAt(link), header, now)) {
    case Deliveries::Arrival::kNew:
      return Emit(Deliver{{std::move(header), std::move(payload)}});
    case Deliveries::Arrival::kUnderWay:
      return;
    case Deliveries::Arrival::kTooMany:
      return SendOutcome(link, header.id, envelope::Encode(Outcome{.reason = Reason::kOverloaded}));
    case Deliveries::Arrival::kHandled:
      return SendOutcome(link, header.id, deliveries_.Remembered(header.id));
  }
}

void Node::Refuse(const LinkId& link, Kind kind, Objection why, std::string detail) {
  Emit(Refused{link, members_.InstanceAt(link), kind, why, std::move(detail)});
}

void Node::Request(Message message, Target target, TimePoint now) {
  requests_.Add(std::move(message), target, now);
  Settle(now);
}

void Node::Reply(const MessageId& id, const Outcome& outcome, TimePoint) {
  std::string payload = envelope::Encode(outcome);
  const auto asker = deliveries_.OnReply(id, payload);
  if (!asker) return;
  const LinkId* link = members_.LinkOf(asker->instance);  // it may have another one by now
  SendOutcome(link != nullptr ? *link : asker->link, id, std::move(payload));
}

void Node::SendOutcome(const LinkId& link, const MessageId& id, std::string payload) {
  Header header;
  header.id = id;
  header.kind = Kind::kOutcome;
  Emit(Send{link, envelope::EncodeHeader(header), std::move(payload)});
}

void Node::Drain(TimePoint now) {
  draining_ = true;
  members_.Drain(now);
  Settle(now);
}

void Node::GiveUp(TimePoint now) {
  requests_.GiveUp(now);
  Settle(now);
}

bool Node::Idle() const {
  return requests_.size() == 0 && deliveries_.size() == 0 && (!draining_ || members_.Drained());
}

void Node::Advance(TimePoint now) {
  members_.Advance(now, requests_.size());
  for (const MessageId& id : deliveries_.Advance(now)) Emit(Lapsed{id});
  Settle(now);
  requests_.Advance(now);
  Settle(now);
}

TimePoint Node::Deadline() const {
  return std::min({members_.Deadline(), requests_.Deadline(), deliveries_.Deadline()});
}

void Node::Settle(TimePoint now) {
  while (auto effect = members_.Poll()) {
    if (auto* send = std::get_if<Membership::Send>(&*effect)) {
      Header header;
      header.kind = send->kind;
      Emit(Send{std::move(send->link), envelope::EncodeHeader(header), std::move(send->payload)});
    } else if (auto* up = std::get_if<MemberUp>(&*effect)) {
      for (const MessageId& id : deliveries_.OnUp(up->instance)) Emit(Withdrawn{id});
      const envelope::Role role = up->role;
      Emit(*std::move(up));
      requests_.OnMembers(role, now);
    } else if (auto* lost = std::get_if<MemberLost>(&*effect)) {
      for (const MessageId& id : deliveries_.OnLost(lost->instance, lost->how)) Emit(Withdrawn{id});
      requests_.OnLost(lost->instance, lost->how, now);
      Emit(*std::move(lost));
    } else if (auto* refused = std::get_if<Refused>(&*effect)) {
      Emit(*std::move(refused));
    } else {
      Emit(std::get<Woke>(*effect));
    }
  }
  while (auto effect = requests_.Poll()) {
    if (auto* finish = std::get_if<Finish>(&*effect)) {
      Emit(*std::move(finish));
      continue;
    }
    auto& send = std::get<Requests::Send>(*effect);
    const LinkId* link = members_.LinkOf(send.instance);
    if (link != nullptr) Emit(Send{*link, std::move(send.header), std::move(send.payload)});
  }
}

std::optional<Node::Effect> Node::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

}  // namespace dragoman::routing
