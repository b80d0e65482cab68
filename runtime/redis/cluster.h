// A Redis Cluster: each command goes to the master that owns the slot of its key, and on to another
// node when that is what the reply says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/redis/cluster_map.h"
#include "runtime/redis/cluster_nodes.h"
#include "runtime/redis/redirect.h"
#include "runtime/redis/redis.h"

namespace dragoman::runtime {

inline constexpr int kRepeatsMax = 5;         // of one command that was refused each time
inline constexpr Duration kRepeatAfter{100};  // TRYAGAIN, CLUSTERDOWN, or no table yet
class ClusterRedis : public Redis {
 public:
  ClusterRedis(std::unique_ptr<RedisEnvironment> environment, const policy::RedisSettings& settings,
               const policy::RedisCluster& cluster);

  ~ClusterRedis() override;

  void Command(RedisCommand command, OnRedisReply done) override;
  void Scan(const std::string& pattern, OnKeys page, OnScanned done) override;
  bool connected() const override;
  std::uint64_t connections() const override { return connections_; }

 private:
  // A command on its way, from node to node.
  struct Flight {
    RedisCommand command;
    OnRedisReply done;
    TimePoint deadline;
    std::size_t bytes = 0;
    int repeats = 0;
  };
  using FlightPtr = std::shared_ptr<Flight>;

  void Route(const FlightPtr& flight);
  void Send(const FlightPtr& flight, const policy::HostPort& node, bool ask);
  void OnReply(const FlightPtr& flight, const policy::HostPort& node, RedisResult reply);
  bool MayRepeat(Flight& flight) const;
  void Wait(const FlightPtr& flight);
  void RouteWaiting();
  void FailLater(const FlightPtr& flight, RedisFailure failure);
  void End(const FlightPtr& flight, RedisResult result);
  bool IsMaster(const policy::HostPort& node) const;
  void OnTable(const std::vector<policy::HostPort>& deposed);

  std::unique_ptr<RedisEnvironment> environment_;
  std::uint64_t connections_ = 0;
  std::size_t flights_ = 0;
  std::size_t bytes_ = 0;  // of their words
  std::vector<FlightPtr> waiting_;
  Timer repeat_;
  Alive alive_;
  ClusterNodes nodes_;
  ClusterMap map_;
};

}  // namespace dragoman::runtime
