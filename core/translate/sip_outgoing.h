// The SIP request that a SipCommand asks for, and what its final response means. IM-3..10,
// PRES-1..11, SUB-15, SIP-28; ocs-dialect §3.5, §3.6, §3.10, §4.3, §4.6.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/envelope/message.h"
#include "core/policy/settings.h"
#include "core/sip/message.h"

namespace dragoman::translate {

struct OutgoingSip {
  sip::Request request;        // complete: the topmost Via has our FQDN and a fresh branch
  envelope::SipDialog dialog;  // the command's, with what was chosen for it
  bool in_dialog = false;      // false: a page-mode MESSAGE, whose Outcome has no dialog
};

struct OutgoingContext {
  const policy::Settings& settings;
  RandomSource& random;
  WallTime now;
};

// `header` is that of the SipCommand's message: from = the XMPP user, to = the SIP user. Empty
// members of the command's dialog (call_id, local_tag, local_uri, remote_uri) are chosen here, and
// a local_cseq of 0 becomes 1. Errors: the reason for the command's Outcome (kAddressMalformed,
// kMessageTooLarge, kUnsupported, kMalformed).
Result<OutgoingSip, policy::Reason> ComposeSip(const envelope::Header& header,
                                               const envelope::SipCommand& command,
                                               const OutgoingContext& context);

// The ACK for a 2xx to the INVITE that ComposeSip made; a new branch.
sip::Request ComposeAck(const OutgoingSip& invite, const sip::Response& response,
                        const OutgoingContext& context);

// The Outcome of a command after its final response. The dialog in it has the remote tag, target,
// route set that the response gave.
envelope::Outcome Conclude(const OutgoingSip& sent, const sip::Response& response);

// The same without a response: the transaction timed out, or no connection could be made or kept.
enum class NoResponse : std::uint8_t {
  kTimeout,
  kLost,     // the connection ended: it may have been read
  kNotSent,  // there was no connection
};
envelope::Outcome Conclude(const OutgoingSip& sent, NoResponse why);

}  // namespace dragoman::translate
