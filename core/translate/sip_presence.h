// Presence documents across the border: PIDF tuples <-> resources. PRES-1..20; ocs-dialect §4.3,
// §4.5.
#pragma once

#include <vector>

#include "core/base/time.h"
#include "core/envelope/address.h"
#include "core/envelope/payload.h"
#include "core/sip/pidf.h"

namespace dragoman::translate {

// S->X: every tuple of the document, open or closed. The resource is the tuple's id without a
// leading "ID-" (PRES-13); a jabber:client show wins over activities, the person's and the tuple's
// own, which count for open tuples only (§7.2).
std::vector<envelope::ResourcePresence> ResourcesOf(const sip::PresenceDocument& document);

// X->S: one tuple for each available resource, or one closed tuple if there is none (PRES-1,
// PRES-2).
sip::PresenceDocument DocumentOf(const envelope::Address& presentity,
                                 const std::vector<envelope::ResourcePresence>& resources,
                                 WallTime now);

// The one that stands for the user where there is room for one state (§7.2); unavailable if none is
// available.
envelope::ResourcePresence MostAvailable(const std::vector<envelope::ResourcePresence>& resources);

}  // namespace dragoman::translate
