// The Date header: when a message was sent. RFC 3261 §20.17.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"

namespace dragoman::sip {

// "Sat, 13 Nov 2010 23:29:00 GMT"; the day of the week is not looked at. nullopt for anything else.
std::optional<WallTime> ParseDate(std::string_view text);
std::string PrintDate(WallTime time);  // to the second

}  // namespace dragoman::sip
