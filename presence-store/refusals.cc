#include "presence-store/refusals.h"

#include <algorithm>
#include <utility>

namespace dragoman::store {
namespace {

using runtime::RedisFailure;
using runtime::RedisReason;
using runtime::RedisReply;
using Reply = Result<RedisReply, RedisFailure>;

// The state of a server, which stays connected; the others end in a new connection or say something
// of one command.
bool IsRefusal(RedisReason reason) {
  return reason == RedisReason::kOutOfMemory || reason == RedisReason::kNoReplicas ||
         reason == RedisReason::kMisconfigured || reason == RedisReason::kNoPermission ||
         reason == RedisReason::kBusy || reason == RedisReason::kClusterDown;
}

// Of the same slot as `key`, which has no braces (README.md), and never there.
std::string ProbeOf(const std::string& key) { return "due:{" + key + "}"; }

}  // namespace

Refusals::Refusals(runtime::Loop& loop, std::unique_ptr<runtime::Redis> redis)
    : loop_(loop), redis_(std::move(redis)) {}

void Refusals::Command(runtime::RedisCommand command, runtime::OnRedisReply done) {
  std::string key = command.key;
  redis_->Command(std::move(command), [this, alive = alive_.token(), key = std::move(key),
                                       done = std::move(done)](Reply reply) mutable {
    if (!alive.expired() && !reply && IsRefusal(reply.error().reason)) OnRefused(key);
    done(std::move(reply));
  });
}

void Refusals::Scan(const std::string& pattern, OnKeys page, OnScanned done) {
  redis_->Scan(pattern, std::move(page), std::move(done));
}

void Refusals::Probe() {
  for (const std::string& key : std::set(keys_)) {  // an answer may change it
    // A write that would need memory and changes nothing: XX makes no set that is not there.
    std::string probe = ProbeOf(key);
    std::vector<std::string> words = {"ZADD", probe, "XX", "0", "probe"};
    redis_->Command({std::move(probe), std::move(words)},
                    [this, alive = alive_.token(), key](const Reply& reply) {
                      if (alive.expired()) return;
                      if (reply) return OnTaken(key);
                      if (IsRefusal(reply.error().reason)) OnRefused(key);
                    });
  }
}

void Refusals::OnRefused(const std::string& key) {
  const TimePoint now = loop_.Now();
  if (keys_.empty()) {
    const bool again = ended_ > 0 && now - ended_at_ < kTakesAfterMax;
    takes_after_ = again ? std::min(takes_after_ * 2, kTakesAfterMax) : kTakesAfter;
  }
  refused_at_ = now;
  if (keys_.size() < kRefusedKeysMax) keys_.insert(key);
}

void Refusals::OnTaken(const std::string& key) {
  if (loop_.Now() - refused_at_ < takes_after_) return;
  if (keys_.erase(key) == 0 || !keys_.empty()) return;
  ++ended_;
  ended_at_ = loop_.Now();
}

}  // namespace dragoman::store
