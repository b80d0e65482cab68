#include "core/xmpp/losses.h"

namespace dragoman::xmpp {

bool Losses::Add(const std::string& partner, TimePoint now) {
  if (const auto found = told_.find(partner); found != told_.end()) {
    found->second = true;
    return false;
  }
  if (told_.size() >= kLossesMax) return false;
  told_.emplace(partner, false);
  ends_.emplace_back(now + kLossWindow, partner);
  return true;
}

std::vector<std::string> Losses::Advance(TimePoint now) {
  std::vector<std::string> again;
  while (Deadline() <= now) {
    const std::string partner = std::move(ends_.front().second);
    ends_.pop_front();
    const auto found = told_.find(partner);
    if (std::exchange(found->second, false)) {
      ends_.emplace_back(now + kLossWindow, partner);
      again.push_back(partner);
    } else {
      told_.erase(found);
    }
  }
  return again;
}

TimePoint Losses::Deadline() const {
  return ends_.empty() ? TimePoint::max() : ends_.front().first;
}

}  // namespace dragoman::xmpp
