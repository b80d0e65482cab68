// The configuration file: YAML, held against the protobuf schema key by key, with line numbers for
// everything wrong.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "proto/config.pb.h"

namespace dragoman::runtime {

inline constexpr std::size_t kConfigBytesMax = 1 << 20;
inline constexpr int kConfigDepthMax = 16;

struct LoadedConfig {
  config::Config config;
  std::string file;
  std::map<std::string, int> lines;  // "partners[0].tls" -> line, from 1

  // "FILE:LINE: PATH: TEXT"; a key that the file lacks has the line of its nearest parent that it
  // has.
  std::string Explain(const std::string& path, const std::string& text) const;
};

// Errors: one line for each problem, "FILE:LINE:COLUMN: KEY: what was expected".
Result<LoadedConfig, std::vector<std::string>> LoadConfig(const std::string& file);

}  // namespace dragoman::runtime
