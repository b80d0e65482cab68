// What an S-watcher knows of its presentity: how it is asked for, heard, doubted and forgotten.
// Requirements §8.2; RFC 6121 §4.3.
#include <utility>

#include "core/presence/known.h"
#include "core/presence/watchers.h"

namespace dragoman::presence {
namespace {

constexpr Duration kFreshFor{3'600'000};  // what is known is asked for again at a refresh
constexpr Duration kProbeMax{60'000};     // an answer that takes longer is none
constexpr Duration kSweepAfter{5'000};   // from its first stanza on, for the others
constexpr Duration kConfirmAfter{5'000};  // to ask whether somebody is really gone

}  // namespace

bool SipWatcher::IsStale() const {
  return !KnowsState() || record_.known_at + kFreshFor <= context_.now;
}

void SipWatcher::Forget() {
  record_.known.clear();
  record_.known_at = {};
  record_.unheard.clear();
  record_.probed_at = record_.sweep_at = {};
}

// The answer names every resource that is available: who left while nobody could tell is not in it.
void SipWatcher::Probe() {
  if (!record_.known.empty()) record_.probed_at = context_.now;
  record_.unheard.clear();
  for (const envelope::ResourcePresence& one : record_.known)
    record_.unheard.push_back(one.resource);
  record_.sweep_at = {};
  ToPresentity(envelope::Probe{});
}

void SipWatcher::Hear(const envelope::PresenceUpdate& update) {
  for (const envelope::ResourcePresence& one : update.resources) {
    if (one.resource.empty() && !one.available) record_.unheard.clear();
    std::erase(record_.unheard, one.resource);
  }
  const bool answer = context_.now <= record_.probed_at + kProbeMax;
  if (record_.unheard.empty()) {
    record_.probed_at = record_.sweep_at = {};
  } else if (answer && record_.sweep_at == WallTime{}) {
    record_.sweep_at = context_.now + kSweepAfter;
  }
}

void SipWatcher::Sweep() {
  record_.probed_at = record_.sweep_at = {};
  const Resources before = record_.known;
  for (const std::string& resource : std::exchange(record_.unheard, {})) {
    envelope::ResourcePresence gone;
    gone.resource = resource;
    Merge(record_.known, gone);
  }
  if (before == record_.known) return;
  NotifyNews();
  // Part of the answer may have been lost on its way: if they are there after all, they say so.
  if (record_.state == State::kActive && record_.retry_at == WallTime{})
    record_.retry_at = context_.now + kConfirmAfter;
}

void SipWatcher::On(const envelope::PresenceUpdate& update) {
  Accept();
  const Resources before = record_.known;
  const bool first = !KnowsState();
  for (const envelope::ResourcePresence& one : update.resources) Merge(record_.known, one);
  // Who leaves does so resource by resource. Said of all at once and unasked it may be old: it is
  // also how Prosody takes a request on, and then later news can overtake it (docs/peers.md).
  const bool doubtful = update.complete && !before.empty() && record_.probed_at == WallTime{};
  if (doubtful && record_.state == State::kActive && record_.retry_at == WallTime{})
    record_.retry_at = context_.now + kConfirmAfter;
  Hear(update);
  record_.failures = 0;
  if (record_.known_at + kKnownStep <= context_.now) record_.known_at = context_.now;
  if (first && record_.state == State::kActive) record_.retry_at = {};  // the probe's answer
  EndFetches();
  // Nothing but `pending` reaches a watcher who was not approved (SUB-4, T-32).
  if (record_.state != State::kActive) {
    if (record_.state != State::kPending) Forget();
    return;
  }
  if (context_.redelivered) return NotifyAll();
  if (first || before != record_.known) NotifyNews();
}

}  // namespace dragoman::presence
