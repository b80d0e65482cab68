#include "runtime/redis/sentinel_watch.h"

#include <utility>

namespace dragoman::runtime {

SentinelWatch::SentinelWatch(RedisEnvironment& environment, const policy::HostPort& where,
                             const policy::RedisLogin& login, std::string master,
                             std::function<void()> heard)
    : environment_(environment),
      where_(where),
      master_(std::move(master)),
      heard_(std::move(heard)),
      connection_(
          environment,
          {.server = {.path = {}, .where = where},
           .login = &login,
           .role = RoleWanted::kAny,
           .peer = RedisPeer::kSentinel},
          {.ready = [this] { Ask(); }, .down = [this](const RedisFailure&) { answer_.reset(); }}) {}

// The address stands in the reply to SENTINEL MASTER too, but there a sentinel that leads a
// failover still tells the old one while it turns the other replicas round.
void SentinelWatch::Ask() {
  if (asking_ || connection_.down()) return;
  asking_ = true;
  coming_ = {};
  told_.reset();
  connection_.Command({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_},
                      alive_.Only([this](const RedisResult& reply) {
                        if (reply) told_ = ParseMasterAddress(*reply);
                        if (!reply || told_ || std::exchange(ignorant_, true)) return;
                        environment_.Tell({.what = RedisEvent::What::kRefused,
                                           .peer = RedisPeer::kSentinel,
                                           .server = policy::ToString(where_),
                                           .reason = RedisReason::kNoMaster,
                                           .detail = "it knows no master " + master_});
                      }));
  connection_.Command({"SENTINEL", "MASTER", master_},
                      alive_.Only([this](const RedisResult& reply) {
                        if (reply) coming_.epoch = ParseConfigEpoch(*reply);
                      }));
  connection_.Command({"SENTINEL", "SENTINELS", master_},
                      alive_.Only([this](const RedisResult& reply) {
                        if (reply) coming_.others = ParseSentinels(*reply);
                        OnAnswered();
                      }));
}

void SentinelWatch::OnAnswered() {
  asking_ = false;
  answer_.reset();
  if (told_) {
    ignorant_ = false;
    coming_.master = *told_;
    answer_ = std::move(coming_);
  }
  const auto heard = heard_;  // a copy: it may destroy this
  heard();
}

}  // namespace dragoman::runtime
