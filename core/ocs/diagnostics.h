// ms-diagnostics-public: why a request failed, in the form that crosses the federation. ocs-dialect
// §2.5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/sip/message.h"

namespace dragoman::ocs {

inline constexpr std::string_view kDiagnosticsHeader = "ms-diagnostics-public";

struct Diagnostics {
  std::uint32_t id = 0;  // ErrorId
  std::string reason;    // unquoted
  std::string source;    // fqdn; empty if not said (ms-diagnostics-public has none)
  static std::optional<Diagnostics> Parse(std::string_view value);
  friend bool operator==(const Diagnostics&, const Diagnostics&) = default;
};

// `61011;reason="…";component="dragoman"`
std::string Print(const Diagnostics& diagnostics);

// Adds the header, unless the response has one or is no failure.
void AddDiagnostics(sip::Response& response, const Diagnostics& diagnostics);

// What the peer gave: ms-diagnostics-public, else ms-diagnostics.
std::optional<Diagnostics> DiagnosticsOf(const sip::Response& response);

}  // namespace dragoman::ocs
