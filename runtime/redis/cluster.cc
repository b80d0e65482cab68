#include "runtime/redis/cluster.h"

#include <algorithm>
#include <utility>

#include "runtime/redis/scan.h"

namespace dragoman::runtime {

using policy::HostPort;

ClusterRedis::ClusterRedis(std::unique_ptr<RedisEnvironment> environment,
                           const policy::RedisSettings& settings,
                           const policy::RedisCluster& cluster)
    : environment_(std::move(environment)),
      repeat_(environment_->loop, [this] { RouteWaiting(); }),
      nodes_(*environment_, settings.login,
             {.again =
                  [this](const HostPort& node) {
                    if (IsMaster(node)) ++connections_;
                  },
              .down =
                  [this](const HostPort& node) {
                    if (IsMaster(node)) map_.Refresh();
                  }}),
      map_(*environment_, nodes_, cluster.seeds,
           [this](const std::vector<HostPort>& deposed) { OnTable(deposed); }) {}

ClusterRedis::~ClusterRedis() {
  for (const FlightPtr& flight : waiting_)
    FailLater(flight, {RedisError::kUnavailable, RedisReason::kLost, "Redis given up"});
}

void ClusterRedis::Command(RedisCommand command, OnRedisReply done) {
  const TimePoint deadline = environment_->loop.Now() + kRedisCommandMax;
  const auto flight =
      std::make_shared<Flight>(Flight{std::move(command), std::move(done), deadline});
  for (const std::string& word : flight->command.words) flight->bytes += word.size();
  ++flights_;
  bytes_ += flight->bytes;
  if (flights_ > kRedisPendingMax || bytes_ > kRedisPendingBytesMax) {
    return FailLater(flight, {RedisError::kUnavailable, RedisReason::kOverloaded,
                              "too many commands without a result"});
  }
  Route(flight);
}

void ClusterRedis::Route(const FlightPtr& flight) {
  if (!map_.table() && !map_.failed()) return Wait(flight);
  const std::uint16_t slot = SlotOf(flight->command.key);
  const HostPort* owner = map_.table() ? map_.table()->Owner(slot) : nullptr;
  if (owner != nullptr) return Send(flight, *owner, false);
  map_.Refresh();
  FailLater(flight, {RedisError::kUnavailable, RedisReason::kNoMaster,
                     map_.table() ? "no node serves slot " + std::to_string(slot)
                                  : "no node has told the slots"});
}

// ASKING counts for the next command only: the two leave together.
void ClusterRedis::Send(const FlightPtr& flight, const HostPort& node, bool ask) {
  RedisConnection* connection = nodes_.At(node);
  if (connection == nullptr) {
    return FailLater(flight,
                     {RedisError::kUnavailable, RedisReason::kOverloaded, "too many nodes"});
  }
  if (ask) connection->Command({"ASKING"}, [](const RedisResult&) {});
  connection->Command(flight->command.words,
                      [this, alive = alive_.token(), flight, node](RedisResult reply) {
                        if (alive.expired()) return flight->done(std::move(reply));
                        OnReply(flight, node, std::move(reply));
                      });
}

void ClusterRedis::OnReply(const FlightPtr& flight, const HostPort& node, RedisResult reply) {
  if (reply || reply.error().error != RedisError::kRefused) return End(flight, std::move(reply));
  switch (ClassifyRefusal(reply.error().detail).remedy) {
    case RedisRemedy::kRedirect: {
      const auto redirect = ParseRedirect(reply.error().detail, node.host);
      if (!redirect || !MayRepeat(*flight)) break;
      if (!redirect->ask) {
        map_.Assign(redirect->slot, redirect->node);
        map_.Refresh();
      }
      return Send(flight, redirect->node, redirect->ask);
    }
    case RedisRemedy::kWait:
      map_.Refresh();
      if (!MayRepeat(*flight)) break;
      return Wait(flight);
    case RedisRemedy::kReconnect:
    case RedisRemedy::kNone:
      break;
  }
  End(flight, std::move(reply));
}

bool ClusterRedis::MayRepeat(Flight& flight) const {
  return ++flight.repeats <= kRepeatsMax && environment_->loop.Now() < flight.deadline;
}

void ClusterRedis::Wait(const FlightPtr& flight) {
  waiting_.push_back(flight);
  if (waiting_.size() == 1) repeat_.StartAt(environment_->loop.Now() + kRepeatAfter);
}

void ClusterRedis::RouteWaiting() {
  repeat_.Stop();
  for (const FlightPtr& flight : std::exchange(waiting_, {})) {
    if (flight->deadline > environment_->loop.Now()) {
      Route(flight);
    } else {
      FailLater(flight,
                {RedisError::kUnavailable, RedisReason::kTimeout, "no node took it in time"});
    }
  }
}

void ClusterRedis::FailLater(const FlightPtr& flight, RedisFailure failure) {
  environment_->loop.Defer([this, alive = alive_.token(), flight, failure = std::move(failure)] {
    alive.expired() ? flight->done(Fail(failure)) : End(flight, Fail(failure));
  });
}

void ClusterRedis::End(const FlightPtr& flight, RedisResult result) {
  --flights_;
  bytes_ -= flight->bytes;
  flight->done(std::move(result));
}

void ClusterRedis::OnTable(const std::vector<HostPort>& deposed) {
  if (map_.table() && connections_ == 0) connections_ = 1;
  for (const HostPort& master : deposed) {
    ++connections_;
    environment_->Tell({.what = RedisEvent::What::kSwitched,
                        .server = policy::ToString(master),
                        .detail = "it serves no slots any more"});
  }
  if (map_.IsSound()) nodes_.Prune(*map_.table());  // else replicas may have to be asked again
  RouteWaiting();
}

bool ClusterRedis::IsMaster(const HostPort& node) const {
  return map_.table() && map_.table()->IsMaster(node);
}

bool ClusterRedis::connected() const {
  if (!map_.table()) return false;
  const std::vector<HostPort>& masters = map_.table()->masters();
  return std::any_of(masters.begin(), masters.end(),
                     [&](const HostPort& master) { return !nodes_.IsLost(master); });
}

void ClusterRedis::Scan(const std::string& pattern, OnKeys page, OnScanned done) {
  std::vector<ScanWalk::Ask> servers;
  if (map_.table()) {
    for (const HostPort& master : map_.table()->masters()) {
      servers.push_back(
          [this, master](const std::vector<std::string>& words, OnRedisReply replied) {
            if (RedisConnection* node = nodes_.At(master))
              return node->Command(words, std::move(replied));
            replied(Fail(RedisFailure{RedisError::kUnavailable, RedisReason::kOverloaded,
                                      "too many nodes"}));
          });
    }
  }
  if (servers.empty()) {
    return environment_->loop.Defer([done = std::move(done)] {
      done(Fail(RedisFailure{RedisError::kUnavailable, RedisReason::kNoMaster,
                             "no node has told the slots"}));
    });
  }
  ScanWalk::Start(std::move(servers), pattern, std::move(page), std::move(done));
}

}  // namespace dragoman::runtime
