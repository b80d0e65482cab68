// The stanzas that a bus message from the SIP side becomes. IM-16, COMP-3, RCPT-4, SUB-5, SUB-11,
// PRES-12..15.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/envelope/message.h"
#include "core/policy/reason.h"
#include "core/xml/element.h"

namespace dragoman::translate {

enum class PageType : std::uint8_t {
  kNormal,
  kChat
};  // the `type` of page-mode messages (IM-16, DEC-20)

struct StanzaOptions {
  PageType page_type = PageType::kNormal;  // messages of a SIP session are always of type chat
};

// In sending order; empty if the message says nothing to XMPP (a presence update without change).
// The id of a stanza is derived from the message's id, so that a message which is sent again after
// a process died carries the same id. Errors: kAddressMalformed, kMalformed (payload), kUnsupported
// (kind).
Result<std::vector<xml::Element>, policy::Reason> ToStanzas(const envelope::Message& message,
                                                            const StanzaOptions& options = {});

}  // namespace dragoman::translate
