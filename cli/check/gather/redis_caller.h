// Asks Redis who it is: the sentinels or the cluster's nodes first, where there are some, then each
// server that holds records.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "cli/check/gather/redis_questions.h"
#include "cli/check/gather/redis_server_caller.h"
#include "cli/check/redis_group.h"
#include "core/policy/settings.h"
#include "runtime/redis/sentinel_answer.h"
#include "runtime/redis/slot_table.h"

namespace dragoman::check {

inline constexpr std::size_t kRedisServersCalledMax = 32;  // masters of a cluster

class RedisCaller {
 public:
  using Done = std::function<void(Findings)>;  // once, from the loop
  // `program_there`: redis-server is in PATH, for the private one. `settings` outlives this.
  RedisCaller(runtime::Loop& loop, const policy::Settings& settings, bool program_there, Done done);
  void Start();

 private:
  void CallServer(const policy::RedisServer& server, RedisTopology topology,
                  runtime::RoleWanted role);
  void AskSentinels(const policy::RedisSentinels& group);
  void OnSentinel(SentinelLook& look,
                  const Result<RedisQuestions::Replies, runtime::RedisFailure>& told);
  void AskSeeds(const policy::RedisCluster& cluster);
  void OnSeed(SeedLook& look, const std::string& host,
              const Result<RedisQuestions::Replies, runtime::RedisFailure>& told);
  // One of what was begun has ended; after the last one `then`.
  void End(void (RedisCaller::*then)());
  void OnSentinels();
  void OnSeeds();
  void OnServers();

  const policy::RedisSettings& settings_;
  bool program_there_;
  Done done_;
  runtime::RedisEnvironment environment_;
  std::vector<std::unique_ptr<RedisQuestions>> questions_;
  std::vector<std::unique_ptr<RedisServerCaller>> servers_;
  std::vector<SentinelLook> sentinels_;
  std::vector<runtime::SentinelAnswer> answers_;
  ClusterLook cluster_;
  std::optional<runtime::SlotTable> table_;
  std::size_t open_ = 0;
  Findings findings_;
};

}  // namespace dragoman::check
