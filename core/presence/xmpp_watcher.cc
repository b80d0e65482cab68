#include <algorithm>
#include <array>
#include <utility>

#include "core/presence/backoff.h"
#include "core/presence/known.h"
#include "core/presence/watchers.h"

namespace dragoman::presence {

using namespace std::chrono_literals;
using envelope::SubscriptionState;
using policy::Reason;

namespace {

constexpr Duration kAnswerMax =
    32s;  // Timer N: without a NOTIFY by then the SUBSCRIBE is tried again
constexpr Duration kPollMax = 32s;              // for the answer to a poll
constexpr Duration kPollEvery = 10s;            // at most, per pair (L-23, SUB-9)
constexpr std::uint32_t kLifetimeMax = 86'400;  // seconds, of what a 423 may ask for

bool Contains(std::initializer_list<std::uint16_t> list, std::uint16_t status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}
// The presentity's decision (SUB-1); the user or the package is not there; the dialog is gone.
bool IsRefusal(std::uint16_t status) { return Contains({403, 489, 603}, status); }
bool IsNobody(std::uint16_t status) {
  return Contains({404, 405, 410, 416, 484, 485, 501, 604}, status);
}
bool WantsCredentials(std::uint16_t status) { return status == 401 || status == 407; }
bool EndsDialog(std::uint16_t status) {
  return status == 480 || status == 481 || status == 482 || status == 483;
}

// Between 75 and 90 % of the lifetime, so that a cluster's refreshes spread (SUB-3).
Duration RefreshAfter(Duration lifetime, RandomSource& random) {
  std::array<std::uint8_t, 1> byte{};
  random.Fill(byte);
  return lifetime * (750 + byte[0] * 150 / 255) / 1000;
}

Duration Seconds(std::uint32_t seconds) { return Duration(std::int64_t{seconds} * 1000); }

}  // namespace

Step XmppWatcher::Handle(const Event& event) {
  std::visit([this](const auto& one) { On(one); }, event);
  return Done();
}

void XmppWatcher::On(const envelope::Subscribe& subscribe) {
  See();
  record_.request_id = subscribe.sender_id;
  switch (record_.state) {
    case State::kActive:  // asked again: it holds (SUB-6)
      if (record_.asked_at == WallTime{}) record_.asked_at = context_.now;
      ToWatcher(envelope::Approve{});
      Tell(record_.known);
      break;
    case State::kSuspended:
      if (WasAsked()) {  // the authorisation stays, whatever comes of the SUBSCRIBE (SUB-1)
        record_.owes_approval = true;
        if (record_.watches.empty() || context_.redelivered) SubscribeAnew();  // SUB-9
        break;
      }
      [[fallthrough]];
    case State::kNone:
      record_.state = State::kRequested;
      record_.asked_at = context_.now;
      SubscribeAnew();
      break;
    case State::kRequested:
    case State::kPending:
      if (context_.redelivered) SubscribeAnew();
      break;
  }
  Accept();
}

void XmppWatcher::On(const envelope::Unsubscribe&) {
  for (Watch& watch : record_.watches) {
    if (!watch.dialog.remote_tag.empty()) SendSubscribe(watch, 0);
  }
  if (record_.state == State::kActive) Tell(Gone(record_.known));
  EndAuthorization();
  Accept();
}

void XmppWatcher::On(const envelope::Probe&) {
  if (record_.state != State::kNone) See();
  switch (record_.state) {
    case State::kActive:
      Tell(record_.known.empty() ? Gone({}) : record_.known);
      break;
    case State::kSuspended:
      // What is under way answers this one too (SUB-9).
      if (record_.watches.empty() || context_.redelivered) SubscribeAnew();
      break;
    case State::kNone:
      Poll();
      break;
    case State::kRequested:
    case State::kPending:
      break;
  }
  Accept();
}

// Nothing is known of an authorisation: the SIP side is asked once, and says what it will (DEC-6).
// The watch stays a while, so that nobody asks too often.
void XmppWatcher::Poll() {
  if (!record_.watches.empty()) return Tell(record_.known);
  record_.watches.assign(1, NewWatch());
  Watch& watch = record_.watches.front();
  watch.fetch = true;
  watch.expires = context_.now + kPollMax;
  SendSubscribe(watch, 0);
}

void XmppWatcher::OnPolled(Watch& watch, const envelope::PresenceUpdate& notify) {
  watch.expires = context_.now + kPollEvery;
  if (!notify.has_document || notify.subscription == SubscriptionState::kPending) return;
  record_.known.clear();
  for (const envelope::ResourcePresence& one : notify.resources) {
    if (one.available && record_.known.size() < kResourcesMax) record_.known.push_back(one);
  }
  Tell(record_.known.empty() ? Gone({}) : record_.known);
  // A server probes for what its rosters hold (RFC 6121 §4.3.1), and the presentity's side has just
  // shown its state: so there may well be an authorisation of which the record was lost, or another
  // gateway had it. As long as nobody asks for one it is no more than that: see WasAsked.
  record_.state = State::kSuspended;
  record_.seen_at = context_.now;
  record_.known_until = context_.now + kAnotherDialog;
  SubscribeAnew();
}

void XmppWatcher::On(const envelope::PresenceUpdate& notify) {
  if (!notify.dialog) return Refuse(Reason::kMalformed);
  Watch* watch = Find(*notify.dialog);
  if (watch == nullptr) {
    // The farewell of a dialog that was given up is no news (SUB-8).
    if (notify.subscription == SubscriptionState::kTerminated) return Accept();
    return Refuse(Reason::kNoSuchDialog);
  }
  envelope::SipDialog& dialog = watch->dialog;
  if (notify.dialog->remote_cseq < dialog.remote_cseq && !dialog.remote_tag.empty()) {
    return Refuse(Reason::kOutOfOrder);
  }
  dialog.remote_cseq = notify.dialog->remote_cseq;
  dialog.remote_target = notify.dialog->remote_target;
  if (dialog.remote_tag.empty()) {  // the NOTIFY makes the dialog (EVT-12)
    dialog.remote_tag = notify.dialog->remote_tag;
    dialog.remote_params = notify.dialog->remote_params;
    // Proxies that record the route of the SUBSCRIBE alone leave the NOTIFY without one: then the
    // route of the 2xx holds.
    if (!notify.dialog->route_set.empty()) dialog.route_set = notify.dialog->route_set;
    dialog.edge = notify.dialog->edge;
    if (record_.failures > 0 && !watch->fetch) watch->notified_at = context_.now;
  }
  if (watch->fetch) {
    OnPolled(*watch, notify);
    return Accept();
  }
  if (record_.known_at + kKnownStep <= context_.now) record_.known_at = context_.now;
  if (notify.subscription != SubscriptionState::kTerminated) Keep(*watch, notify.expires);
  switch (notify.subscription) {
    case SubscriptionState::kActive:
      OnActive(notify);
      break;
    case SubscriptionState::kTerminated:
      OnTerminated(notify);
      break;
    case SubscriptionState::kNone:
    case SubscriptionState::kPending:
      if (!record_.known.empty()) Tell(Gone(record_.known));
      if (!WasAsked()) {  // nor shall the presentity be
        SendSubscribe(*watch, 0);
        Clear();
        break;
      }
      record_.known.clear();
      record_.state = State::kPending;
      Settle(*watch);
      break;
  }
  Accept();
}

// The dialog lives as long as its NOTIFY says, or as the 2xx said (EVT-6). With the first NOTIFY
// the wait for it ends (EVT-12): next comes the refresh.
void XmppWatcher::Keep(Watch& watch, std::uint32_t expires) {
  const bool waiting = record_.state == State::kRequested || record_.state == State::kSuspended;
  if (expires > 0) watch.expires = context_.now + Seconds(expires);
  if ((expires == 0 && !waiting) || watch.expires <= context_.now) return;
  record_.retry_at = context_.now + RefreshAfter(watch.expires - context_.now, context_.random);
}

void XmppWatcher::OnActive(const envelope::PresenceUpdate& notify) {
  const bool owed = std::exchange(record_.owes_approval, false);
  const bool first = record_.state == State::kRequested || record_.state == State::kPending;
  if (first || owed || context_.redelivered) ToWatcher(envelope::Approve{});
  const bool news = record_.state != State::kActive;
  record_.state = State::kActive;
  Settle(record_.watches.front());
  record_.request_id.clear();
  record_.known_until = record_.watches.front().expires;
  const bool whole = std::exchange(record_.tell_whole, false) || context_.redelivered;
  if (whole) TellUntold();
  if (!notify.has_document && !news) {  // a later NOTIFY without body changes nothing (PRES-16)
    if (whole) Tell(record_.known.empty() ? Gone({}) : record_.known);
    return;
  }
  Resources now;
  for (const envelope::ResourcePresence& one : notify.resources) {
    if (one.available && now.size() < kResourcesMax) now.push_back(one);
  }
  if (whole || news || now != record_.known) Tell(Difference(record_.known, now, whole || news));
  record_.known = std::move(now);
}

void XmppWatcher::On(const CommandDone& done) {
  const auto* subscribe = std::get_if<envelope::Subscribe>(&done.command.act);
  Watch* watch = Find(done.outcome.dialog ? *done.outcome.dialog : done.command.dialog);
  if (watch == nullptr) watch = Find(done.command.dialog);
  if (subscribe == nullptr || watch == nullptr) return;
  const std::uint16_t status = done.outcome.sip_status;
  if (watch->fetch) {
    if (Contains({403, 404, 603, 604}, status)) ToWatcher(envelope::Deny{});
    return;
  }
  if (subscribe->expires == 0) return;
  if (done.outcome.accepted()) {
    if (done.outcome.dialog) {
      const envelope::SipDialog& answered = *done.outcome.dialog;
      envelope::SipDialog& dialog = watch->dialog;
      const bool known = !dialog.remote_tag.empty();
      if (known) dialog.remote_target = answered.remote_target;
      if (dialog.route_set.empty() && (!known || dialog.remote_tag == answered.remote_tag)) {
        dialog.route_set = answered.route_set;
      }
    }
    const Duration lifetime =
        Seconds(done.outcome.expires > 0 ? done.outcome.expires : subscribe->expires);
    watch->expires = context_.now + lifetime;
    if (record_.state == State::kActive) record_.known_until = watch->expires;
    // No NOTIFY yet: it has until Timer N (EVT-12).
    const bool waiting = record_.state == State::kRequested || record_.state == State::kSuspended;
    record_.retry_at =
        context_.now + (waiting ? kAnswerMax : RefreshAfter(lifetime, context_.random));
    return;
  }
  // Longer, then; but once, or a peer that asks for ever more is asked without end.
  const bool repeated = subscribe->expires != Lifetime();
  if (status == 423 && !repeated && done.outcome.expires > subscribe->expires &&
      done.outcome.expires <= kLifetimeMax) {
    if (watch->dialog.remote_tag.empty()) *watch = NewWatch();
    return SendSubscribe(*watch, done.outcome.expires);
  }
  if (IsRefusal(status)) {
    if (!record_.known.empty()) Tell(Gone(record_.known));
    return EndAuthorization();
  }
  if ((IsNobody(status) || WantsCredentials(status)) && record_.state == State::kRequested) {
    return EndRequest(done.outcome.reason, status);
  }
  if (IsNobody(status) || EndsDialog(status)) {
    record_.watches.clear();
    if (record_.state == State::kActive) record_.state = State::kSuspended;
    if (status == 481 && record_.failures == 0) {
      ++record_.failures;
      return SubscribeAnew();
    }
  }
  RetryLater();
}

// A dialog of its own, with fresh ids (EVT-14).
Watch XmppWatcher::NewWatch() {
  Watch watch;
  watch.dialog.call_id = RandomToken(context_.random);
  watch.dialog.local_tag = RandomToken(context_.random, 8);
  return watch;
}

void XmppWatcher::SubscribeAnew() {
  record_.watches.assign(1, NewWatch());
  SendSubscribe(record_.watches.front(), Lifetime());
  record_.retry_at = context_.now + kAnswerMax + Backoff(record_.failures);
}

void XmppWatcher::Refresh() {
  SendSubscribe(record_.watches.front(), Lifetime());
  record_.retry_at = context_.now + kAnswerMax + kFirstRetry;
}

void XmppWatcher::SendSubscribe(Watch& watch, std::uint32_t expires) {
  ++watch.dialog.local_cseq;
  envelope::Subscribe subscribe;
  subscribe.expires = expires;
  effects_.push_back(
      envelope::ToSip{record_.watcher, record_.presentity, {watch.dialog, subscribe}});
}

void XmppWatcher::EndAuthorization() {
  ToWatcher(envelope::Deny{});
  Clear();
}

// The request failed; that is no refusal (requirements §8.1).
void XmppWatcher::EndRequest(Reason reason, std::uint16_t status) {
  if (!record_.known.empty()) Tell(Gone(record_.known));  // a probe had shown it
  ToWatcher(envelope::Deny{reason, record_.request_id, status});
  Clear();
}

void XmppWatcher::Clear() {
  Record empty;
  empty.watcher_side = record_.watcher_side;
  empty.watcher = std::move(record_.watcher);
  empty.presentity = std::move(record_.presentity);
  record_ = std::move(empty);
}

}  // namespace dragoman::presence
