// Every record there is, user by user: for operators, and for the audit that puts right what a
// failover lost.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "presence-store/key.h"
#include "presence-store/stored.h"
#include "runtime/loop/loop.h"
#include "runtime/redis/redis.h"

namespace dragoman::store {

inline constexpr std::size_t kCensusPage = 100;  // records read at once

class Census {
 public:
  struct Entry {
    RecordKey key;
    Stored stored;
  };
  // Returns whether it wants more. A record may be visited twice.
  using Visit = std::function<bool(std::vector<Entry>)>;
  using Done = std::function<void(bool whole)>;  // once; false: something could not be read

  Census(runtime::Loop& loop, runtime::Redis& redis, Packer& packer)
      : loop_(loop), redis_(redis), packer_(packer) {}

  // `pause`: between pages, so that a walk over all leaves Redis time for others.
  void Each(RecordKind kind, Duration pause, Visit visit, Done done);
  // Those whose first user is that of `key`.
  void Of(const RecordKey& key, Visit visit, Done done);

 private:
  using Reply = runtime::RedisResult;
  struct Walk;
  using WalkPtr = std::shared_ptr<Walk>;
  WalkPtr Begin(Visit visit, Done done, Duration pause);
  void Next(const WalkPtr& walk);
  void Read(Walk& paused);
  bool Take(Walk& walk, const Reply& reply);
  runtime::Loop& loop_;
  runtime::Redis& redis_;
  Packer& packer_;
  std::set<WalkPtr> walks_;  // under way
};

}  // namespace dragoman::store
