#include "router/upkeep.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/chat/record.h"
#include "core/presence/record.h"
#include "presence-store/records.h"

namespace dragoman::router {
namespace {

using envelope::Side;

constexpr std::string_view kVerifySip = "verify sip";
constexpr std::string_view kVerifyXmpp = "verify xmpp";
constexpr std::string_view kVerifyStream = "verify stream ";  // then both domains
constexpr std::string_view kAudit = "audit";
constexpr std::string_view kUnderWay = "walk ";  // then the errand whose walk it is: its lease

std::string_view ScopeOf(std::string_view errand) {
  return errand == kVerifySip ? "sip" : errand == kVerifyXmpp ? "xmpp" : "stream";
}

// What a lease keeps alive, or the errand itself.
std::string_view AskedFor(std::string_view errand) {
  if (errand.starts_with(kUnderWay)) errand.remove_prefix(kUnderWay.size());
  return errand;
}

bool IsKnown(std::string_view errand) {
  const std::string_view asked = AskedFor(errand);
  return asked == kAudit || asked == kVerifySip || asked == kVerifyXmpp ||
         asked.starts_with(kVerifyStream);
}

std::string StreamErrand(const std::string& sip_domain, const std::string& xmpp_domain) {
  return std::string(kVerifyStream) + sip_domain + " " + xmpp_domain;
}

}  // namespace

// Which pairs an errand is about, and how many of them were told so far.
struct Upkeep::Walk {
  std::string errand;
  WallTime from;
  std::int64_t told = 0;

  bool Concerns(const store::RecordKey& key, const policy::Settings& settings) const {
    const bool presentity_on_xmpp = settings.ServesSipDomain(key.first.domain);
    if (errand == kVerifySip) return !presentity_on_xmpp;
    if (errand == kVerifyXmpp) return presentity_on_xmpp;
    return errand == (presentity_on_xmpp ? StreamErrand(key.first.domain, key.second.domain)
                                         : StreamErrand(key.second.domain, key.first.domain));
  }
};

Upkeep::Upkeep(runtime::Loop& loop, runtime::Metrics& metrics, store::Store& store,
               const policy::Settings& settings, LookAt look_at)
    : loop_(loop),
      metrics_(metrics),
      store_(store),
      settings_(settings),
      look_at_(std::move(look_at)),
      tally_(store.redis()),
      timer_(loop, [this] { Tick(); }) {}

void Upkeep::Start() { timer_.StartAt(loop_.Now() + kDueInterval); }

void Upkeep::Stop() { timer_.Stop(); }

// What an audit has found so far.
struct Upkeep::Audit {
  store::Tally::Counts counts;
  std::size_t records = 0;
  bool whole = true;
};

// What is lost while the store is away is verified when it is back; but not the first time.
bool Upkeep::IsEarly() const { return comebacks_ == 0 && !store_.available(); }

void Upkeep::VerifyAll(Side side) {
  if (IsEarly()) {
    early_.insert(side);
    return;
  }
  const std::string_view name = side == Side::kSip ? kVerifySip : kVerifyXmpp;
  store_.due().Schedule(store::Errand{std::string(name)}, loop_.Wall() + kVerifyAfter);
}

void Upkeep::VerifyStream(const std::string& sip_domain, const std::string& xmpp_domain) {
  if (IsEarly()) {
    VerifyAll(Side::kSip);
    return VerifyAll(Side::kXmpp);
  }
  store_.due().Schedule(store::Errand{StreamErrand(sip_domain, xmpp_domain)},
                        loop_.Wall() + kVerifyAfter);
}

std::uint32_t Upkeep::CountOf(const policy::Partner& partner) const {
  const auto found = counts_.find(partner.name());
  return found == counts_.end()
             ? 0
             : static_cast<std::uint32_t>(std::max<std::int64_t>(found->second, 0));
}

bool Upkeep::IsFull(const policy::Partner& partner) const {
  return partner.subscriptions > 0 && CountOf(partner) >= partner.subscriptions;
}

void Upkeep::Tick() {
  timer_.StartAt(loop_.Now() + kDueInterval);
  if (!store_.available()) return;
  store_.Probe();
  if (store_.comebacks() > comebacks_) {
    // What came while the store was away or took no writes was refused, and what it took last may
    // be lost with the server that took it: both sides are asked how things are (F-7, F-9).
    const bool first = comebacks_ == 0;
    comebacks_ = store_.comebacks();
    if (first) {
      for (const Side side : std::exchange(early_, {})) VerifyAll(side);
    } else {
      VerifyAll(Side::kSip);
      VerifyAll(Side::kXmpp);
      store_.due().Schedule(store::Errand{std::string(kAudit)}, loop_.Wall() + kAuditSoon);
    }
    store_.due().ScheduleUnlessThere(store::Errand{std::string(kAudit)}, loop_.Wall() + kAuditSoon);
  }
  if (count_at_ <= loop_.Now()) Count();
  store_.due().Claim(loop_.Wall(), kDueClaimMax, [this](const store::Claimed& claimed) {
    metrics_.Set("dragoman_due_lag_seconds", {}, static_cast<double>(claimed.lag.count()) / 1000);
    for (const store::DueEntry& entry : claimed.entries) look_at_(entry);
    for (const store::Errand& errand : claimed.errands) Run(errand);
  });
}

void Upkeep::Count() {
  count_at_ = loop_.Now() + kCountInterval;
  tally_.Read([this](store::Tally::Counts counts) {
    counts_ = std::move(counts);
    for (const policy::Partner& partner : settings_.partners) {
      metrics_.Set("dragoman_subscriptions", {{"partner", partner.name()}},
                   static_cast<double>(counts_[partner.name()]));
    }
  });
  store_.due().Count([this](std::optional<std::int64_t> entries) {
    if (entries) metrics_.Set("dragoman_due_entries", {}, static_cast<double>(*entries));
  });
}

// One errand at a time. What waits so long that its lease ends is claimed again, by whoever is
// free.
void Upkeep::Run(const store::Errand& errand) {
  if (!IsKnown(errand.name)) return;  // a newer version's: it stays for those
  if (errands_.size() < kErrandsMax &&
      std::find(errands_.begin(), errands_.end(), errand) == errands_.end())
    errands_.push_back(errand);
  RunNext();
}

void Upkeep::RunNext() {
  if (walking_ || errands_.empty()) return;
  walking_ = true;
  const store::Errand errand = std::move(errands_.front());
  errands_.pop_front();
  errand.name == kAudit ? RunAudit() : RunWalk(errand);
}

void Upkeep::EndWalk() {
  walking_ = false;
  loop_.Defer([this] { RunNext(); });
}

// While it runs it has a lease of another name: a loss in the meantime is an errand of its own.
void Upkeep::RunWalk(const store::Errand& errand) {
  const store::Errand asked{std::string(AskedFor(errand.name))};
  const store::Errand lease{std::string(kUnderWay) + asked.name};
  store_.due().Schedule(lease, loop_.Wall() + store::kLease);
  store_.due().Settle(asked);
  auto walk = std::make_shared<Walk>(Walk{asked.name, loop_.Wall()});
  const auto page = [this, walk, lease](const std::vector<store::RecordKey>& keys) {
    store_.due().Schedule(lease, loop_.Wall() + store::kLease);
    for (const store::RecordKey& key : keys) {
      if (!walk->Concerns(key, settings_)) continue;
      const Duration turn(walk->told++ * 1000 / settings_.presence.verify_per_second);
      // What waits already will be asked after this loss too: losses in a row put nobody off.
      store_.due().ScheduleUnlessThere({key, store::Purpose::kVerify}, walk->from + turn);
    }
  };
  store_.due().EachPresence(page, [this, walk, lease](bool whole) {
    EndWalk();
    if (!whole) return;
    store_.due().Settle(lease);
    metrics_.Count("dragoman_verifications_total", {{"of", ScopeOf(walk->errand)}},
                   static_cast<double>(walk->told));
  });
}

void Upkeep::RunAudit() {
  const auto audit = std::make_shared<Audit>();
  for (const policy::Partner& partner : settings_.partners) audit->counts[partner.name()] = 0;
  AuditKind(store::RecordKind::kPresence, audit);
}

void Upkeep::AuditKind(store::RecordKind kind, const std::shared_ptr<Audit>& audit) {
  const auto visit = [this, audit](const std::vector<store::Census::Entry>& entries) {
    store_.due().Schedule(store::Errand{std::string(kAudit)}, loop_.Wall() + store::kLease);
    for (const store::Census::Entry& entry : entries) Restore(entry, *audit);
    return true;
  };
  store_.census().Each(kind, kAuditPause, visit, [this, kind, audit](bool whole) {
    audit->whole = audit->whole && whole;
    if (kind == store::RecordKind::kPresence && whole)
      return AuditKind(store::RecordKind::kChat, audit);
    EndAudit(*audit);
  });
}

// A failover may have lost the entry of a record that it kept.
void Upkeep::Restore(const store::Census::Entry& entry, Audit& audit) {
  ++audit.records;
  std::optional<WallTime> due;
  if (entry.key.kind == store::RecordKind::kChat) {
    if (const auto record = store::DecodeChat(entry.stored.bytes, entry.key))
      due = chat::DueAt(*record);
  } else {
    const bool sip_watches = settings_.ServesSipDomain(entry.key.first.domain);
    const policy::Partner* partner =
        settings_.FindPartner(sip_watches ? entry.key.second.domain : entry.key.first.domain);
    if (partner != nullptr) ++audit.counts[partner->name()];
    if (const auto record = store::DecodePresence(entry.stored.bytes, entry.key))
      due = presence::DueAt(*record);
  }
  if (due) store_.due().ScheduleUnlessThere({entry.key, store::Purpose::kDue}, *due);
}

void Upkeep::EndAudit(const Audit& audit) {
  EndWalk();
  metrics_.Count("dragoman_audits_total", {{"result", audit.whole ? "whole" : "broken_off"}});
  if (!audit.whole) return;  // its lease ends, and somebody begins again
  store_.due().Schedule(store::Errand{std::string(kAudit)}, loop_.Wall() + kAuditInterval);
  tally_.Set(audit.counts);
  metrics_.Set("dragoman_records", {}, static_cast<double>(audit.records));
}

}  // namespace dragoman::router
