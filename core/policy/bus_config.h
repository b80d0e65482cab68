// The part of the configuration that says which processes there are, where they meet, and by which
// keys they know each other. T-50.
#pragma once

#include <string_view>
#include <vector>

#include "core/policy/from_config.h"

namespace dragoman::policy {

// Fills settings.bus and the numbers of workers from `router` and `workers`; what is wrong is added
// to `problems`.
void ReadBus(const config::Config& config, const ConfigFiles& files, const Defaults& defaults,
             Settings& settings, std::vector<Problem>& problems);

// Whether `text` is a CURVE key: 40 characters of Z85 that stand for 32 bytes.
bool IsCurveKey(std::string_view text);

}  // namespace dragoman::policy
