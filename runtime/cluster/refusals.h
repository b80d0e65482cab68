// How a front-end tells of what it refuses: one event of the log, `refused`, the same on both
// sides. Bodies never.
#pragma once

#include <string_view>

#include "core/envelope/message.h"
#include "runtime/log/log.h"

namespace dragoman::runtime {

// The kind of what was refused before it was a message of the bus, in log and metrics.
inline constexpr std::string_view kGate = "gate";

// A message whose outcome is a refusal.
void TellRefused(Log& log, const envelope::Header& header, const envelope::Outcome& outcome);

}  // namespace dragoman::runtime
