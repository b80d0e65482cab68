// What routers do without being asked: look at records whose time has come, and ask anew for what
// may be false after something was lost. Any router does it; the due queue in Redis says what.
//
// After a loss every affected pair gets an entry of the queue, so many a second and no more
// (presence.verify_per_second): the walk that makes these entries is an errand of the queue itself,
// so one router walks, however many noticed the loss, and another goes on if it dies.
//
// Once in an hour, and after another Redis has taken over or one takes writes again, an audit looks
// at every record: what has a time but no entry of the queue gets it back, and the partners' counts
// are put right.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "core/envelope/message.h"
#include "core/policy/settings.h"
#include "presence-store/store.h"
#include "presence-store/tally.h"
#include "runtime/loop/loop.h"
#include "runtime/metrics/metrics.h"

namespace dragoman::router {

inline constexpr Duration kDueInterval{500};
inline constexpr std::size_t kDueClaimMax = 512;  // entries taken in one interval
inline constexpr std::size_t kErrandsMax = 16;
inline constexpr Duration kVerifyAfter{300};  // a lost front-end's successor greets within this
inline constexpr Duration kCountInterval{5'000};
inline constexpr Duration kAuditInterval{3'600'000};
inline constexpr Duration kAuditSoon{10'000};  // after a start or a failover
inline constexpr Duration kAuditPause{10};     // between pages of store::kCensusPage records

class Upkeep {
 public:
  using LookAt = std::function<void(const store::DueEntry&)>;
  Upkeep(runtime::Loop& loop, runtime::Metrics& metrics, store::Store& store,
         const policy::Settings& settings, LookAt look_at);

  void Start();
  void Stop();  // claims nothing more

  // What the side `side` told may have been lost: presence of its users is asked for anew.
  void VerifyAll(envelope::Side side);
  // The same between the users of two domains, whose stream broke off (SUB-13).
  void VerifyStream(const std::string& sip_domain, const std::string& xmpp_domain);

  // How many subscriptions the partner's users have, as of a few seconds ago, and whether these are
  // as many as they may.
  std::uint32_t CountOf(const policy::Partner& partner) const;
  bool IsFull(const policy::Partner& partner) const;
  store::Tally& tally() { return tally_; }

 private:
  struct Walk;
  struct Audit;
  bool IsEarly() const;
  void Tick();
  void Count();
  void Run(const store::Errand& errand);
  void RunNext();
  void EndWalk();
  void RunWalk(const store::Errand& errand);
  void RunAudit();
  void AuditKind(store::RecordKind kind, const std::shared_ptr<Audit>& audit);
  void Restore(const store::Census::Entry& entry, Audit& audit);
  void EndAudit(const Audit& audit);

  runtime::Loop& loop_;
  runtime::Metrics& metrics_;
  store::Store& store_;
  const policy::Settings& settings_;
  LookAt look_at_;
  store::Tally tally_;
  store::Tally::Counts counts_;
  runtime::Timer timer_;
  TimePoint count_at_{};
  std::deque<store::Errand> errands_;  // claimed, and waiting for the one that is run
  bool walking_ = false;
  std::uint64_t comebacks_ = 0;     // of Redis, seen so far: the first one brings no news
  std::set<envelope::Side> early_;  // to be verified once Redis is there
};

}  // namespace dragoman::router
