#include <algorithm>

#include "core/presence/known.h"
#include "core/presence/watchers.h"

namespace dragoman::presence {

using envelope::SubscriptionState;
using policy::Reason;

namespace {

// NOTIFY answered so: nobody listens in that dialog any more (EVT-10).
bool EndsWatch(const envelope::Outcome& outcome) {
  constexpr std::uint16_t kEnding[] = {404, 405, 410, 416, 480, 481, 482,
                                       483, 484, 485, 489, 501, 604};
  return std::find(std::begin(kEnding), std::end(kEnding), outcome.sip_status) != std::end(kEnding);
}

std::uint32_t SecondsLeft(WallTime until, WallTime now) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(until - now).count();
  return left > 0 ? static_cast<std::uint32_t>(left) : 0;
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
  if (subscribe.expires == 0) {  // a fetch: one NOTIFY says what is known, and that is all
    envelope::PresenceUpdate update = Document();
    update.subscription = SubscriptionState::kTerminated;
    update.termination_reason = "timeout";
    update.has_document = record_.state == State::kActive || record_.state == State::kSuspended;
    return Send(watch, std::move(update));
  }
  record_.watches.push_back(std::move(watch));
  switch (record_.state) {
    case State::kNone:
    case State::kRequested:
      record_.state = State::kPending;
      ToPresentity(envelope::Subscribe{});
      break;
    case State::kPending:
      // Each endpoint's request renews the question: the answer may have been lost on the way.
      ToPresentity(envelope::Subscribe{});
      break;
    case State::kActive:
    case State::kSuspended:
      record_.state = State::kActive;
      ToPresentity(envelope::Probe{});
      break;
  }
  Notify(record_.watches.back());  // at once, whatever the state (EVT-5)
}

void SipWatcher::Renew(Watch& watch, const envelope::Subscribe& subscribe) {
  if (subscribe.dialog->remote_cseq < watch.dialog.remote_cseq) return Refuse(Reason::kOutOfOrder);
  watch.dialog.remote_cseq = subscribe.dialog->remote_cseq;
  if (!subscribe.dialog->remote_target.empty())
    watch.dialog.remote_target = subscribe.dialog->remote_target;
  envelope::Outcome granted;
  granted.expires = subscribe.expires;
  granted.dialog = watch.dialog;
  Accept(std::move(granted));
  if (subscribe.expires == 0) {
    Terminate(watch, "timeout");
    return Remove(watch);
  }
  watch.expires = context_.now + Duration(std::int64_t{subscribe.expires} * 1000);
  Notify(watch);
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
      record_.state = State::kSuspended;
      return;
    case State::kPending:
      record_.state = record_.watches.empty() ? State::kSuspended : State::kActive;
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
  const bool nobody =
      deny.reason == Reason::kItemNotFound || deny.reason == Reason::kRemoteServerNotFound;
  TerminateAll(nobody ? "noresource" : "rejected");
  record_.state = State::kNone;
  record_.known.clear();
}

void SipWatcher::On(const envelope::PresenceUpdate& update) {
  Accept();
  const Resources before = record_.known;
  for (const envelope::ResourcePresence& one : update.resources) Merge(record_.known, one);
  // Nothing but `pending` reaches a watcher who was not approved (SUB-4, T-32).
  if (record_.state != State::kActive) return;
  if (before != record_.known || context_.redelivered) NotifyAll();
}

void SipWatcher::On(const CommandDone& done) {
  if (done.outcome.accepted() || !EndsWatch(done.outcome)) return;
  if (const Watch* watch = Find(done.command.dialog)) Remove(*watch);
}

void SipWatcher::On(const Due&) {
  for (std::size_t i = record_.watches.size(); i-- > 0;) {
    if (record_.watches[i].expires > context_.now) continue;
    Terminate(record_.watches[i], "timeout");
    Remove(record_.watches[i]);
  }
}

void SipWatcher::On(const Verify&) {
  if (record_.watches.empty()) return;
  if (record_.state == State::kPending) return ToPresentity(envelope::Subscribe{});
  ToPresentity(envelope::Probe{});
}

envelope::PresenceUpdate SipWatcher::Document() const {
  envelope::PresenceUpdate update;
  update.complete = true;
  update.resources = record_.known.empty() ? Gone({}) : record_.known;
  return update;
}

void SipWatcher::Notify(Watch& watch) {
  envelope::PresenceUpdate update = Document();
  update.subscription = SubscriptionState::kActive;
  if (record_.state != State::kActive) {
    update.subscription = SubscriptionState::kPending;
    update.has_document = false;
    update.resources.clear();
  }
  update.expires = SecondsLeft(watch.expires, context_.now);
  Send(watch, std::move(update));
}

void SipWatcher::NotifyAll() {
  for (Watch& watch : record_.watches) Notify(watch);
}

void SipWatcher::Terminate(Watch& watch, const std::string& reason) {
  envelope::PresenceUpdate update;
  update.complete = true;
  update.subscription = SubscriptionState::kTerminated;
  update.termination_reason = reason;
  update.has_document = record_.state == State::kActive;
  if (update.has_document) update.resources = Gone({});
  Send(watch, std::move(update));
}

void SipWatcher::TerminateAll(const std::string& reason) {
  for (Watch& watch : record_.watches) Terminate(watch, reason);
  record_.watches.clear();
}

// The authorisation outlives the dialogs (SUB-1); an answer that never came does not.
void SipWatcher::Remove(const Watch& watch) {
  const std::string call_id = watch.dialog.call_id;
  std::erase_if(record_.watches, [&](const Watch& one) { return one.dialog.call_id == call_id; });
  if (!record_.watches.empty()) return;
  record_.state = record_.state == State::kActive ? State::kSuspended : State::kNone;
  record_.known.clear();
}

void SipWatcher::Send(Watch& watch, envelope::PresenceUpdate update) {
  ++watch.dialog.local_cseq;
  effects_.push_back(
      envelope::ToSip{record_.presentity, record_.watcher, {watch.dialog, std::move(update)}});
}

}  // namespace dragoman::presence
