#include "core/routing/node.h"

#include <algorithm>
#include <utility>

#include "core/routing/rendezvous.h"

namespace dragoman::routing {

using envelope::Beat;
using envelope::Goodbye;
using envelope::Header;
using envelope::Hello;
using envelope::Kind;
using envelope::Message;
using envelope::MessageId;
using envelope::Outcome;
using envelope::Role;
using policy::Reason;

Node::Node(Hello self, std::vector<LinkId> links, TimePoint now)
    : self_(std::move(self)), links_(std::move(links)), next_beat_(now), last_advance_(now) {}

void Node::OnFrames(const LinkId& link, std::string_view header_bytes, std::string payload,
                    TimePoint now) {
  Result<Header, envelope::CodecError> header = envelope::DecodeHeader(header_bytes);
  if (!header) return;  // no id to answer to
  if (const auto known = instances_.find(link); known != instances_.end()) {
    members_.at(known->second).seen = now;
  } else if (header->kind == Kind::kBeat) {
    return SendHello(link);  // we are new to it, or it to us
  }
  switch (header->kind) {
    case Kind::kHello:
      if (const auto hello = envelope::Decode<Hello>(payload)) OnHello(link, *hello, now);
      return;
    case Kind::kBeat:
      return;
    case Kind::kGoodbye:
      if (const auto known = instances_.find(link); known != instances_.end()) {
        members_.at(known->second).draining = true;
      }
      return;
    case Kind::kOutcome:
      return OnOutcome(header->id, payload);
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
      return OnRequest(link, *std::move(header), std::move(payload), now);
  }
  // A kind of a newer version (T-52).
  if (header->budget_ms > 0) {
    SendOutcome(link, header->id, envelope::Encode(Outcome{.reason = Reason::kUnsupported}));
  }
}

void Node::OnHello(const LinkId& link, const Hello& hello, TimePoint now) {
  if (const auto known = instances_.find(link); known != instances_.end()) {
    if (known->second == hello.instance) return;
    Lose(std::string(known->second), now);  // a process that was started again behind the same link
  }
  members_[hello.instance] = {hello.role, link, now};
  instances_[link] = hello.instance;
  SendHello(link);
  Emit(MemberUp{hello.role, hello.instance});
  DispatchWaiting(hello.role, now);
}

void Node::OnOutcome(const MessageId& id, std::string_view payload) {
  if (!open_.contains(id)) return;
  Result<Outcome, envelope::CodecError> outcome = envelope::Decode<Outcome>(payload);
  FinishOpen(id, outcome ? *std::move(outcome) : Outcome{.reason = Reason::kInternal});
}

void Node::OnRequest(const LinkId& link, Header header, std::string payload, TimePoint now) {
  if (const auto done = remembered_.find(header.id); done != remembered_.end()) {
    return SendOutcome(link, header.id, done->second);
  }
  if (const auto busy = deliveries_.find(header.id); busy != deliveries_.end()) {
    busy->second.link = link;  // asked again by another way: the answer goes there
    return;
  }
  if (draining_ && header.budget_ms > 0) {
    return SendOutcome(link, header.id, envelope::Encode(Outcome{.reason = Reason::kShuttingDown}));
  }
  if (header.budget_ms > 0) {
    const TimePoint deadline = now + Duration(header.budget_ms);
    deliveries_.emplace(header.id, Delivery{link, deadline});
    delivery_deadlines_.emplace(deadline, header.id);
  }
  Emit(Deliver{{std::move(header), std::move(payload)}});
}

void Node::OnUnreachable(const LinkId& link, TimePoint now) {
  const auto known = instances_.find(link);
  if (known != instances_.end()) Lose(std::string(known->second), now);
}

void Node::Lose(const std::string& instance, TimePoint now) {
  const auto found = members_.find(instance);
  if (found == members_.end()) return;
  const Member lost = found->second;
  members_.erase(found);
  instances_.erase(lost.link);
  Emit(MemberLost{lost.role, instance, lost.draining});
  std::vector<Open*> orphans;
  for (auto& [id, open] : open_) {
    if (open.instance == instance) orphans.push_back(&open);
  }
  std::sort(orphans.begin(), orphans.end(),
            [](const Open* a, const Open* b) { return a->order < b->order; });
  std::vector<MessageId> poisonous;
  for (Open* open : orphans) {
    open->instance.clear();
    if (open->sent >= kAttemptsMax) {
      poisonous.push_back(open->message.header.id);
    } else {
      Dispatch(*open, now);
    }
  }
  for (const MessageId& id : poisonous) {
    FinishOpen(id,
               {.reason = Reason::kInternal, .text = "two processes ended while they handled it"});
  }
}

void Node::Request(Message message, Target target, TimePoint now) {
  const MessageId id = message.header.id;
  const std::size_t bytes = message.payload.size();
  if (open_.size() >= kOpenRequestsMax || open_bytes_ + bytes > kOpenRequestBytesMax) {
    return Emit(Finish{id, {.reason = Reason::kOverloaded}});
  }
  Open open{.message = std::move(message),
            .target = target,
            .deadline = {},
            .order = next_order_++,
            .sent = 0,
            .instance = {}};
  open.deadline = now + Duration(open.message.header.budget_ms);
  const auto [at, added] = open_.emplace(id, std::move(open));
  if (!added) return;  // already under way
  open_bytes_ += bytes;
  deadlines_.emplace(at->second.deadline, id);
  Dispatch(at->second, now);
}

void Node::Dispatch(Open& open, TimePoint now) {
  open.instance = Choose(open.target);
  if (open.instance.empty()) return;  // waits for a member of that role
  Header& header = open.message.header;
  const Duration left = open.deadline > now ? open.deadline - now : Duration(1);
  header.budget_ms = static_cast<std::uint32_t>(left.count());
  if (open.sent > 0) ++header.attempt;
  ++open.sent;
  Emit(Send{members_.at(open.instance).link, envelope::EncodeHeader(header), open.message.payload});
}

void Node::DispatchWaiting(Role role, TimePoint now) {
  std::vector<Open*> waiting;
  for (auto& [id, open] : open_) {
    if (open.instance.empty() && open.target.role == role) waiting.push_back(&open);
  }
  std::sort(waiting.begin(), waiting.end(),
            [](const Open* a, const Open* b) { return a->order < b->order; });
  for (Open* open : waiting) Dispatch(*open, now);
}

std::string Node::Choose(Target target) const {
  std::vector<std::string> candidates;
  for (const auto& [instance, member] : members_) {
    if (member.role == target.role && !member.draining) candidates.push_back(instance);
  }
  return candidates.empty() ? std::string() : candidates[routing::Choose(target.key, candidates)];
}

void Node::FinishOpen(const MessageId& id, Outcome outcome) {
  const auto found = open_.find(id);
  open_bytes_ -= found->second.message.payload.size();
  open_.erase(found);
  Emit(Finish{id, std::move(outcome)});
}

void Node::Reply(const MessageId& id, Outcome outcome, TimePoint) {
  const auto found = deliveries_.find(id);
  if (found == deliveries_.end()) return;  // wanted no answer, or its time has passed
  std::string payload = envelope::Encode(outcome);
  SendOutcome(found->second.link, id, payload);
  deliveries_.erase(found);
  Remember(id, std::move(payload));
}

void Node::Remember(const MessageId& id, std::string outcome) {
  if (!remembered_.emplace(id, std::move(outcome)).second) return;
  remembered_order_.push_back(id);
  if (remembered_order_.size() > kRememberedMax) {
    remembered_.erase(remembered_order_.front());
    remembered_order_.pop_front();
  }
}

void Node::SendOutcome(const LinkId& link, const MessageId& id, std::string payload) {
  Header header;
  header.id = id;
  header.kind = Kind::kOutcome;
  Emit(Send{link, envelope::EncodeHeader(header), std::move(payload)});
}

void Node::SendHello(const LinkId& link) {
  Header header;
  header.kind = Kind::kHello;
  Emit(Send{link, envelope::EncodeHeader(header), envelope::Encode(self_)});
}

void Node::SendToAll(Kind kind, const std::string& payload) {
  Header header;
  header.kind = kind;
  const std::string bytes = envelope::EncodeHeader(header);
  for (const auto& [link, instance] : instances_) Emit(Send{link, bytes, payload});
}

void Node::Drain(TimePoint) {
  draining_ = true;
  SendToAll(Kind::kGoodbye, envelope::Encode(Goodbye{}));
}

void Node::Advance(TimePoint now) {
  if (now - last_advance_ >= kSilenceMax) {
    // We were away (stopped, starved): the silence is ours, not theirs (F-5).
    for (auto& [instance, member] : members_) member.seen = now;
  }
  last_advance_ = now;
  if (next_beat_ <= now) {
    next_beat_ = now + kBeatInterval;
    for (const LinkId& link : links_) {
      if (!instances_.contains(link)) SendHello(link);
    }
    SendToAll(Kind::kBeat,
              envelope::Encode(Beat{static_cast<std::uint32_t>(open_.size()), draining_}));
  }
  std::vector<std::string> silent;
  for (const auto& [instance, member] : members_) {
    if (member.seen + kSilenceMax <= now) silent.push_back(instance);
  }
  for (const std::string& instance : silent) Lose(instance, now);
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const MessageId id = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    const auto found = open_.find(id);
    if (found == open_.end() || found->second.deadline > now) continue;
    FinishOpen(id, {.reason = found->second.sent == 0 ? Reason::kNoFrontend : Reason::kDeadline});
  }
  while (!delivery_deadlines_.empty() && delivery_deadlines_.begin()->first <= now) {
    const auto found = deliveries_.find(delivery_deadlines_.begin()->second);
    if (found != deliveries_.end() && found->second.deadline <= now) deliveries_.erase(found);
    delivery_deadlines_.erase(delivery_deadlines_.begin());
  }
}

TimePoint Node::Deadline() const {
  // Silence is noticed with the beats.
  return deadlines_.empty() ? next_beat_ : std::min(next_beat_, deadlines_.begin()->first);
}

std::optional<Node::Effect> Node::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

std::size_t Node::open_requests() const { return open_.size(); }

std::size_t Node::members(Role role) const {
  return static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(),
                    [&](const auto& entry) { return entry.second.role == role; }));
}

}  // namespace dragoman::routing
