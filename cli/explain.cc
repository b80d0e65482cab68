#include <charconv>
#include <cstdio>

#include "cli/commands.h"
#include "core/policy/reason.h"

namespace dragoman::cli {

int ExplainReason(const std::string& code) {
  using policy::Reason;
  std::uint32_t number = 0;
  std::from_chars(code.data(), code.data() + code.size(), number);
  // By number, or by name: the reasons are few and their numbers lie close together.
  for (std::uint32_t candidate = 61000; candidate < 63000; ++candidate) {
    const std::optional<Reason> reason = policy::ReasonFromCode(candidate);
    if (!reason || (candidate != number && policy::Name(*reason) != code)) continue;
    std::printf("%u %s: %s.\n", candidate, std::string(policy::Name(*reason)).c_str(),
                std::string(policy::Text(*reason)).c_str());
    std::printf(
        "What it becomes on either wire, and what to do: docs/operations.md, reason codes.\n");
    return 0;
  }
  std::fprintf(stderr, "%s: no such reason code\n", code.c_str());
  return 1;
}

}  // namespace dragoman::cli
