// The content of an available or unavailable presence stanza, both ways. PRES-7, PRES-8, PRES-15.
#pragma once

#include <string_view>

#include "core/base/time.h"
#include "core/envelope/payload.h"
#include "core/xml/element.h"

namespace dragoman::translate {

// What `stanza` (no type, or unavailable) says of its sender's resource. Unknown shows and
// priorities outside -128..127 are not taken; `stream_lang` is the language of a status that says
// none. `since` is the delay stamp, else `now`.
envelope::ResourcePresence PresenceOf(const xml::Element& stanza, std::string_view stream_lang,
                                      WallTime now);

// Fills an empty presence stanza. The type is the caller's.
void FillPresence(const envelope::ResourcePresence& presence, xml::Element& stanza);

}  // namespace dragoman::translate
