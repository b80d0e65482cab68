// The configuration file, the files that it names, and the secret among them. T-5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/check/finding.h"
#include "core/policy/settings.h"

namespace dragoman::check {

// `lines`: what LoadSettings complained of, "FILE:LINE: KEY: what was expected".
Findings JudgeProblems(const std::vector<std::string>& lines);
Findings JudgeGoodConfiguration(const std::string& file, const policy::Settings& settings);

// `mode`: permission bits as of stat(2).
Findings JudgeKeyMode(const std::string& file, unsigned mode);

// Of a secret that is long enough and not exposed: those are refused with the configuration.
Findings JudgeSecret(const std::string& file, std::string_view secret,
                     const std::vector<policy::Partner>& partners);

}  // namespace dragoman::check
