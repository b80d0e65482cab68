// Records by key with versions. README.md is the schema.
//
// A save succeeds only if nobody saved since the load (one script on one key, so that a Redis
// Cluster works). Records that were loaded or saved last are kept with their versions: a pair whose
// events meet here is read once. A stale copy costs a conflict and a reload, never a wrong write;
// who writes nothing because of a kept copy looks again.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/base/result.h"
#include "core/base/time.h"
#include "presence-store/census.h"
#include "presence-store/due.h"
#include "presence-store/key.h"
#include "presence-store/pack.h"
#include "presence-store/refusals.h"
#include "presence-store/script.h"
#include "presence-store/stored.h"
#include "runtime/redis/redis.h"

namespace dragoman::store {

inline constexpr std::size_t kCachedMax = 20000;  // hot records

enum class StoreError : std::uint8_t {
  kConflict,     // somebody saved in between: load again
  kUnavailable,  // Redis does not answer, or refused
  kTooLarge,
  kTooMany,  // the user has as many records as one may have, or as many that wait (L-22)
};

struct Change {
  std::string bytes = {};            // empty: the record is removed
  std::uint32_t version = 0;         // that was loaded
  std::optional<WallTime> due = {};  // when it is to be looked at again; nullopt: not
  bool pending = false;              // it waits for somebody's decision
  std::uint32_t records_max = 0;     // of the first user; 0: no limit
  std::uint32_t pending_max = 0;     // of these, how many may wait; 0: no limit
};

struct Saved {
  std::uint32_t version = 0;
  bool created = false;
  bool removed = false;
};

class Store {
 public:
  Store(runtime::Loop& loop, std::unique_ptr<runtime::Redis> redis);

  using OnLoaded = std::function<void(Result<Stored, StoreError>)>;
  using OnSaved = std::function<void(Result<Saved, StoreError>)>;

  void Load(const RecordKey& key, OnLoaded done);
  void Save(const RecordKey& key, Change change, OnSaved done);
  void Forget(const RecordKey& key);  // the next Load asks Redis

  DueQueue& due() { return due_; }
  Census& census() { return census_; }
  runtime::Redis& redis() { return redis_; }

  bool available() const { return redis_.connected(); }
  // Grows whenever what was refused is to be fetched again: Redis was away, or refused writes, and
  // is there or takes them.
  std::uint64_t comebacks() const { return redis_.connections() + redis_.ended(); }
  // To be called now and then: finds out whether Redis takes again what it refused.
  void Probe() { redis_.Probe(); }

 private:
  void Keep(const std::string& name, Stored stored);
  void Drop(const std::string& name);
  void ForgetOld();

  struct Kept {
    Stored stored;
    std::list<std::string>::iterator age;
  };
  Refusals redis_;
  Script save_;
  DueQueue due_;
  Packer packer_;
  Census census_;
  std::uint64_t connections_ = 0;  // to Redis, when something was last kept
  std::unordered_map<std::string, Kept> kept_;
  std::list<std::string> ages_;  // the one used last is first
};

}  // namespace dragoman::store
