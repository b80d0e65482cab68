// What a SIP request is refused for before its transaction begins, whoever sent it. SIP-1, SIP-3,
// SIP-4, SIP-23, SIP-24.
#pragma once

#include <optional>

#include "core/policy/settings.h"
#include "core/sip/message.h"
#include "core/translate/sip_reply.h"

namespace dragoman::translate {

// nullopt: it may go on. Answer a refusal with sip::StatelessTag; ACK and BENOTIFY are never
// answered.
std::optional<SipRefusal> RefuseAtOnce(const sip::Request& request,
                                       const policy::Settings& settings);

// What the framer or the transactions refuse a request with, and its reason code (ocs-dialect
// §2.5).
sip::Response Explained(sip::Response refusal);

}  // namespace dragoman::translate
