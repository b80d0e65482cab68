// What is to be done when: sorted sets of deadlines in Redis, from which any router claims what is
// due. README.md is the schema.
//
// A claim puts the entry off by a lease, so that it comes back if its router dies; to look at a
// record twice is harmless, so nothing is fenced.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "presence-store/key.h"
#include "presence-store/script.h"
#include "runtime/redis/redis.h"

namespace dragoman::store {

inline constexpr int kDueShards = 16;
inline constexpr Duration kLease{5000};  // a claimed entry is due again after it, unless settled
inline constexpr Duration kStrangeAgain{3'600'000};  // what nobody here can read
inline constexpr std::size_t kWalkPage = 500;

// kDue: the record's own time has come. kVerify: what is known may be false, so ask (SUB-13).
enum class Purpose : std::uint8_t { kDue, kVerify };

struct DueEntry {
  RecordKey key;
  Purpose purpose = Purpose::kDue;
  friend bool operator==(const DueEntry&, const DueEntry&) = default;
};

// Work on no record in particular, known by its name; the queue does not care what it is.
struct Errand {
  std::string name;
  friend bool operator==(const Errand&, const Errand&) = default;
};

struct Claimed {
  std::vector<DueEntry> entries;
  std::vector<Errand> errands;
  Duration lag{0};  // how long the oldest of them had been due
};

class DueQueue {
 public:
  explicit DueQueue(runtime::Redis& redis);

  // At most about `count`, for nobody else until their lease ends. Empty on failure.
  void Claim(WallTime now, std::size_t count, std::function<void(Claimed)> done);
  void Schedule(const DueEntry& entry, WallTime when);
  void ScheduleUnlessThere(const DueEntry& entry, WallTime when);
  void Settle(const DueEntry& entry);  // it was looked at
  void Schedule(const Errand& errand, WallTime when);
  void ScheduleUnlessThere(const Errand& errand, WallTime when);
  void Settle(const Errand& errand);

  // Every presence record with a due time, page by page in one go. done: whether all were told.
  void EachPresence(std::function<void(std::vector<RecordKey>)> page,
                    std::function<void(bool)> done);
  void Count(std::function<void(std::optional<std::int64_t>)> done);  // entries; nullopt: unknown

 private:
  struct Walk;
  void Scan(std::shared_ptr<Walk> walk);
  void Add(const std::string& member, WallTime when, bool unless_there);
  void Remove(const std::string& member);
  void PutOff(int shard, const std::vector<std::string>& members, WallTime until);

  runtime::Redis& redis_;
  Script claim_;
};

}  // namespace dragoman::store
