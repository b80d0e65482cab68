// ms-diagnostics-public: why a request was refused, in the form that crosses federation.
// ocs-dialect §2.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::ocs {

inline constexpr std::string_view kDiagnosticsHeader = "ms-diagnostics-public";

struct Diagnostics {
  std::uint32_t error_id = 0;
  std::string reason;
  friend bool operator==(const Diagnostics&, const Diagnostics&) = default;
};

// 61001;reason="The domain is not served by this gateway";component="dragoman"
std::string PrintDiagnostics(const Diagnostics& diagnostics);
std::optional<Diagnostics> ParseDiagnostics(std::string_view value);

}  // namespace dragoman::ocs
