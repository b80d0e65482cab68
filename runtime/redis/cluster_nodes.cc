#include "runtime/redis/cluster_nodes.h"

namespace dragoman::runtime {

using policy::HostPort;

RedisConnection* ClusterNodes::At(const HostPort& node) {
  if (const auto found = nodes_.find(node); found != nodes_.end())
    return found->second.connection.get();
  if (nodes_.size() >= kRedisNodesMax) return nullptr;
  Node& made = nodes_[node];  // a map's elements stay where they are
  made.connection = std::make_unique<RedisConnection>(
      environment_, RedisConnection::Plan{.server = {.path = {}, .where = node}, .login = &login_},
      RedisConnection::Told{.ready =
                                [this, &made, node] {
                                  made.lost = false;
                                  if (std::exchange(made.was_ready, true)) told_.again(node);
                                },
                            .down =
                                [this, &made, node](const RedisFailure&) {
                                  made.lost = true;
                                  told_.down(node);
                                }});
  return made.connection.get();
}

bool ClusterNodes::IsReady(const HostPort& node) const {
  const auto found = nodes_.find(node);
  return found != nodes_.end() && found->second.connection->ready();
}

bool ClusterNodes::IsLost(const HostPort& node) const {
  const auto found = nodes_.find(node);
  return found != nodes_.end() && found->second.lost;
}

void ClusterNodes::Prune(const SlotTable& table) {
  std::erase_if(nodes_, [&](const auto& one) {
    return !table.IsMaster(one.first) && one.second.connection->in_flight() == 0;
  });
}

}  // namespace dragoman::runtime
