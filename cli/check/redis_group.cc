#include "cli/check/redis_group.h"

#include <algorithm>
#include <set>

namespace dragoman::check {
namespace {

constexpr std::size_t kSentinelsMin = 3;  // of two, neither is a majority when one is lost
constexpr std::size_t kMastersMin = 3;

void JudgeSentinel(const SentinelLook& look, const std::string& name, Findings& findings) {
  Verdict verdict(Area::kRedis, look.where);
  if (!look.problem.empty()) {
    verdict.Warn("redis-sentinel", {look.problem, "a sentinel that answers",
                                    "start it, or correct redis.sentinels, redis.sentinel_user or "
                                    "the file of redis.sentinel_password"});
  } else if (look.master.empty()) {
    verdict.Error("redis-sentinel",
                  {"it knows no master " + name, "a sentinel that monitors it",
                   "correct redis.master, or add \"sentinel monitor " + name + " …\" to it"});
  } else {
    verdict.Ok("redis-sentinel", {"the master is " + look.master});
    if (!look.lacking.empty()) {
      verdict.Warn("redis-acl", {look.lacking, "the commands that docs/operations.md lists",
                                 "give redis.sentinel_user what it lacks with ACL SETUSER"});
    }
    if (look.quorum.starts_with("OK")) {
      verdict.Ok("redis-quorum", {look.quorum});
    } else if (!look.quorum.empty()) {
      verdict.Error("redis-quorum", {look.quorum, "enough sentinels to choose a new master",
                                     "start the sentinels that are missing, or lower the quorum"});
    }
  }
  Append(findings, verdict.Take());
}

}  // namespace

Findings JudgeSentinels(const std::vector<SentinelLook>& sentinels, const std::string& name) {
  Findings findings;
  std::set<std::string> masters;
  std::size_t answering = 0;
  for (const SentinelLook& look : sentinels) {
    JudgeSentinel(look, name, findings);
    answering += look.problem.empty();
    if (!look.master.empty()) masters.insert(look.master);
  }
  Verdict verdict(Area::kRedis, name);
  if (answering == 0) {
    verdict.Error("redis-sentinels",
                  {"no sentinel answers", "one at least",
                   "start the sentinels, or correct redis.sentinels; until then "
                   "only messages outside of sessions pass"},
                  policy::Reason::kStoreUnavailable);
  } else if (masters.size() > 1) {
    verdict.Warn("redis-sentinels",
                 {"they name different masters: " + Join({masters.begin(), masters.end()}), "one",
                  "see that the sentinels reach one another"});
  } else if (sentinels.size() < kSentinelsMin) {
    verdict.Info("redis-sentinels", {std::to_string(sentinels.size()) +
                                     " configured: name all, so that one can be found when "
                                     "others are down"});
  }
  Append(findings, verdict.Take());
  return findings;
}

Findings JudgeCluster(const ClusterLook& look) {
  Findings findings;
  bool told = false;
  for (const SeedLook& seed : look.seeds) {
    Verdict verdict(Area::kRedis, seed.where);
    if (seed.problem.empty()) {
      verdict.Ok("redis-node", {"it tells the cluster's slots"});
      told = true;
    } else {
      verdict.Warn("redis-node", {seed.problem, "a node of the cluster that answers",
                                  "start it, or correct redis.cluster"});
    }
    Append(findings, verdict.Take());
  }
  Verdict verdict(Area::kRedis, "cluster");
  if (!told) {
    verdict.Error("redis-slots",
                  {"no node tells the cluster's slots", "one at least",
                   "start the nodes, or correct redis.cluster; until then only "
                   "messages outside of sessions pass"},
                  policy::Reason::kStoreUnavailable);
  } else if (look.uncovered > 0) {
    verdict.Error("redis-slots",
                  {std::to_string(look.uncovered) + " of 16384 slots have no master",
                   "all slots covered", "redis-cli --cluster fix, or start the masters"},
                  policy::Reason::kStoreUnavailable);
  } else {
    verdict.Ok("redis-slots", {"all 16384, at " + std::to_string(look.masters) + " masters"});
  }
  if (told && look.masters < kMastersMin) {
    verdict.Warn("redis-masters", {std::to_string(look.masters) + " masters", "3 or more",
                                   "add masters: fewer cannot agree on who replaces a lost one"});
  }
  Append(findings, verdict.Take());
  return findings;
}

}  // namespace dragoman::check
