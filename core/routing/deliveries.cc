#include "core/routing/deliveries.h"

#include <algorithm>
#include <utility>

namespace dragoman::routing {

using envelope::MessageId;

Deliveries::Arrival Deliveries::OnRequest(const LinkId& link, const std::string& asker,
                                          envelope::Header& header, TimePoint now) {
  if (remembered_.contains(header.id)) return Arrival::kHandled;
  if (open_.size() >= kDeliveriesMax && !open_.contains(header.id)) return Arrival::kTooMany;
  const auto [at, added] = open_.try_emplace(header.id);
  Delivery& delivery = at->second;
  delivery.asker = {asker, link};  // asked again by another way: the answer goes there
  delivery.orphan = false;
  if (!added) deadlines_.erase(delivery.deadline);
  const TimePoint deadline = now + std::min(Duration(header.budget_ms), kBudgetMax);
  delivery.deadline = deadlines_.emplace(deadline, header.id);
  if (!added) return Arrival::kUnderWay;
  header.ticket = delivery.ticket = ++last_ticket_;
  return Arrival::kNew;
}

std::optional<Deliveries::Asker> Deliveries::OnReply(const MessageId& id, std::string outcome) {
  const auto found = open_.find(id);
  if (found == open_.end()) return std::nullopt;
  Asker asker = std::move(found->second.asker);
  Close(found);
  Remember(id, std::move(outcome));
  return asker;
}

void Deliveries::Close(Open::iterator delivery) {
  deadlines_.erase(delivery->second.deadline);
  open_.erase(delivery);
}

void Deliveries::Remember(const MessageId& id, std::string outcome) {
  const std::size_t bytes = outcome.size();
  if (!remembered_.emplace(id, std::move(outcome)).second) return;
  remembered_order_.push_back(id);
  remembered_bytes_ += bytes;
  while (remembered_order_.size() > kRememberedMax || remembered_bytes_ > kRememberedBytesMax) {
    const auto oldest = remembered_.find(remembered_order_.front());
    remembered_bytes_ -= oldest->second.size();
    remembered_.erase(oldest);
    remembered_order_.pop_front();
  }
}

bool Deliveries::Begin(const envelope::Header& header) {
  const auto found = open_.find(header.id);
  if (found == open_.end() || found->second.ticket != header.ticket) return false;
  found->second.begun = true;
  return true;
}

std::vector<MessageId> Deliveries::Begun() const {
  std::vector<MessageId> begun;
  for (const auto& [id, delivery] : open_) {
    if (delivery.begun) begun.push_back(id);
  }
  return begun;
}

template <typename Condition>
std::vector<MessageId> Deliveries::Withdraw(Condition condition) {
  std::vector<MessageId> withdrawn;
  for (const auto& [id, delivery] : open_) {
    if (!delivery.begun && condition(delivery)) withdrawn.push_back(id);
  }
  for (const MessageId& id : withdrawn) Close(open_.find(id));
  return withdrawn;
}

std::vector<MessageId> Deliveries::OnLost(const std::string& asker, Loss how) {
  const auto is_its = [&](const Delivery& one) { return one.asker.instance == asker; };
  if (how != Loss::kClosed) return Withdraw(is_its);
  for (auto& [id, delivery] : open_) {  // the dead ask nobody else: what they wanted is done
    if (is_its(delivery)) delivery.orphan = true;
  }
  return {};
}

std::vector<MessageId> Deliveries::OnUp(const std::string& asker) {
  return Withdraw([&](const Delivery& one) { return one.orphan && one.asker.instance == asker; });
}

std::vector<MessageId> Deliveries::Advance(TimePoint now) {
  std::vector<MessageId> lapsed;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    lapsed.push_back(deadlines_.begin()->second);
    Close(open_.find(lapsed.back()));
  }
  return lapsed;
}

TimePoint Deliveries::Deadline() const {
  return deadlines_.empty() ? TimePoint::max() : deadlines_.begin()->first;
}

}  // namespace dragoman::routing
