#include "cli/check/gather/redis_caller.h"

#include <algorithm>
#include <utility>

namespace dragoman::check {

using policy::HostPort;
using runtime::RedisFailure;
using runtime::RoleWanted;
using Told = Result<RedisQuestions::Replies, RedisFailure>;

RedisCaller::RedisCaller(runtime::Loop& loop, const policy::Settings& settings, bool program_there,
                         Done done)
    : settings_(settings.redis),
      program_there_(program_there),
      done_(std::move(done)),
      environment_(loop, {settings.dns_servers, settings.dns_timeout}, {}) {}

void RedisCaller::Start() {
  if (const auto* group = std::get_if<policy::RedisSentinels>(&settings_.place)) {
    AskSentinels(*group);
  } else if (const auto* cluster = std::get_if<policy::RedisCluster>(&settings_.place)) {
    AskSeeds(*cluster);
  } else {
    const auto& server = std::get<policy::RedisServer>(settings_.place);
    CallServer(server, server.started_by_run ? RedisTopology::kPrivate : RedisTopology::kSingle,
               RoleWanted::kMasterIfTold);
  }
}

void RedisCaller::CallServer(const policy::RedisServer& server, RedisTopology topology,
                             RoleWanted role) {
  ++open_;
  servers_.push_back(std::make_unique<RedisServerCaller>(
      environment_,
      runtime::RedisConnection::Plan{.server = server,
                                     .login = &settings_.login,
                                     .database = settings_.database,
                                     .role = role},
      topology == RedisTopology::kCluster, [this, topology](const RedisServerLook& look) {
        Append(findings_, topology == RedisTopology::kPrivate
                              ? JudgePrivateRedis(look, program_there_)
                              : JudgeRedisServer(look, topology));
        End(&RedisCaller::OnServers);
      }));
}

void RedisCaller::AskSentinels(const policy::RedisSentinels& group) {
  sentinels_.resize(group.sentinels.size());
  open_ = sentinels_.size();
  for (std::size_t i = 0; i < sentinels_.size(); ++i) {
    SentinelLook& look = sentinels_[i];
    look.where = policy::ToString(group.sentinels[i]);
    questions_.push_back(std::make_unique<RedisQuestions>(
        environment_,
        runtime::RedisConnection::Plan{.server = {{}, group.sentinels[i]},
                                       .login = &settings_.sentinel_login,
                                       .peer = runtime::RedisPeer::kSentinel},
        std::vector<std::vector<std::string>>{{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", group.master},
                                              {"SENTINEL", "MASTER", group.master},
                                              {"SENTINEL", "SENTINELS", group.master},
                                              {"SENTINEL", "CKQUORUM", group.master}},
        [this, &look](const Told& told) {
          OnSentinel(look, told);
          End(&RedisCaller::OnSentinels);
        }));
  }
}

void RedisCaller::OnSentinel(SentinelLook& look, const Told& told) {
  if (!told) {
    look.problem = told.error().detail;
    return;
  }
  const auto& [address, master, others, quorum] =
      std::tie((*told)[0], (*told)[1], (*told)[2], (*told)[3]);
  if (!address) {
    look.problem = address.error().detail;
    return;
  }
  for (const runtime::RedisResult* reply : {&master, &others, &quorum}) {
    if (!*reply && reply->error().reason == runtime::RedisReason::kNoPermission)
      look.lacking = reply->error().detail;
  }
  if (quorum && quorum->text() != nullptr) look.quorum = *quorum->text();
  if (!quorum && quorum.error().detail.starts_with("NOQUORUM")) look.quorum = quorum.error().detail;
  const auto where = runtime::ParseMasterAddress(*address);
  if (!where) return;
  look.master = policy::ToString(*where);
  answers_.push_back({*where, master ? runtime::ParseConfigEpoch(*master) : 0, {}});
}

void RedisCaller::OnSentinels() {
  const std::string& name = std::get<policy::RedisSentinels>(settings_.place).master;
  Append(findings_, JudgeSentinels(sentinels_, name));
  const std::optional<HostPort> master = runtime::ChooseMaster(answers_);
  if (!master) return OnServers();
  CallServer({{}, *master}, RedisTopology::kSentinel, RoleWanted::kMaster);
}

void RedisCaller::AskSeeds(const policy::RedisCluster& cluster) {
  cluster_.seeds.resize(cluster.seeds.size());
  open_ = cluster.seeds.size();
  for (std::size_t i = 0; i < cluster.seeds.size(); ++i) {
    SeedLook& look = cluster_.seeds[i];
    const HostPort& where = cluster.seeds[i];
    look.where = policy::ToString(where);
    questions_.push_back(std::make_unique<RedisQuestions>(
        environment_,
        runtime::RedisConnection::Plan{.server = {{}, where}, .login = &settings_.login},
        std::vector<std::vector<std::string>>{{"CLUSTER", "SLOTS"}},
        [this, &look, host = where.host](const Told& told) {
          OnSeed(look, host, told);
          End(&RedisCaller::OnSeeds);
        }));
  }
}

void RedisCaller::OnSeed(SeedLook& look, const std::string& host, const Told& told) {
  if (!told || !told->front()) {
    look.problem = told ? told->front().error().detail : told.error().detail;
    return;
  }
  auto table = runtime::SlotTable::Parse(*told->front(), host);
  if (!table) {
    look.problem = "it tells no slots";
  } else if (!table_ || table->uncovered() < table_->uncovered()) {
    table_ = std::move(table);
  }
}

void RedisCaller::OnSeeds() {
  if (table_) {
    cluster_.uncovered = table_->uncovered();
    cluster_.masters = table_->masters().size();
  }
  Append(findings_, JudgeCluster(cluster_));
  if (!table_) return OnServers();
  std::vector<HostPort> masters = table_->masters();
  masters.resize(std::min(masters.size(), kRedisServersCalledMax));
  for (const HostPort& master : masters)
    CallServer({{}, master}, RedisTopology::kCluster, RoleWanted::kAny);
}

void RedisCaller::End(void (RedisCaller::*then)()) {
  if (--open_ == 0) (this->*then)();
}

// Whoever is still connected would go on, and the loop would have something to do for ever.
void RedisCaller::OnServers() {
  questions_.clear();
  servers_.clear();
  done_(std::move(findings_));
}

}  // namespace dragoman::check
