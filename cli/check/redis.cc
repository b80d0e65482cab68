#include "cli/check/redis.h"

#include <algorithm>
#include <charconv>

namespace dragoman::check {
namespace {

constexpr int kMajorMin = 6;
constexpr Duration kSlow{20};  // each presence change waits for it a few times

// What to do about a server that does not let us in, by the reason.
Says Unusable(const RedisServerLook& look) {
  const std::string found = look.problem.empty() ? "no connection" : look.problem;
  if (look.reason == "noauth")
    return {found, "a login", "set redis.user, and a file with its password in redis.password"};
  if (look.reason == "wrong-password") {
    return {found, "the password that Redis has",
            "correct redis.user or the file of redis.password; ACL GETUSER shows whether it is on"};
  }
  if (look.reason == "no-permission") {
    return {found, "the commands that docs/operations.md lists",
            "give the user what it lacks with ACL SETUSER"};
  }
  if (look.reason == "not-master")
    return {found, "a master", "let redis.url lead to the master, or set redis.sentinels"};
  if (look.reason == "loading") return {found, "a Redis that has loaded its data", "wait for it"};
  if (look.reason == "unresolved")
    return {found, "a name with an address", "correct the name, or dns.servers"};
  if (look.reason == "unreachable" || look.reason == "timeout" || look.reason == "lost") {
    return {found, "a Redis that answers",
            "start Redis, or correct redis.url, redis.sentinels or redis.cluster; until then "
            "only messages outside of sessions pass"};
  }
  return {found, "a Redis that answers", "look at the Redis server's log and its ACL"};
}

void JudgeLatency(const RedisServerLook& look, Verdict& verdict) {
  const std::string latency = std::to_string(look.answered_in.count()) + " ms";
  if (look.answered_in > kSlow) {
    verdict.Warn("redis-latency", {latency, std::to_string(kSlow.count()) + " ms or less",
                                   "run Redis near the routers, on a machine that is not busy"});
  } else {
    verdict.Ok("redis-connect", {"answers in " + latency});
  }
}

void JudgePermissions(const RedisServerLook& look, Verdict& verdict) {
  if (look.lacking.empty()) return verdict.Ok("redis-acl", {"the user may run every command"});
  verdict.Error(
      "redis-acl",
      {"the user may not run " + Join(look.lacking), "the commands that docs/operations.md lists",
       "give the user what it lacks with ACL SETUSER, and keep it in the ACL file"},
      policy::Reason::kStoreUnavailable);
}

void JudgeVersion(const std::string& info, Verdict& verdict) {
  const std::string version = InfoValue(info, "redis_version");
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (major < kMajorMin) {
    verdict.Warn("redis-version",
                 {version.empty() ? "not told" : version, "6.0 or later", "use a newer Redis"});
  } else {
    verdict.Ok("redis-version", {version});
  }
}

void JudgeEviction(const std::string& info, Verdict& verdict) {
  const std::string policy = InfoValue(info, "maxmemory_policy");
  if (policy == "noeviction") return verdict.Ok("redis-eviction", {policy});
  const bool bounded = InfoValue(info, "maxmemory") != "0";
  verdict.Add(
      bounded ? Severity::kError : Severity::kWarning, "redis-eviction",
      {"maxmemory-policy " + policy + (bounded ? ": records vanish when memory is short" : ""),
       "noeviction", "CONFIG SET maxmemory-policy noeviction, and in redis.conf"});
}

void JudgePersistence(const std::string& info, Verdict& verdict) {
  if (InfoValue(info, "aof_enabled") == "1")
    return verdict.Ok("redis-persistence", {"appendonly yes"});
  verdict.Warn("redis-persistence",
               {"appendonly no: subscriptions are lost when Redis restarts", "appendonly yes",
                "CONFIG SET appendonly yes, and in redis.conf"});
}

// INFO tells of good replicas only where min-replicas-to-write asks for some.
void JudgeReplicas(const std::string& info, Verdict& verdict) {
  const std::string replicas = InfoValue(info, "connected_slaves");
  if (replicas.empty() || replicas == "0") {
    return verdict.Warn(
        "redis-replicas",
        {"no replica: when this master is lost, nobody takes its place", "one replica at least",
         "start a replica, or see why it is not connected"});
  }
  if (InfoValue(info, "min_slaves_good_slaves").empty()) {
    return verdict.Info(
        "redis-replicas",
        {replicas + " connected; min-replicas-to-write is 0: what is saved at a "
                    "master that was cut off is lost when another takes its place"});
  }
  verdict.Ok("redis-replicas", {replicas + " connected, and one is waited for before a save"});
}

}  // namespace

std::string InfoValue(const std::string& info, const std::string& key) {
  for (std::size_t at = 0; at < info.size();) {
    const std::size_t end = std::min(info.find("\r\n", at), info.size());
    const std::string line = info.substr(at, end - at);
    if (line.starts_with(key + ":")) return line.substr(key.size() + 1);
    at = end + 2;
  }
  return {};
}

Findings JudgePrivateRedis(const RedisServerLook& look, bool program_there) {
  Verdict verdict(Area::kRedis, "private");
  if (!program_there) {
    verdict.Error("redis-program", {"no redis-server in PATH", "the program redis-server",
                                    "install redis-server, or set redis.url"});
  }
  if (!look.connected && look.reason == "unreachable") {
    verdict.Info("redis-connect", {"not running: dragoman run starts it"});
    return verdict.Take();
  }
  Findings findings = verdict.Take();
  RedisServerLook own = look;
  own.where = "private";
  Append(findings, JudgeRedisServer(own, RedisTopology::kPrivate));
  return findings;
}

Findings JudgeRedisServer(const RedisServerLook& look, RedisTopology topology) {
  Verdict verdict(Area::kRedis, look.where);
  if (!look.connected) {
    verdict.Error("redis-connect", Unusable(look), policy::Reason::kStoreUnavailable);
    return verdict.Take();
  }
  JudgeLatency(look, verdict);
  JudgePermissions(look, verdict);
  if (!look.info) {
    verdict.Info("redis-info",
                 {"the user may not run INFO: version, memory and persistence are not looked at"});
    return verdict.Take();
  }
  JudgeVersion(*look.info, verdict);
  JudgeEviction(*look.info, verdict);
  JudgePersistence(*look.info, verdict);
  if (topology == RedisTopology::kSentinel || topology == RedisTopology::kCluster)
    JudgeReplicas(*look.info, verdict);
  return verdict.Take();
}

}  // namespace dragoman::check
