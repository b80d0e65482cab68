#include "runtime/redis/sentinel.h"

#include <set>
#include <utility>

#include "runtime/redis/scan.h"

namespace dragoman::runtime {

using policy::HostPort;

SentinelRedis::SentinelRedis(std::unique_ptr<RedisEnvironment> environment,
                             const policy::RedisSettings& settings,
                             const policy::RedisSentinels& group)
    : environment_(std::move(environment)),
      settings_(settings),
      group_(group),
      ask_(environment_->loop, [this] { Ask(); }) {
  for (const HostPort& sentinel : group_.sentinels) Watch(sentinel);
  Ask();
}

void SentinelRedis::Command(RedisCommand command, OnRedisReply done) {
  if (master_ != nullptr) return master_->Command(command.words, std::move(done));
  environment_->loop.Defer([done = std::move(done)] {
    done(Fail(RedisFailure{RedisError::kUnavailable, RedisReason::kNoMaster,
                           "no sentinel has told the master yet"}));
  });
}

void SentinelRedis::Scan(const std::string& pattern, OnKeys page, OnScanned done) {
  ScanWalk::Start({[this](std::vector<std::string> words, OnRedisReply replied) {
                    Command({{}, std::move(words)}, std::move(replied));
                  }},
                  pattern, std::move(page), std::move(done));
}

void SentinelRedis::Watch(const HostPort& sentinel) {
  if (watches_.size() >= kSentinelsMax || watches_.contains(sentinel)) return;
  watches_[sentinel] = std::make_unique<SentinelWatch>(
      *environment_, sentinel, settings_.sentinel_login, group_.master, [this] { OnHeard(); });
}

void SentinelRedis::Ask() {
  for (const auto& [where, watch] : watches_) watch->Ask();
  ask_.StartAt(environment_->loop.Now() +
               (connected() ? kSentinelAskEvery : kSentinelAskWithoutMaster));
}

void SentinelRedis::OnHeard() {
  std::vector<SentinelAnswer> answers;
  for (const auto& [where, watch] : watches_) {
    if (watch->answer()) answers.push_back(*watch->answer());
  }
  if (answers.empty()) return;
  if (const auto master = ChooseMaster(answers)) Follow(*master);
  Learn(answers);
}

// Those configured, and those that the ones that answer name; others are gone.
void SentinelRedis::Learn(const std::vector<SentinelAnswer>& answers) {
  std::set<HostPort> known(group_.sentinels.begin(), group_.sentinels.end());
  for (const SentinelAnswer& answer : answers)
    known.insert(answer.others.begin(), answer.others.end());
  std::erase_if(watches_, [&](const auto& one) {
    return !known.contains(one.first) && !one.second->answer();
  });
  for (const HostPort& sentinel : known) Watch(sentinel);
}

void SentinelRedis::Follow(const HostPort& master) {
  if (master_ != nullptr) {
    if (master_->server().where == master) return;
    environment_->Tell({.what = RedisEvent::What::kSwitched,
                        .server = policy::ToString(master),
                        .detail = "instead of " + ToString(master_->server())});
  }
  master_ = std::make_unique<RedisConnection>(
      *environment_,
      RedisConnection::Plan{.server = {.path = {}, .where = master},
                            .login = &settings_.login,
                            .database = settings_.database,
                            .role = RoleWanted::kMaster},
      RedisConnection::Told{.ready = [this] { ++connections_; },
                            .down = [this](const RedisFailure&) { Ask(); }});
}

}  // namespace dragoman::runtime
