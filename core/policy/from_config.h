// From the configuration file's schema to settings, or everything that is wrong with it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/policy/settings.h"
#include "proto/config.pb.h"

namespace dragoman::policy {

struct Problem {
  std::string path;  // "partners[0].tls": the key it is about
  std::string text;  // what was expected
  friend bool operator==(const Problem&, const Problem&) = default;
};

struct ConfigFiles {
  std::function<std::string(const std::string&)>
      absolute;  // a name relative to the configuration's folder
  std::function<std::optional<std::string>(const std::string&)>
      read;  // content; nullopt: unreadable
  std::function<bool(const std::string&)> exposed = [](const std::string&) {
    return false;
  };  // everybody on the machine may read it: no place for a secret
  std::function<bool(std::string_view key)> opens = [](std::string_view) {
    return true;
  };  // this process uses the file of that key; others need not be there
};

struct Defaults {
  std::string state;  // folder for sockets: ipc://STATE/router-0 and unix://STATE/redis.sock stand
                      // in if nothing is said
};

Result<Settings, std::vector<Problem>> FromConfig(const config::Config& config,
                                                  const ConfigFiles& files,
                                                  const Defaults& defaults);

// "60s", "5m", "8h", "250ms"; nullopt: no such duration.
std::optional<Duration> ParseDuration(std::string_view text);

}  // namespace dragoman::policy
