// One router's upkeep, or two, on a real Redis.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "presence-store/records.h"
#include "router/upkeep.h"
#include "tests/presence-store/store_fixture.h"
#include "tests/router/records.h"

namespace dragoman::router {

inline const envelope::Address kPaolo{"paolo", "rimini.example", {}};
inline const envelope::Address kNurse{"nurse", "capulet.example", {}};
inline const store::Errand kAudit{"audit"};  // as it stands in the queue, for every router

// One router's upkeep: its store, and the entries that it was told to look at.
struct Keeper {
  Keeper(runtime::Loop& loop, store::Store& store, const policy::Settings& settings)
      : upkeep(loop, metrics, store, settings,
               [this](const store::DueEntry& entry) { looked.push_back(entry); }) {}
  bool Says(const std::string& line) const {
    return metrics.Text().find(line + "\n") != std::string::npos;
  }
  runtime::Metrics metrics;
  std::vector<store::DueEntry> looked;
  Upkeep upkeep;
};

class UpkeepTest : public store::StoreTest {
 protected:
  UpkeepTest() {
    settings_.sip.domains = {"montague.example"};
    settings_.partners = {{.domains = {"capulet.example"}, .server = {}},
                          {.domains = {"rimini.example"}, .server = {}}};
  }
  void TearDown() override {
    if (first_) first_->upkeep.Stop();
    if (second_) second_->upkeep.Stop();
  }
  void Start() {
    first_.emplace(bench_.loop, *one_, settings_);
    first_->upkeep.Start();
  }
  void StartAnother() {
    second_.emplace(bench_.loop, *other_, settings_);
    second_->upkeep.Start();
  }

  WallTime Now() const { return bench_.loop.Wall(); }

  // Saved with or without its place in the queue: a failover may have lost that.
  store::RecordKey Given(const envelope::Address& watcher, const envelope::Address& presentity,
                         WallTime retry_at, bool queued) {
    const store::RecordKey key = Watches(watcher, presentity);
    presence::Record record = RecordFor(key, presence::State::kActive);
    record.watches = {ALiveDialog("c1", Now() + Duration(3'600'000))};
    record.retry_at = retry_at;
    const auto due = queued ? presence::DueAt(record) : std::nullopt;
    MustSave(*one_, key, {.bytes = store::Encode(record), .due = due});
    return key;
  }
  // What the queue says of it, in ms since 1970; 0: nothing.
  std::int64_t InQueue(const std::string& member) const {
    for (int shard = 0; shard < store::kDueShards; ++shard) {
      const std::string score = server_->Ask({"ZSCORE", "due:" + std::to_string(shard), member});
      if (const std::int64_t when = std::atoll(score.c_str()); when > 0) return when;
    }
    return 0;
  }
  static std::string Member(const char* what, const store::RecordKey& key) {
    return what + store::PairOf(key);
  }
  bool AuditIsDone() {
    one_->due().Schedule(kAudit, Now());
    return bench_.Until(
        [this] { return first_->Says("dragoman_audits_total{result=\"whole\"} 1"); });
  }
  store::Tally::Counts Counts() {
    std::optional<store::Tally::Counts> counts;
    store::Tally tally(one_->redis());
    tally.Read([&](store::Tally::Counts read) { counts = std::move(read); });
    EXPECT_TRUE(bench_.Until([&] { return counts.has_value(); }));
    return counts.value_or(store::Tally::Counts());
  }
  std::set<store::RecordKey> Verified() const {
    std::set<store::RecordKey> keys;
    for (const auto* keeper : {&first_, &second_}) {
      if (!*keeper) continue;
      for (const store::DueEntry& entry : (*keeper)->looked) {
        if (entry.purpose == store::Purpose::kVerify) keys.insert(entry.key);
      }
    }
    return keys;
  }

  policy::Settings settings_;
  std::optional<Keeper> first_, second_;
};

}  // namespace dragoman::router
