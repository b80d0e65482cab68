#include "core/xmpp/stanza_queue.h"

#include <algorithm>
#include <utility>

namespace dragoman::xmpp {

std::string_view Name(StanzaEnd end) {
  switch (end) {
    case StanzaEnd::kArrived:
      return "arrived";
    case StanzaEnd::kLate:
      return "late";
    case StanzaEnd::kUnacknowledged:
      return "unacknowledged";
    case StanzaEnd::kLost:
      return "lost";
    case StanzaEnd::kRefused:
      return "refused";
    case StanzaEnd::kFull:
      return "full";
  }
  return "lost";
}

void StanzaQueue::Push(QueuedStanza stanza, TimePoint now) {
  const bool full = bytes_ + stanza.text.size() > kQueueBytesMax;
  if (full || (stanza.owner && stalled(now))) return End(stanza, StanzaEnd::kFull);
  if (idle()) earliest_ = TimePoint::max();
  Keep(stanza);
  waiting_.push_back(std::move(stanza));
}

void StanzaQueue::Withdraw(const StanzaOwner& owner) {
  std::erase_if(waiting_, [&](const QueuedStanza& one) {
    if (one.owner != owner) return false;
    bytes_ -= one.text.size();
    return true;
  });
}

void StanzaQueue::OnReady(By by, TimePoint now, std::uint32_t handled) {
  SendAgain(now);
  streaming_ = true;
  by_ = by;
  handled_ = handled;
}

bool StanzaQueue::OnResumed(std::uint32_t handled, TimePoint now) {
  if (!OnHandled(handled, now)) return false;
  streaming_ = true;
  progress_at_ = now;
  return true;
}

std::optional<QueuedStanza> StanzaQueue::Take(TimePoint now) {
  while (!waiting_.empty() && sent_.size() < kInFlightMax) {
    QueuedStanza next = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= next.text.size();
    if (next.deadline > now) return next;
    End(next, StanzaEnd::kLate);
  }
  return std::nullopt;
}

void StanzaQueue::OnWritten(QueuedStanza stanza, std::uint64_t end, TimePoint now) {
  if (sent_.empty()) progress_at_ = now;
  Keep(stanza);
  stanza.end = end;
  sent_.push_back(std::move(stanza));
}

void StanzaQueue::OnArrived(std::uint64_t bytes, TimePoint now) {
  while (by_ == By::kTcp && !sent_.empty() && sent_.front().end <= bytes) Arrive(now);
}

bool StanzaQueue::OnHandled(std::uint32_t handled, TimePoint now) {
  const std::uint32_t news = handled - handled_;  // counts wrap (SM-4)
  if (news > sent_.size()) return false;
  handled_ = handled;
  for (std::uint32_t i = 0; i < news; ++i) Arrive(now);
  return true;
}

void StanzaQueue::Arrive(TimePoint now) {
  progress_at_ = now;
  bytes_ -= sent_.front().text.size();
  if (sent_.front().owner) End(sent_.front(), StanzaEnd::kArrived);
  sent_.pop_front();
}

void StanzaQueue::OnLost() { streaming_ = false; }

void StanzaQueue::SendAgain(TimePoint now) {
  streaming_ = false;
  Queue again;
  for (QueuedStanza& one : std::exchange(sent_, {})) {
    bytes_ -= one.text.size();
    if (one.again || one.deadline <= now) {
      End(one, StanzaEnd::kLost);
      continue;
    }
    Keep(one);
    one.again = true;
    again.push_back(std::move(one));
  }
  waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()),
                  std::make_move_iterator(again.end()));
}

void StanzaQueue::Fail(TimePoint now) {
  // An answer in flight is for the next stream; whoever waits for the rest would wait too long.
  std::erase_if(sent_, [&](const QueuedStanza& one) {
    if (!one.owner) return false;
    bytes_ -= one.text.size();
    End(one, StanzaEnd::kLost);
    return true;
  });
  SendAgain(now);
  EndWaiting(StanzaEnd::kRefused, [](const QueuedStanza& one) { return one.owner.has_value(); });
}

void StanzaQueue::Abandon() {
  for (const QueuedStanza& one : sent_) End(one, StanzaEnd::kLost);
  for (const QueuedStanza& one : waiting_) End(one, StanzaEnd::kRefused);
  sent_.clear();
  waiting_.clear();
  bytes_ = 0;
}

void StanzaQueue::Advance(TimePoint now) {
  EndWaiting(StanzaEnd::kLate, [now](const QueuedStanza& one) { return one.deadline <= now; });
  if (stalled(now))
    EndWaiting(StanzaEnd::kFull, [](const QueuedStanza& one) { return one.owner.has_value(); });
  earliest_ = TimePoint::max();
  for (const QueuedStanza& one : waiting_) earliest_ = std::min(earliest_, one.deadline);
  for (QueuedStanza& one : sent_) {  // kept for the count, but its owner hears
    if (!one.owner || one.told) continue;
    if (one.deadline > now) {
      earliest_ = std::min(earliest_, one.deadline);
      continue;
    }
    End(one, StanzaEnd::kUnacknowledged);
    one.told = true;
  }
}

TimePoint StanzaQueue::Deadline() const {
  if (idle()) return TimePoint::max();
  if (!streaming_ || sent_.size() < kInFlightMax || !owes()) return earliest_;
  return std::min(earliest_, progress_at_ + kStallMax);
}

std::optional<StanzaQueue::Ended> StanzaQueue::Poll() {
  if (ended_.empty()) return std::nullopt;
  const Ended ended = ended_.front();
  ended_.pop_front();
  return ended;
}

bool StanzaQueue::owes() const {
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [](const QueuedStanza& one) { return one.owner.has_value(); });
}

bool StanzaQueue::awaited() const { return !sent_.empty() || owes(); }

bool StanzaQueue::stalled(TimePoint now) const {
  return streaming_ && sent_.size() >= kInFlightMax && progress_at_ + kStallMax <= now;
}

void StanzaQueue::Keep(const QueuedStanza& stanza) {
  bytes_ += stanza.text.size();
  earliest_ = std::min(earliest_, stanza.deadline);
}

void StanzaQueue::End(const QueuedStanza& stanza, StanzaEnd end) {
  if (!stanza.told) ended_.push_back({stanza.owner, end});
}

template <typename Which>
void StanzaQueue::EndWaiting(StanzaEnd end, Which which) {
  std::erase_if(waiting_, [&](const QueuedStanza& one) {
    if (!which(one)) return false;
    bytes_ -= one.text.size();
    End(one, end);
    return true;
  });
}

}  // namespace dragoman::xmpp
