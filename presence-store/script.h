// A Lua script on one key: sent by its digest, and whole only to a server that does not have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/redis/redis.h"

namespace dragoman::store {

class Script {
 public:
  explicit Script(std::string_view body);
  void Run(runtime::Redis& redis, const std::string& key, std::vector<std::string> arguments,
           runtime::OnRedisReply done) const;

 private:
  std::string body_;
  std::string digest_;
};

}  // namespace dragoman::store
