// The connections to the nodes of a Redis Cluster: one to each, made when it is first asked for
// something.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "runtime/redis/connection.h"
#include "runtime/redis/slot_table.h"

namespace dragoman::runtime {

class ClusterNodes {
 public:
  // From the loop. `again`: a connection that was lost is there again. `down`: as in
  // RedisConnection.
  struct Told {
    std::function<void(const policy::HostPort& node)> again;
    std::function<void(const policy::HostPort& node)> down;
  };
  ClusterNodes(RedisEnvironment& environment, const policy::RedisLogin& login, Told told)
      : environment_(environment), login_(login), told_(std::move(told)) {}

  // nullptr: there are kRedisNodesMax already.
  RedisConnection* At(const policy::HostPort& node);
  bool IsReady(const policy::HostPort& node) const;
  // The last attempt failed, and no later one has succeeded.
  bool IsLost(const policy::HostPort& node) const;
  // Closes what is not a master of `table` and owes no reply.
  void Prune(const SlotTable& table);

 private:
  struct Node {
    std::unique_ptr<RedisConnection> connection;
    bool was_ready = false;
    bool lost = false;
  };
  RedisEnvironment& environment_;
  const policy::RedisLogin& login_;
  Told told_;
  std::map<policy::HostPort, Node> nodes_;
};

}  // namespace dragoman::runtime
