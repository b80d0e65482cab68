// What time brings to an X-watcher: refreshes, retries, what nobody vouches for any more, watchers
// who are not there. Requirements §8.1.
#include <algorithm>

#include "core/presence/known.h"
#include "core/presence/watchers.h"

namespace dragoman::presence {

using namespace std::chrono_literals;
using policy::Reason;

namespace {

constexpr Duration kGoneMax = 1h;  // a watcher who went offline may be back before

}  // namespace

void XmppWatcher::On(const Due&) {
  if (record_.state == State::kNone) {
    std::erase_if(record_.watches,
                  [this](const Watch& one) { return one.expires <= context_.now; });
    if (record_.watches.empty()) record_.known.clear();
    return;
  }
  for (Watch& one : record_.watches) {
    if (one.notified_at != WallTime{}) Settle(one);
  }
  if (record_.tell_at != WallTime{} && record_.tell_at <= context_.now) TellAgain();
  if (record_.known_until != WallTime{} && record_.known_until <= context_.now) Forget();
  if (IsAskedInVain()) return EndRequest(Reason::kRemoteServerTimeout, 0);
  Watch* watch = record_.watches.empty() ? nullptr : &record_.watches.front();
  const bool live =
      watch != nullptr && !watch->dialog.remote_tag.empty() && watch->expires > context_.now;
  const bool refresh_due = record_.retry_at != WallTime{} && record_.retry_at <= context_.now;
  if (live && record_.state != State::kSuspended) {
    if (refresh_due) IsIdle() ? Suspend() : Refresh();
    return;
  }
  const bool expired =
      watch != nullptr && watch->expires != WallTime{} && watch->expires <= context_.now;
  if (!refresh_due && !expired) return;
  if (record_.state == State::kActive) record_.state = State::kSuspended;
  SubscribeAnew();
  ++record_.failures;
}

void XmppWatcher::See() {
  if (record_.seen_at + kSeenStep <= context_.now) record_.seen_at = context_.now;
}

bool XmppWatcher::IsIdle() const {
  if (record_.state != State::kActive) return false;
  if (context_.watcher.gone && context_.watcher.at + kGoneMax <= context_.now) return true;
  return std::max(record_.seen_at, context_.watcher.at) + context_.idle <= context_.now;
}

// Nobody looks: the dialog ends, the authorisation stays, if somebody has asked for one. The next
// probe brings it back (DEC-27).
void XmppWatcher::Suspend() {
  SendSubscribe(record_.watches.front(), 0);
  record_.watches.clear();
  if (!WasAsked()) {
    if (!context_.watcher.gone) Forget();
    return Clear();
  }
  record_.state = State::kSuspended;
  record_.retry_at = {};
  if (!context_.watcher.gone) return Forget();
  record_.known.clear();  // its server knows that it is offline
  record_.known_until = {};
}

// Nobody vouches for it any more.
void XmppWatcher::Forget() {
  record_.known_until = {};
  if (!record_.known.empty()) Tell(Gone(record_.known));
  record_.known.clear();
}

// A client's probe may have gone with a front-end, and nobody asks twice. It is told what the
// NOTIFY says: that has its place among the others, and what the record says now has none.
void XmppWatcher::On(const Verify&) {
  // Where nothing is under way and nothing failed, nothing is lost: the peer said when to ask
  // again.
  const bool waits = record_.watches.empty() && record_.failures == 0;
  if (record_.state == State::kNone || waits) return;
  record_.tell_whole = true;
  const bool live = !record_.watches.empty() && !record_.watches.front().dialog.remote_tag.empty();
  live ? Refresh() : SubscribeAnew();
}

void XmppWatcher::On(const AskAnew&) {
  if (record_.state != State::kNone && record_.watches.empty())
    SubscribeAnew();
  else
    On(Verify{});
}

}  // namespace dragoman::presence
