// `redis:` of the configuration: one server, a Sentinel group or a Cluster, or nothing at all.
#pragma once

#include <string>
#include <vector>

#include "core/policy/from_config.h"
#include "core/policy/redis_settings.h"
#include "proto/config.pb.h"

namespace dragoman::policy {

// What is wrong is added to `problems`; passwords are read from their files.
RedisSettings ReadRedis(const config::Redis& config, const ConfigFiles& files,
                        const Defaults& defaults, std::vector<Problem>& problems);

}  // namespace dragoman::policy
