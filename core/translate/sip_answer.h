// The final response to a SIP request, from the Outcome that its bus message got. IM-13, EVT-2,
// EVT-4; ocs-dialect §2.5, §3.2, §6.
#pragma once

#include <string_view>

#include "core/envelope/payload.h"
#include "core/policy/settings.h"
#include "core/sip/message.h"

namespace dragoman::translate {

// `local_tag` as ReceiveSip gave it. A refusal carries ms-diagnostics-public with the reason code.
sip::Response AnswerSip(const sip::Request& request, std::string_view local_tag,
                        const envelope::Outcome& outcome, const policy::Settings& settings);

}  // namespace dragoman::translate
