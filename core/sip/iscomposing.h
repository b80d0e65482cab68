// "Is composing" documents: somebody types, or has stopped. RFC 3994; COMP-4, COMP-5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/xml/reader.h"

namespace dragoman::sip {

inline constexpr std::string_view kIsComposingType = "application/im-iscomposing+xml";

struct IsComposing {
  bool active = false;                   // an unknown state counts as idle (§3.3)
  std::optional<std::uint32_t> refresh;  // seconds
  std::string content_type;              // of what is being composed; may be empty

  // Errors: no XML document within the limits, or another root than isComposing.
  static Result<IsComposing, xml::XmlError> Parse(std::string_view document);
  friend bool operator==(const IsComposing&, const IsComposing&) = default;
};

std::string Print(const IsComposing& state);  // with XML declaration

}  // namespace dragoman::sip
