#include "tests/runtime/redis/real_cluster.h"

#include <stdexcept>

#include "runtime/redis/slot.h"

namespace dragoman::runtime {
namespace {

constexpr std::size_t kMasters = 3, kNodes = 6;
constexpr int kFirstSlot[] = {0, 5461, 10923, 16384};

}  // namespace

RealCluster::RealCluster(const std::string& folder) {
  for (std::size_t i = 0; i < kNodes; ++i) {
    nodes_.push_back(RealRedis::Server(
        folder, {"--cluster-enabled", "yes", "--cluster-port", std::to_string(FreePort()),
                 "--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0",
                 // A replica that has received nothing stands in no table.
                 "--repl-ping-replica-period", "1"}));
    ids_.push_back(nodes_[i]->Ask({"CLUSTER", "MYID"}));
    nodes_[i]->Ask({"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
  }
  for (std::size_t i = 0; i < kMasters; ++i) {
    nodes_[i]->Ask({"CLUSTER", "ADDSLOTSRANGE", std::to_string(kFirstSlot[i]),
                    std::to_string(kFirstSlot[i + 1] - 1)});
  }
  for (std::size_t i = 1; i < kNodes; ++i) {
    const std::string bus = nodes_[i]->Ask({"CONFIG", "GET", "cluster-port"});  // [cluster-port N]
    nodes_[0]->Ask({"CLUSTER", "MEET", "127.0.0.1", std::to_string(nodes_[i]->port()),
                    bus.substr(14, bus.size() - 15)});
  }
  for (std::size_t i = 0; i < kNodes; ++i) Await(i, {"CLUSTER", "INFO"}, "cluster_known_nodes:6");
  for (std::size_t i = kMasters; i < kNodes; ++i) {
    Await(i, {"CLUSTER", "NODES"}, ids_[i - kMasters]);
    Await(i, {"CLUSTER", "REPLICATE", ids_[i - kMasters]}, "OK");
  }
  for (std::size_t i = kMasters; i < kNodes; ++i)
    Await(i, {"INFO", "replication"}, "master_link_status:up");
  for (std::size_t i = 0; i < kNodes; ++i) {
    Await(i, {"CLUSTER", "INFO"}, "cluster_state:ok");
    for (std::size_t replica = kMasters; replica < kNodes; ++replica)
      Await(i, {"CLUSTER", "SLOTS"}, ids_[replica]);
  }
}

void RealCluster::Await(std::size_t number, const std::vector<std::string>& words,
                        const std::string& part) {
  if (nodes_[number]->Await(words, part)) return;
  throw std::runtime_error("node " + std::to_string(number) + ": no " + part + " in " +
                           nodes_[number]->Ask(words));
}

policy::RedisPlace RealCluster::Seeds(std::vector<std::size_t> numbers) const {
  policy::RedisCluster cluster;
  for (const std::size_t number : numbers) cluster.seeds.push_back(nodes_[number]->where());
  return cluster;
}

std::size_t RealCluster::FirstOwner(const std::string& key) const {
  std::size_t owner = 0;
  while (SlotOf(key) >= kFirstSlot[owner + 1]) ++owner;
  return owner;
}

std::string RealCluster::KeyOf(std::size_t master) const {
  for (int i = 0;; ++i) {
    std::string key = "key:" + std::to_string(i);
    if (FirstOwner(key) == master) return key;
  }
}

}  // namespace dragoman::runtime
