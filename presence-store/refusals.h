// Redis, and whether it takes writes. It may refuse them and stay connected: no memory left, too
// few replicas, a full disk, a missing permission. What was to be written meanwhile is lost as if
// Redis had been away, so the end of it is looked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "core/base/time.h"
#include "runtime/loop/loop.h"
#include "runtime/redis/alive.h"
#include "runtime/redis/redis.h"

namespace dragoman::store {

// So long nothing was refused: it takes writes again. Longer, to the second of them, where it takes
// some and refuses others, or does so by turns: each end makes work.
inline constexpr Duration kTakesAfter{2'000};
inline constexpr Duration kTakesAfterMax{600'000};
inline constexpr std::size_t kRefusedKeysMax = 8;  // remembered: each may be another node's

class Refusals : public runtime::Redis {
 public:
  Refusals(runtime::Loop& loop, std::unique_ptr<runtime::Redis> redis);

  void Command(runtime::RedisCommand command, runtime::OnRedisReply done) override;
  void Scan(const std::string& pattern, OnKeys page, OnScanned done) override;
  bool connected() const override { return redis_->connected(); }
  std::uint64_t connections() const override { return redis_->connections(); }

  // Tries whether what was refused would be taken by now, for users may write nothing for long. To
  // be called now and then; without a refusal it does nothing.
  void Probe();
  std::uint64_t ended() const { return ended_; }  // how often a time of refusals has ended

 private:
  void OnRefused(const std::string& key);
  void OnTaken(const std::string& key);

  runtime::Loop& loop_;
  std::unique_ptr<runtime::Redis> redis_;
  std::set<std::string> keys_;  // some of those that were refused; empty: none was
  TimePoint refused_at_{};
  Duration takes_after_ = kTakesAfter;
  std::uint64_t ended_ = 0;
  TimePoint ended_at_{};
  runtime::Alive alive_;
};

}  // namespace dragoman::store
