// What stands around the servers that hold the records: sentinels and their quorum, slots and their
// owners.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/check/finding.h"

namespace dragoman::check {

struct SentinelLook {
  std::string where;
  std::string problem = {};  // no connection, or no answer. Empty: none
  std::string lacking = {};  // it does not let us learn of other sentinels: why not
  std::string master = {};   // its address; empty: it knows none of this name
  std::string quorum = {};   // the reply to SENTINEL CKQUORUM: "OK 3 usable …", "NOQUORUM …"
};

// `name`: the master's.
Findings JudgeSentinels(const std::vector<SentinelLook>& sentinels, const std::string& name);

struct SeedLook {
  std::string where;
  std::string problem = {};  // no connection, or no slots. Empty: it told them
};

struct ClusterLook {
  std::vector<SeedLook> seeds;
  std::size_t uncovered = 0;  // slots that nobody serves
  std::size_t masters = 0;
};

Findings JudgeCluster(const ClusterLook& look);

}  // namespace dragoman::check
