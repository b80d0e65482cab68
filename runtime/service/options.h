// The command line that every process of the gateway takes, and the settings behind it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/policy/settings.h"
#include "runtime/log/log.h"

namespace dragoman::runtime {

struct Options {
  std::string config;  // file
  std::string state;   // folder of sockets
  std::string admin;   // ip:port of this process; empty: none
  std::uint32_t worker = 0;
  LogFormat log = LogFormat::kAuto;
};

// --config FILE --state DIR --admin IP:PORT --worker N --log auto|json|text. Errors:
// one line.
Result<Options, std::string> ParseOptions(int argc, char** argv);

// Errors: everything that is wrong, a line each, with file, line, key and what was expected. Of the
// files that are named, those count that `role` opens (policy::OpensFileOf).
Result<policy::Settings, std::vector<std::string>> LoadSettings(const std::string& config,
                                                                const std::string& state,
                                                                const std::string& role = "");

}  // namespace dragoman::runtime
