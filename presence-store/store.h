// Records by key with versions, and the queue of what is due. README.md is the schema.
//
// A save succeeds only if nobody saved since the load (one script on one key, so that a Redis
// Cluster works). Records that were loaded or saved last are kept with their versions: a pair whose
// events meet here is read once. A stale copy costs a conflict and a reload, never a wrong
// write; who writes nothing because of a kept copy looks again.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "presence-store/key.h"
#include "runtime/redis/redis.h"

namespace dragoman::store {

inline constexpr std::size_t kRecordBytesMax = 64 * 1024;  // L-27
inline constexpr std::size_t kCachedMax = 20000;           // hot records
inline constexpr int kDueShards = 16;
inline constexpr Duration kLease{
    5000};  // a claimed entry comes back after this, unless it was settled

enum class StoreError : std::uint8_t {
  kConflict,     // somebody saved in between: load again
  kUnavailable,  // Redis does not answer, or refused
  kTooLarge,
};

struct Stored {
  std::string bytes;          // empty: no record
  std::uint64_t version = 0;  // 0: no record
  bool kept = false;          // from memory: another router may have saved since
};

enum class Purpose : std::uint8_t { kDue, kVerify };

struct DueEntry {
  RecordKey key;
  Purpose purpose = Purpose::kDue;
};

class Store {
 public:
  explicit Store(std::unique_ptr<runtime::Redis> redis) : redis_(std::move(redis)) {}

  using OnLoaded = std::function<void(Result<Stored, StoreError>)>;
  using OnSaved = std::function<void(Result<std::uint64_t, StoreError>)>;

  void Load(const RecordKey& key, OnLoaded done);
  // The next Load asks Redis.
  void Forget(const RecordKey& key);
  // `bytes` empty: the record is removed. `due`: when it is to be looked at again; nullopt: not.
  void Save(const RecordKey& key, std::string bytes, std::uint64_t version,
            std::optional<WallTime> due, OnSaved done);

  // Entries whose time has come, at most `count`, for nobody else until their lease ends. Empty on
  // failure.
  void Claim(WallTime now, std::size_t count, std::function<void(std::vector<DueEntry>)> done);
  void Settle(const DueEntry& entry);  // it was looked at
  void Schedule(const DueEntry& entry, WallTime when);
  // Every presence record that has a due time, page by page. `failed`: some could not be told; ask
  // again.
  void EachPresence(std::function<void(const RecordKey&)> visit, std::function<void()> failed);

  bool available() const { return redis_->connected(); }
  // Grows with each connection to Redis: what was refused while it was away is to be fetched again.
  std::uint64_t connections() const { return redis_->connections(); }

 private:
  void Script(std::string body, std::vector<std::string> keys, std::vector<std::string> arguments,
              runtime::Redis::OnReply done);
  void Cache(const std::string& key, Stored stored);
  void Forget(const std::string& key);
  struct Walk {
    std::function<void(const RecordKey&)> visit;
    std::function<void()> failed;
  };
  void Scan(int shard, std::string cursor, std::shared_ptr<Walk> walk);

  struct Cached {
    Stored stored;
    std::list<std::string>::iterator age;
  };
  std::unique_ptr<runtime::Redis> redis_;
  std::unordered_map<std::string, Cached> cache_;
  std::list<std::string> ages_;  // the one used last is first
};

}  // namespace dragoman::store
