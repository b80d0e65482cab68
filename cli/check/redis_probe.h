// Every command that the gateway runs at Redis, in a form that changes nothing: what an ACL has to
// allow.
//
// The list is the one of docs/operations.md; tests/interop/redis_acl_test runs a gateway with no
// more than that.
#pragma once

#include <string>
#include <vector>

namespace dragoman::check {

struct RedisProbe {
  std::vector<std::string> words;
  std::string name;  // "zscan on due:*"
};

// `cluster`: also what is only said to nodes of a cluster.
std::vector<RedisProbe> RedisProbes(bool cluster);

}  // namespace dragoman::check
