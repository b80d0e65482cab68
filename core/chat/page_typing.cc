#include "core/chat/page_typing.h"

#include <algorithm>
#include <utility>

namespace dragoman::chat {

std::string PageTyping::Key(const Pair& pair) {
  return envelope::ToString(pair.sip_user) + ' ' + envelope::ToString(pair.xmpp_user);
}

PageTyping::Entry& PageTyping::Touch(const Pair& pair) {
  const std::string key = Key(pair);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
  }
  if (entries_.size() == kPageTypingMax) {
    Stop(entries_.back());
    by_key_.erase(Key(entries_.back().pair));
    entries_.pop_back();
  }
  entries_.push_front({.pair = pair});
  by_key_.emplace(key, entries_.begin());
  return entries_.front();
}

void PageTyping::Stop(Entry& entry) {
  if (const auto deadline = std::exchange(entry.composing_until, {})) deadlines_.erase(*deadline);
}

void PageTyping::OnText(const Pair& pair) { Stop(Touch(pair)); }

bool PageTyping::OnState(const Pair& pair, bool composing, std::uint32_t refresh, TimePoint now) {
  Entry& entry = Touch(pair);
  const bool was_composing = entry.composing_until.has_value();
  Stop(entry);
  if (composing) {
    const Duration lasts = refresh == 0
                               ? kComposingMax
                               : std::min<Duration>(std::chrono::seconds(refresh), kRefreshMax);
    entry.composing_until = deadlines_.emplace(now + lasts, Key(pair));
  }
  return composing != was_composing;
}

bool PageTyping::MayTell(const Pair& pair) const {
  const auto found = by_key_.find(Key(pair));
  return found != by_key_.end() && !found->second->refused;
}

void PageTyping::OnRefused(const Pair& pair) { Touch(pair).refused = true; }

void PageTyping::Advance(TimePoint now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    Entry& entry = *by_key_.at(deadlines_.begin()->second);
    Stop(entry);
    stopped_.push_back(entry.pair);
  }
}

TimePoint PageTyping::Deadline() const {
  return deadlines_.empty() ? TimePoint::max() : deadlines_.begin()->first;
}

std::optional<Pair> PageTyping::Poll() {
  if (stopped_.empty()) return std::nullopt;
  Pair pair = std::move(stopped_.front());
  stopped_.pop_front();
  return pair;
}

}  // namespace dragoman::chat
