#include "runtime/redis/single.h"

#include <utility>

#include "runtime/redis/scan.h"

namespace dragoman::runtime {

// A replica is not taken for the server: it would answer with old data and refuse to save. Behind a
// name that follows the master, the next connection finds it.
SingleRedis::SingleRedis(std::unique_ptr<RedisEnvironment> environment,
                         const policy::RedisSettings& settings, const policy::RedisServer& server)
    : environment_(std::move(environment)),
      connection_(*environment_,
                  {.server = server,
                   .login = &settings.login,
                   .database = settings.database,
                   .role = RoleWanted::kMasterIfTold},
                  {.ready = [this] { ++connections_; }, .down = {}}) {}

void SingleRedis::Command(RedisCommand command, OnRedisReply done) {
  connection_.Command(command.words, std::move(done));
}

void SingleRedis::Scan(const std::string& pattern, OnKeys page, OnScanned done) {
  ScanWalk::Start({[this](const std::vector<std::string>& words, OnRedisReply replied) {
                    connection_.Command(words, std::move(replied));
                  }},
                  pattern, std::move(page), std::move(done));
}

}  // namespace dragoman::runtime
