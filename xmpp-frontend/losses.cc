#include "xmpp-frontend/losses.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace dragoman::xmpp_frontend {

Losses::Losses(runtime::Loop& loop, Duration window, Tell tell)
    : loop_(loop), window_(window), tell_(std::move(tell)), timer_(loop, [this] { OnTimer(); }) {}

void Losses::Add(const std::string& partner) {
  if (const auto found = told_.find(partner); found != told_.end()) {
    found->second.again = true;
    return;
  }
  if (told_.size() >= kLossesMax) return;
  told_.emplace(partner, Told{loop_.Now() + window_});
  Arm();
  tell_(partner);
}

void Losses::OnTimer() {
  const TimePoint now = loop_.Now();
  std::vector<std::string> again;
  for (auto at = told_.begin(); at != told_.end();) {
    auto& [partner, told] = *at;
    if (told.until <= now && !told.again) {
      at = told_.erase(at);
      continue;
    }
    if (told.until <= now) {
      told = {now + window_};
      again.push_back(partner);
    }
    ++at;
  }
  Arm();
  for (const std::string& partner : again) tell_(partner);
}

void Losses::Arm() {
  TimePoint next = TimePoint::max();
  for (const auto& [partner, told] : told_) next = std::min(next, told.until);
  timer_.StartAt(next);
}

}  // namespace dragoman::xmpp_frontend
