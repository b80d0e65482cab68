// The stanzas that a bus message from the SIP side becomes. IM-16, COMP-3, RCPT-4, SUB-5, SUB-11,
// PRES-12..15.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/envelope/message.h"
#include "core/policy/reason.h"
#include "core/policy/settings.h"
#include "core/xml/element.h"

namespace dragoman::translate {

// In sending order; empty if the message says nothing to XMPP (a presence update without change).
// The id of a stanza is derived from the message's id, so that a message which is sent again after
// a process died carries the same id. Errors: kAddressMalformed, kMalformed (payload), kUnsupported
// (kind).
Result<std::vector<xml::Element>, policy::Reason> ToStanzas(const envelope::Message& message,
                                                            const policy::Settings& settings);

}  // namespace dragoman::translate
