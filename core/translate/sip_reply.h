// A response with what its status demands: 405 Allow, 415 Accept, 420 Unsupported, 423 Min-Expires,
// 489 Allow-Events, and the reason code in ms-diagnostics-public. ERR-5; ocs-dialect §2.5, §6.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/policy/reason.h"
#include "core/policy/settings.h"
#include "core/sip/message.h"

namespace dragoman::translate {

inline constexpr std::uint32_t kMinExpires = 60;  // seconds; EVT-3

// Stands in c= and o=: messages travel as SIP requests, so nothing ever connects to it.
inline constexpr std::string_view kSessionAddress = "127.0.0.1";

struct SipRefusal {
  std::uint16_t status = 500;
  policy::Reason reason = policy::Reason::kInternal;
  std::string text{};             // detail for people; empty: the reason's own
  std::uint32_t retry_after = 0;  // seconds; 0: none
  std::string unsupported{};      // of a 420: the option tags
};

sip::Response Refuse(const sip::Request& request, std::string_view local_tag,
                     const SipRefusal& refusal, const policy::Settings& settings);

// What a response of ours says of its cause, in ms-diagnostics-public.
struct SipCause {
  policy::Reason reason = policy::Reason::kNone;  // kNone: it refuses nothing
  std::string text{};
};
SipCause CauseOf(const sip::Response& response);

// A 200 that says what this gateway can do: the answer to OPTIONS (SIP-19).
sip::Response AnswerOptions(const sip::Request& request, std::string_view local_tag);

// The 200 to an INVITE or an UPDATE: Contact, Session-Expires, and for the INVITE the narrow
// session description of ocs-dialect §3.2.
sip::Response AcceptSession(const sip::Request& request, std::string_view local_tag,
                            const policy::Settings& settings);

}  // namespace dragoman::translate
