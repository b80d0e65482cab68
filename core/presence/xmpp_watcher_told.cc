// What an XMPP watcher is told, and told again because it did not arrive. PRES-14, SUB-4.
#include <algorithm>
#include <utility>

#include "core/presence/known.h"
#include "core/presence/watchers.h"

namespace dragoman::presence {

using namespace std::chrono_literals;

namespace {

constexpr Duration kTellAgain = 60s;

}  // namespace

void XmppWatcher::Tell(const std::vector<envelope::ResourcePresence>& resources) {
  for (const envelope::ResourcePresence& one : resources) {
    std::erase(record_.untold, one.resource);
    envelope::PresenceUpdate update;
    update.resources.push_back(one);
    ToWatcher(std::move(update));
  }
}

// What is there now is in `known`, what left is nowhere else: its name is kept.
void XmppWatcher::On(const NotCarried& lost) {
  const auto* news = std::get_if<envelope::PresenceUpdate>(&lost.effect.payload);
  const bool approval = std::holds_alternative<envelope::Approve>(lost.effect.payload);
  if ((news == nullptr && !approval) || record_.state == State::kNone) return;
  record_.tell_at = context_.now + kTellAgain;
  if (news == nullptr) return;
  for (const envelope::ResourcePresence& one : news->resources) {
    if (one.available) continue;
    std::erase(record_.untold, one.resource);
    if (record_.untold.size() == kResourcesMax) record_.untold.erase(record_.untold.begin());
    record_.untold.push_back(one.resource);
  }
}

void XmppWatcher::TellAgain() {
  record_.tell_at = {};
  const bool active = record_.state == State::kActive;
  const bool nobody_left = record_.untold.empty();
  TellUntold();
  if (active) ToWatcher(envelope::Approve{});
  if (active && nobody_left && record_.known.empty()) return Tell(Gone({}));
  Tell(record_.known);
}

void XmppWatcher::TellUntold() {
  Resources gone;
  for (std::string& resource : std::exchange(record_.untold, {})) {
    const bool back = std::any_of(
        record_.known.begin(), record_.known.end(),
        [&](const envelope::ResourcePresence& one) { return one.resource == resource; });
    if (!back) gone.emplace_back().resource = std::move(resource);
  }
  Tell(gone);
}

}  // namespace dragoman::presence
