// The flow over subscriptions: load, transition, save if the version is unchanged, effects. On a
// conflict: again.
#include <utility>

#include "core/envelope/one_of.h"
#include "presence-store/records.h"
#include "router/router.h"
#include "router/store_reason.h"

namespace dragoman::router {

using envelope::Outcome;
using policy::Reason;
using store::StoreError;

namespace {

bool IsWatchedFromSip(const store::RecordKey& key, const policy::Settings& settings) {
  return settings.ServesSipDomain(key.first.domain);
}

const std::string& XmppDomainOf(const store::RecordKey& key, const policy::Settings& settings) {
  return IsWatchedFromSip(key, settings) ? key.second.domain : key.first.domain;
}

presence::Record FreshRecord(const store::RecordKey& key, const policy::Settings& settings) {
  presence::Record fresh;
  fresh.watcher = key.first;
  fresh.presentity = key.second;
  fresh.watcher_side =
      IsWatchedFromSip(key, settings) ? envelope::Side::kSip : envelope::Side::kXmpp;
  return fresh;
}

store::Change ChangeTo(const presence::Record& record, std::uint32_t version,
                       const policy::PresenceLimits& limits) {
  return {.bytes = record.IsEmpty() ? std::string() : store::Encode(record),
          .version = version,
          .due = presence::DueAt(record),
          .pending = presence::IsPending(record),
          .records_max = limits.per_user,
          .pending_max = limits.pending_per_user};
}

}  // namespace

void Router::Handle(const ToPresence& to, const CausePtr& cause, const std::string& payload) {
  using namespace envelope;
  auto event =
      DecodeOneOf<presence::Event, Subscribe, Unsubscribe, Approve, Deny, Probe, PresenceUpdate>(
          cause->header.kind, payload);
  if (!event) return AnswerReason(*cause, Reason::kMalformed);
  Presence({store::RecordKind::kPresence, to.watcher, to.presentity}, *std::move(event), cause);
}

void Router::Presence(const store::RecordKey& key, presence::Event event, const CausePtr& cause,
                      OnPresenceDone done) {
  const bool entered = lanes_.Enter(ToString(key), PresenceIn(key, std::move(event), cause, done));
  if (entered) return;
  AnswerReason(*cause, Reason::kOverloaded);
  if (done) done(Reason::kOverloaded);
}

void Router::PresenceFollows(const store::RecordKey& key, presence::Event event) {
  lanes_.Follow(ToString(key), PresenceIn(key, std::move(event), OwnCause(), {}));
}

Lanes::Work Router::PresenceIn(const store::RecordKey& key, presence::Event event,
                               const CausePtr& cause, OnPresenceDone done) {
  auto work =
      std::make_shared<PresenceWork>(PresenceWork{key, std::move(event), cause, std::move(done)});
  return [this, work](Lanes::Release release) {
    work->release = std::move(release);
    PresenceStep(work);
  };
}

// The effects of what was done have answered already.
void Router::EndPresence(const PresenceWork& work, Reason reason) {
  if (reason != Reason::kNone) AnswerReason(*work.cause, reason);
  if (work.done) work.done(reason);
  work.release();
}

void Router::PresenceStep(const PresenceWorkPtr& work) {
  store_.Load(work->key, [this, work](const Result<store::Stored, StoreError>& stored) {
    if (!stored) return EndPresence(*work, ReasonOf(stored.error()));
    const presence::Record before = RecordOf(work->key, *stored);
    const WallTime now = service_.loop().Wall();
    const bool due = std::holds_alternative<presence::Due>(work->event);
    if (due && !work->watcher && presence::NeedsSignOfLife(before, now)) {
      return LookForWatcher(work);
    }
    const presence::Context context{now,
                                    service_.random(),
                                    settings_.presence.refresh,
                                    work->cause->header.attempt > 0,
                                    settings_.presence.idle,
                                    work->watcher.value_or(presence::SignOfLife{})};
    const auto step =
        std::make_shared<const presence::Step>(presence::Advance(before, work->event, context));
    const bool changed = step->record != before;
    if (!changed && stored->kept) {  // the copy here may be old, and nothing would show it
      store_.Forget(work->key);
      return PresenceStep(work);
    }
    if (const Reason limit = LimitOn(*work, before, *stored); limit != Reason::kNone)
      return EndPresence(*work, limit);
    if (const auto age = presence::AgeOf(before, work->event, now)) {
      service_.metrics().Observe("dragoman_presence_age_seconds", {},
                                 static_cast<double>(age->count()) / 1000);
    }
    if (!changed) {
      SettlePresence(*work, step->record);
      CarryOut(*work, step);
      return EndPresence(*work, Reason::kNone);
    }
    store_.Save(work->key, ChangeTo(step->record, stored->version, settings_.presence.limits),
                [this, work, step](const Result<store::Saved, StoreError>& saved) {
                  OnPresenceSaved(work, step, saved);
                });
  });
}

void Router::OnPresenceSaved(const PresenceWorkPtr& work, const StepPtr& step,
                             const Result<store::Saved, StoreError>& saved) {
  if (!saved && saved.error() == StoreError::kConflict && work->conflicts < kConflictsMax) {
    ++work->conflicts;
    return PresenceStep(work);
  }
  if (!saved) return EndPresence(*work, ReasonOf(saved.error()));
  const policy::Partner* partner = settings_.FindPartner(XmppDomainOf(work->key, settings_));
  if (partner != nullptr && saved->created != saved->removed)
    upkeep_.tally().Add(partner->name(), saved->created ? 1 : -1);
  if (std::holds_alternative<presence::Verify>(work->event))
    store_.due().Settle({work->key, store::Purpose::kVerify});
  CarryOut(*work, step);
  EndPresence(*work, Reason::kNone);
}

presence::Record Router::RecordOf(const store::RecordKey& key, const store::Stored& stored) {
  std::optional<presence::Record> record;
  if (!stored.bytes.empty()) record = store::DecodePresence(stored.bytes, key);
  if (stored.unreadable || (!record && !stored.bytes.empty()))
    service_.metrics().Count("dragoman_records_unreadable_total", {});
  return record ? *std::move(record) : FreshRecord(key, settings_);
}

// A record that needs no change has its time in the due queue, unless it came from there just now,
// or lost it to a save that met a conflict.
void Router::SettlePresence(const PresenceWork& work, const presence::Record& record) {
  if (std::holds_alternative<presence::Verify>(work.event))
    store_.due().Settle({work.key, store::Purpose::kVerify});
  if (!std::holds_alternative<presence::Due>(work.event) && work.conflicts == 0) return;
  const std::optional<WallTime> due = presence::DueAt(record);
  const store::DueEntry entry{work.key, store::Purpose::kDue};
  due ? store_.due().Schedule(entry, *due) : store_.due().Settle(entry);
}

void Router::CarryOut(const PresenceWork& work, const StepPtr& step) {
  const store::RecordKey& key = work.key;
  for (const envelope::Effect& effect : step->effects) {
    if (const auto* to_sip = std::get_if<envelope::ToSip>(&effect)) {
      CarryOut(*to_sip, work.cause, [this, key, step, to_sip](Outcome outcome) {
        if (presence::IsNews(to_sip->command, outcome))
          PresenceFollows(key, presence::CommandDone{to_sip->command, std::move(outcome)});
      });
    } else if (const auto* to_xmpp = std::get_if<envelope::ToXmpp>(&effect)) {
      CarryOut(*to_xmpp, work.cause, [this, key, step, to_xmpp](const Outcome& outcome) {
        if (!outcome.accepted()) PresenceFollows(key, presence::NotCarried{*to_xmpp});
      });
    } else if (const auto* farewell = std::get_if<envelope::Farewell>(&effect)) {
      CarryOut(*farewell, work.cause);
    } else {
      Answer(*work.cause, std::get<envelope::Answer>(effect).outcome);
    }
  }
}

// Before a dialog is refreshed for a watcher on the XMPP side: whether the record of the other
// direction, in which the SIP user watches it, knows it online.
void Router::LookForWatcher(const PresenceWorkPtr& work) {
  const store::RecordKey reverse{store::RecordKind::kPresence, work->key.second, work->key.first};
  store_.Load(reverse, [this, work, reverse](const Result<store::Stored, StoreError>& stored) {
    work->watcher = stored ? presence::SignOf(RecordOf(reverse, *stored), service_.loop().Wall())
                           : presence::SignOfLife{};
    PresenceStep(work);
  });
}

// What a watcher may not begin because its partner has enough already (L-22, SUB-16). What one user
// has is counted where the record is saved.
Reason Router::LimitOn(const PresenceWork& work, const presence::Record& before,
                       const store::Stored& stored) {
  const bool begins = stored.version == 0 && work.cause->header.budget_ms > 0;
  const bool polls = presence::IsPoll(before, work.event);
  if (!begins && !polls) return Reason::kNone;
  const policy::Partner* partner = settings_.FindPartner(XmppDomainOf(work.key, settings_));
  const bool asks = polls || std::holds_alternative<envelope::Subscribe>(work.event);
  if (begins && asks && partner != nullptr && upkeep_.IsFull(*partner))
    return Reason::kTooManySubscriptions;
  const std::uint32_t polls_max = settings_.presence.limits.polls_per_minute;
  if (!polls || polls_max == 0) return Reason::kNone;
  const TimePoint now = service_.loop().Now();
  if (!polls_.Allows(work.key.first.domain, polls_max, now)) return Reason::kTooManyPolls;
  polls_.Take(work.key.first.domain, now);
  return Reason::kNone;
}

}  // namespace dragoman::router
