// When a message that is sent again was first said. XEP-0203; SM-6.
#pragma once

#include <string>
#include <string_view>

#include "core/base/time.h"

namespace dragoman::translate {

// `message`: as we printed it, one whole <message>…</message>; any other stanza is returned as it
// is. `from`: the domain that held it back.
std::string WithDelay(std::string message, std::string_view from, WallTime when);

}  // namespace dragoman::translate
