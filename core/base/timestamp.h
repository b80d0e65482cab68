// Points in time as XMPP's delay stamps and PIDF's timestamps write them. RFC 3339; XEP-0082;
// PRES-10.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace dragoman {

// "2026-11-23T20:15:30.250Z", also with an offset instead of the Z. Years 1970 to 9999; a fraction
// is cut to milliseconds. nullopt for anything else.
std::optional<WallTime> ParseTimestamp(std::string_view text);

// In UTC with a capital T and Z; milliseconds only if there are any.
std::string PrintTimestamp(WallTime time);

}  // namespace dragoman
