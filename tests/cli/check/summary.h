// Findings as words to compare: "sip-name error". Whatever is wrong says how to mend it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/check/finding.h"

namespace dragoman::check {

inline std::vector<std::string> Summary(const Findings& findings) {
  std::vector<std::string> words;
  for (const Finding& finding : findings) {
    words.push_back(finding.name + " " + std::string(Name(finding.severity)));
    EXPECT_FALSE(finding.says.found.empty()) << words.back();
    if (finding.severity >= Severity::kWarning) {
      EXPECT_FALSE(finding.says.mend.empty()) << words.back();
    }
  }
  return words;
}

// What is said under `name`, all of it; empty: nothing.
inline std::string Said(const Findings& findings, const std::string& name) {
  for (const Finding& finding : findings) {
    if (finding.name == name)
      return finding.says.found + " | " + finding.says.expected + " | " + finding.says.mend;
  }
  return {};
}

}  // namespace dragoman::check
