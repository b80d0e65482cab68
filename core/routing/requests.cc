#include "core/routing/requests.h"

#include <algorithm>
#include <utility>

#include "core/base/digest.h"

namespace dragoman::routing {

using envelope::Message;
using envelope::MessageId;
using envelope::Outcome;
using envelope::Role;
using policy::Reason;

namespace {

// So that what ends processes can be found without its text (security.md §2).
Outcome Poisonous(std::string_view payload) {
  return {.reason = Reason::kPoison,
          .text = "receivers ended while they had it: " + std::to_string(payload.size()) +
                  " bytes, sha256 " + HexEncode(Sha256(payload))};
}

}  // namespace

void Requests::Add(Message message, Target target, TimePoint now) {
  const MessageId id = message.header.id;
  const std::size_t bytes = message.payload.size();
  if (open_.contains(id)) return;
  if (open_.size() >= kOpenRequestsMax || bytes_ + bytes > kOpenRequestBytesMax) {
    effects_.push_back(Finish{id, {.reason = Reason::kOverloaded}});
    return;
  }
  Open open;
  open.deadline = deadlines_.emplace(now + Duration(message.header.budget_ms), id);
  open.message = std::move(message);
  open.target = target;
  open.order = next_order_++;
  open_.emplace(id, std::move(open));
  bytes_ += bytes;
  const Key key{target.role, target.key};
  queues_[key].waiting.push_back(id);
  Turn(key, now);
}

// Sends what may go now.
void Requests::Turn(const Key& key, TimePoint now) {
  const auto found = queues_.find(key);
  if (found == queues_.end()) return;
  Queue& queue = found->second;
  while (!queue.waiting.empty()) {
    const std::string& choice = members_.Choose({key.first, key.second});
    if (choice.empty() || (queue.under_way > 0 && queue.instance != choice)) return;
    Open& open = open_.at(queue.waiting.front());
    queue.waiting.pop_front();
    queue.instance = choice;
    ++queue.under_way;
    SendOut(open, choice, now);
  }
  if (queue.under_way == 0) queues_.erase(found);
}

void Requests::SendOut(Open& open, const std::string& instance, TimePoint now) {
  envelope::Header& header = open.message.header;
  const TimePoint deadline = open.deadline->first;
  const Duration left = deadline > now ? deadline - now : Duration(1);
  header.budget_ms = static_cast<std::uint32_t>(left.count());
  if (!open.asked.empty() && header.attempt < UINT8_MAX) ++header.attempt;
  open.out = open.reached = true;
  open.asked.push_back(instance);
  effects_.push_back(Send{instance, envelope::EncodeHeader(header), open.message.payload});
}

bool Requests::OnOutcome(const std::string& instance, const MessageId& id, std::string_view payload,
                         TimePoint now) {
  const auto found = open_.find(id);
  if (found == open_.end()) return true;  // it has ended, with another answer or with its time
  const Open& open = found->second;
  if (std::find(open.asked.begin(), open.asked.end(), instance) == open.asked.end()) return false;
  Result<Outcome, envelope::CodecError> outcome = envelope::Decode<Outcome>(payload);
  if (!outcome) outcome = Outcome{.reason = Reason::kInternal};
  const bool current = open.asked.back() == instance;
  if (outcome->accepted() || current) End(id, *std::move(outcome), now);
  return true;
}

void Requests::OnUnsent(const std::string& instance, const MessageId& id, Reason reason,
                        TimePoint now) {
  const auto found = open_.find(id);
  if (found == open_.end() || !found->second.out || found->second.asked.back() != instance) return;
  End(id, {.reason = reason}, now);
}

void Requests::OnUnreached(const std::string& instance, const MessageId& id) {
  const auto found = open_.find(id);
  if (found == open_.end() || !found->second.out || found->second.asked.back() != instance) return;
  found->second.reached = false;
}

void Requests::GiveUp(TimePoint now) {
  std::vector<std::pair<MessageId, Outcome>> all;
  for (const auto& [id, open] : open_) all.push_back({id, {.reason = Reason::kShuttingDown}});
  EndAll(std::move(all), now);
}

void Requests::OnMembers(Role role, TimePoint now) {
  std::vector<Key> keys;
  for (const auto& [key, queue] : queues_) {
    if (key.first == role && !queue.waiting.empty()) keys.push_back(key);
  }
  for (const Key& key : keys) Turn(key, now);
}

void Requests::OnLost(const std::string& instance, Loss how, TimePoint now) {
  const bool ended = how == Loss::kClosed || how == Loss::kSilent;
  std::vector<Open*> orphans;
  for (auto& [id, open] : open_) {
    if (open.out && open.asked.back() == instance) orphans.push_back(&open);
  }
  std::sort(orphans.begin(), orphans.end(),
            [](const Open* a, const Open* b) { return a->order > b->order; });
  std::vector<std::pair<MessageId, Outcome>> given_up;
  std::vector<Key> keys;
  for (Open* open : orphans) {  // the youngest first: the oldest ends up in front
    const Key key{open->target.role, open->target.key};
    Queue& queue = queues_.at(key);
    open->out = false;
    --queue.under_way;
    queue.waiting.push_front(open->message.header.id);
    keys.push_back(key);
    if (!open->reached)
      open->asked.pop_back();  // it was not, after all
    else if (ended)
      ++open->lives;
    if (open->lives >= kLivesMax || open->asked.size() >= kAsksMax)
      given_up.push_back({open->message.header.id, Poisonous(open->message.payload)});
  }
  EndAll(std::move(given_up), now);
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) Turn(*key, now);
}

void Requests::End(const MessageId& id, Outcome outcome, TimePoint now) {
  Turn(Close(id, std::move(outcome)), now);
}

// None of them leaves while another one is ended.
void Requests::EndAll(std::vector<std::pair<MessageId, Outcome>> ended, TimePoint now) {
  std::vector<Key> keys;
  for (auto& [id, outcome] : ended) {
    if (open_.contains(id)) keys.push_back(Close(id, std::move(outcome)));
  }
  for (const Key& key : keys) Turn(key, now);
}

Requests::Key Requests::Close(const MessageId& id, Outcome outcome) {
  const auto found = open_.find(id);
  const Key key{found->second.target.role, found->second.target.key};
  bytes_ -= found->second.message.payload.size();
  Queue& queue = queues_.at(key);
  if (found->second.out) {
    --queue.under_way;
  } else {
    queue.waiting.erase(std::find(queue.waiting.begin(), queue.waiting.end(), id));
  }
  deadlines_.erase(found->second.deadline);
  open_.erase(found);
  effects_.push_back(Finish{id, std::move(outcome)});
  return key;
}

void Requests::Advance(TimePoint now) {
  std::vector<std::pair<MessageId, Outcome>> late;
  for (auto due = deadlines_.begin(); due != deadlines_.end() && due->first <= now; ++due) {
    const bool asked = !open_.at(due->second).asked.empty();
    late.push_back({due->second, {.reason = asked ? Reason::kDeadline : Reason::kNoFrontend}});
  }
  EndAll(std::move(late), now);
}

TimePoint Requests::Deadline() const {
  return deadlines_.empty() ? TimePoint::max() : deadlines_.begin()->first;
}

std::optional<Requests::Effect> Requests::Poll() {
  if (effects_.empty()) return std::nullopt;
  Effect effect = std::move(effects_.front());
  effects_.pop_front();
  return effect;
}

}  // namespace dragoman::routing
