#include <algorithm>

#include "core/presence/backoff.h"
#include "core/presence/known.h"
#include "core/presence/watchers.h"

namespace dragoman::presence {

using namespace std::chrono_literals;
using envelope::SubscriptionState;
using policy::Reason;

namespace {

constexpr Duration kNotifyEvery{5'000};   // EVT-11: news to one dialog
constexpr Duration kNotifyAgain{10'000};  // after a NOTIFY that failed, or when its answer says
constexpr Duration kFetchMax{3'000};      // SUB-10
constexpr Duration kAskAgain{600'000};    // a presentity who did not answer
constexpr Duration kStateMax{3'000};      // for presence to follow `subscribed`
constexpr std::uint32_t kProbation = 60;  // seconds

// NOTIFY answered so, or not at all: nobody listens in that dialog any more (EVT-10). 408 is what a
// proxy makes of no answer (SIP-32).
bool EndsWatch(const envelope::Outcome& outcome) {
  if (outcome.reason == Reason::kRemoteServerTimeout) return true;
  constexpr std::uint16_t kEnding[] = {404, 405, 408, 410, 416, 480, 481,
                                       482, 483, 484, 485, 489, 501, 604};
  return std::find(std::begin(kEnding), std::end(kEnding), outcome.sip_status) != std::end(kEnding);
}

std::uint32_t SecondsLeft(WallTime until, WallTime now) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(until - now).count();
  return left > 0 ? static_cast<std::uint32_t>(left) : 0;
}

// Why the watcher is told that its subscription ended (requirements §8.3).
struct Ending {
  std::string reason;
  std::uint32_t retry_after = 0;
};
Ending EndingOf(const envelope::Deny& deny) {
  switch (deny.reason) {
    case Reason::kNone:
    case Reason::kForbidden:
      return {"rejected"};
    case Reason::kItemNotFound:
    case Reason::kRemoteServerNotFound:
      return {"noresource"};
    case Reason::kUnsupportedRequest:
    case Reason::kUnsupportedMedia:
      return {"giveup"};
    default:
      return {"probation", kProbation};
  }
}

}  // namespace

Step SipWatcher::Handle(const Event& event) {
  std::visit([this](const auto& one) { On(one); }, event);
  return Done();
}

void SipWatcher::On(const envelope::Subscribe& subscribe) {
  if (!subscribe.dialog) return Refuse(Reason::kMalformed);
  if (Watch* watch = Find(*subscribe.dialog)) return Renew(*watch, subscribe);
  // A refresh of a dialog that nobody here knows: the watcher begins anew (481).
  if (subscribe.in_dialog) return Refuse(Reason::kNoSuchDialog);
  Open(subscribe);
}

void SipWatcher::Open(const envelope::Subscribe& subscribe) {
  if (record_.watches.size() == kWatchesMax) return Refuse(Reason::kOverloaded);
  Watch watch{*subscribe.dialog, context_.now + Duration(std::int64_t{subscribe.expires} * 1000)};
  envelope::Outcome granted;
  granted.expires = subscribe.expires;
  granted.dialog = watch.dialog;
  Accept(std::move(granted));
  if (subscribe.expires == 0) return Fetch(std::move(watch));
  record_.watches.push_back(std::move(watch));
  switch (record_.state) {
    case State::kNone:
    case State::kRequested:
      record_.state = State::kPending;
      record_.asked_at = {};
      Ask();
      break;
    case State::kPending:
      Ask();
      break;
    case State::kActive:
    case State::kSuspended:
      record_.state = State::kActive;
      if (IsStale()) Probe();
      break;
  }
  Notify(record_.watches.back());  // at once, whatever the state (EVT-5)
}

void SipWatcher::Renew(Watch& watch, const envelope::Subscribe& subscribe) {
  if (subscribe.dialog->remote_cseq < watch.dialog.remote_cseq) return Refuse(Reason::kOutOfOrder);
  watch.dialog.remote_cseq = subscribe.dialog->remote_cseq;
  if (!subscribe.dialog->remote_target.empty())
    watch.dialog.remote_target = subscribe.dialog->remote_target;
  watch.dialog.format = subscribe.dialog->format;
  watch.dialog.benotify = subscribe.dialog->benotify;
  envelope::Outcome granted;
  granted.expires = subscribe.expires;
  granted.dialog = watch.dialog;
  Accept(std::move(granted));
  if (subscribe.expires == 0) {
    Terminate(watch, "timeout");
    return Remove(watch);
  }
  watch.expires = context_.now + Duration(std::int64_t{subscribe.expires} * 1000);
  if (record_.state == State::kPending) Ask();
  if (record_.state == State::kActive && IsStale()) Probe();
  Notify(watch);
}

// One NOTIFY says what is known, and that is all. What is not known is asked for first (SUB-10).
void SipWatcher::Fetch(Watch watch) {
  if (record_.state == State::kActive && KnowsState()) {
    return End(watch, "timeout", 0, Document().resources);
  }
  // Who was asked and has not decided shows nothing. Its server would answer a probe with
  // `unsubscribed`, and that is not its decision.
  if (record_.state == State::kPending || record_.AwaitsDecision())
    return End(watch, "timeout", 0, {});
  watch.fetch = true;
  watch.expires = context_.now + kFetchMax;
  record_.watches.push_back(std::move(watch));
  Probe();
}

void SipWatcher::EndFetches() {
  for (std::size_t i = record_.watches.size(); i-- > 0;) {
    if (!record_.watches[i].fetch) continue;
    End(record_.watches[i], "timeout", 0, Document().resources);
    Remove(record_.watches[i]);
  }
}

// Whether the watcher may see the presentity; not again while the answer may still come.
void SipWatcher::Ask() {
  const bool lately = record_.asked_at != WallTime{} && record_.asked_at + kAskAgain > context_.now;
  if (lately && !context_.redelivered) return;
  record_.asked_at = context_.now;
  ToPresentity(envelope::Subscribe{});
}

void SipWatcher::On(const envelope::Unsubscribe& unsubscribe) {
  Watch* watch = unsubscribe.dialog ? Find(*unsubscribe.dialog) : nullptr;
  if (watch != nullptr) {
    Terminate(*watch, "timeout");
    Remove(*watch);
  }
  Accept();
}

void SipWatcher::On(const envelope::Approve&) {
  Accept();
  switch (record_.state) {
    case State::kNone:
    case State::kRequested:
      // Who sends it unasked opens no record, or a partner could fill up the watcher's (L-22).
      if (record_.AwaitsDecision() && record_.asked_at + kAskedMax > context_.now)
        record_.state = State::kSuspended;
      record_.asked_at = {};
      return;
    case State::kPending:
      record_.state = record_.watches.empty() ? State::kSuspended : State::kActive;
      record_.asked_at = {};
      record_.retry_at = {};
      record_.failures = 0;
      // A server that approves in its user's stead need not say how the user is (RFC 6121 §3.1.3).
      if (!KnowsState() && !record_.watches.empty()) record_.retry_at = context_.now + kStateMax;
      return NotifyAll();
    case State::kActive:
      if (context_.redelivered) NotifyAll();
      return;
    case State::kSuspended:
      return;
  }
}

void SipWatcher::On(const envelope::Deny& deny) {
  Accept();
  const Ending ending = EndingOf(deny);
  TerminateAll(ending.reason, ending.retry_after);
  record_.state = State::kNone;
  Forget();
  record_.asked_at = {};
  record_.retry_at = {};
  record_.failures = 0;
}

void SipWatcher::On(const Drop&) {
  if (record_.state != State::kNone || record_.AwaitsDecision())
    ToPresentity(envelope::Unsubscribe{});
  TerminateAll("rejected");
  record_.state = State::kNone;
  Forget();
  record_.asked_at = {};
  record_.retry_at = {};
}

void SipWatcher::On(const CommandDone& done) {
  if (done.outcome.accepted()) return;
  Watch* watch = Find(done.command.dialog);
  if (watch == nullptr) return;
  if (EndsWatch(done.outcome)) return Remove(*watch);
  // It stays, and is told the newest state later; which a NOTIFY behind this one has done.
  if (done.command.dialog.local_cseq < watch->dialog.local_cseq) return;
  const Duration wait =
      std::min<Duration>(std::int64_t{done.outcome.retry_after} * 1000ms, kRetryMax);
  watch->owed_at = context_.now + std::max(wait, kNotifyAgain);
}

// The question did not reach the presentity's server: it is asked again.
void SipWatcher::On(const NotCarried& lost) {
  const bool question = std::holds_alternative<envelope::Subscribe>(lost.effect.payload) ||
                        std::holds_alternative<envelope::Probe>(lost.effect.payload);
  if (!question || record_.watches.empty()) return;
  record_.retry_at = context_.now + Backoff(record_.failures);
  ++record_.failures;
}

void SipWatcher::On(const Due&) {
  for (std::size_t i = record_.watches.size(); i-- > 0;) {
    Watch& watch = record_.watches[i];
    if (watch.expires > context_.now) continue;
    watch.fetch ? End(watch, "timeout", 0, {}) : Terminate(watch, "timeout");
    Remove(watch);
  }
  if (record_.AwaitsDecision() && record_.asked_at + kAskedMax <= context_.now)
    record_.asked_at = {};
  if (record_.sweep_at != WallTime{} && record_.sweep_at <= context_.now) Sweep();
  for (Watch& watch : record_.watches) {
    if (watch.owed_at == WallTime{} || watch.owed_at > context_.now) continue;
    watch.notified_at = context_.now;
    Notify(watch);
  }
  if (record_.retry_at == WallTime{} || record_.retry_at > context_.now) return;
  record_.retry_at = {};
  On(Verify{});
}

void SipWatcher::On(const Verify&) {
  if (record_.watches.empty()) return;
  if (record_.state == State::kPending) return ToPresentity(envelope::Subscribe{});
  Probe();
}

envelope::PresenceUpdate SipWatcher::Document() const {
  envelope::PresenceUpdate update;
  update.complete = true;
  update.resources = record_.known.empty() ? Gone({}) : record_.known;
  return update;
}

void SipWatcher::Notify(Watch& watch) {
  watch.owed_at = {};
  envelope::PresenceUpdate update = Document();
  const bool active = record_.state == State::kActive;
  update.subscription = active ? SubscriptionState::kActive : SubscriptionState::kPending;
  if (!active || !KnowsState()) {  // rather no document than one that says `closed`
    update.has_document = false;
    update.resources.clear();
  }
  update.expires = SecondsLeft(watch.expires, context_.now);
  Send(watch, std::move(update));
}

void SipWatcher::NotifyAll() {
  for (Watch& watch : record_.watches) Notify(watch);
}

// Changes that follow each other quickly are told as one (EVT-11). Who seems to have been told in
// the future was told before the clock was set back: that was not lately (F-17).
void SipWatcher::NotifyNews() {
  for (Watch& watch : record_.watches) {
    const WallTime next = watch.notified_at + kNotifyEvery;
    if (watch.notified_at <= context_.now && next > context_.now) {
      watch.owed_at = watch.owed_at == WallTime{} ? next : std::min(watch.owed_at, next);
      continue;
    }
    watch.notified_at = context_.now;
    Notify(watch);
  }
}

// Who was approved sees the presentity leave.
void SipWatcher::Terminate(Watch& watch, const std::string& reason, std::uint32_t retry_after) {
  End(watch, reason, retry_after, record_.state == State::kActive ? Gone({}) : Resources());
}

void SipWatcher::End(Watch& watch, const std::string& reason, std::uint32_t retry_after,
                     Resources document) {
  envelope::PresenceUpdate update;
  update.complete = true;
  update.subscription = SubscriptionState::kTerminated;
  update.termination_reason = reason;
  update.retry_after = retry_after;
  update.has_document = !document.empty();
  update.resources = std::move(document);
  Send(watch, std::move(update));
}

void SipWatcher::TerminateAll(const std::string& reason, std::uint32_t retry_after) {
  for (Watch& watch : record_.watches) Terminate(watch, reason, retry_after);
  record_.watches.clear();
}

// The authorisation outlives the dialogs (SUB-1); of a question without an answer it is kept for a
// while that it was asked. A fetch is no dialog that holds either.
void SipWatcher::Remove(const Watch& watch) {
  const bool fetch = watch.fetch;
  Erase(watch);
  const bool watched = std::any_of(record_.watches.begin(), record_.watches.end(),
                                   [](const Watch& one) { return !one.fetch; });
  if (fetch || watched) return;
  if (record_.state == State::kActive) {
    record_.state = State::kSuspended;
    effects_.push_back(envelope::Farewell{record_.watcher, record_.presentity});
  } else if (record_.state == State::kPending) {
    record_.state = State::kNone;
  }
  Forget();
  record_.retry_at = {};
}

void SipWatcher::Send(Watch& watch, envelope::PresenceUpdate update) {
  ++watch.dialog.local_cseq;
  effects_.push_back(
      envelope::ToSip{record_.presentity, record_.watcher, {watch.dialog, std::move(update)}});
}

}  // namespace dragoman::presence
