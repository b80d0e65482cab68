// A Redis Cluster of three masters, each with a replica, of a test's own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/runtime/redis/real_redis.h"

namespace dragoman::runtime {

class RealCluster {
 public:
  // Nodes 0 to 2 are masters of a third of the slots each, 3 to 5 their replicas. A node is given
  // up after 1 s. Throws if it does not come up.
  explicit RealCluster(const std::string& folder);

  RealRedis& node(std::size_t number) { return *nodes_[number]; }
  const std::string& id(std::size_t number) const { return ids_[number]; }
  policy::RedisPlace Seeds(std::vector<std::size_t> numbers = {0, 1, 2}) const;
  // The master among the first three that owns the slot of `key` at the start.
  std::size_t FirstOwner(const std::string& key) const;
  std::string KeyOf(std::size_t master) const;  // one that this master owns at the start

 private:
  void Await(std::size_t number, const std::vector<std::string>& words, const std::string& part);
  std::vector<std::unique_ptr<RealRedis>> nodes_;
  std::vector<std::string> ids_;
};

}  // namespace dragoman::runtime
