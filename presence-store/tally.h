// How many presence records each partner's users have. L-22.
//
// The counts are kept beside the records, not with them, so they may be off by what was under way
// when a router died; an audit puts them right.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "runtime/redis/redis.h"

namespace dragoman::store {

class Tally {
 public:
  using Counts = std::map<std::string, std::int64_t>;

  explicit Tally(runtime::Redis& redis) : redis_(redis) {}
  void Add(const std::string& partner, int by);
  void Read(std::function<void(Counts)> done);  // not called on failure
  void Set(const Counts& counts);               // leaves other partners' alone

 private:
  runtime::Redis& redis_;
};

}  // namespace dragoman::store
