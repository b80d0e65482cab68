// Dialogs without what the record's own addresses say already, and with hexadecimal tags and
// Call-IDs, as gateways and Microsoft's clients make them, as the bytes that they are. Design §5:
// bytes of Redis for each dialog are a budget.
#pragma once

#include "core/envelope/address.h"
#include "proto/bus.pb.h"

namespace dragoman::store {

// `ours`: the user on whose behalf the gateway speaks in it; `theirs`: the SIP user.
void Squeeze(bus::SipDialog& dialog, const envelope::Address& ours,
             const envelope::Address& theirs);
void Expand(bus::SipDialog& dialog, const envelope::Address& ours, const envelope::Address& theirs);

}  // namespace dragoman::store
