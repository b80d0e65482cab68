// The content of a message stanza, both ways: what was written, typed or received. IM-1..5, IM-16,
// IM-23, IM-24, COMP-2, COMP-3, RCPT-3, RCPT-4.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/base/time.h"
#include "core/envelope/payload.h"
#include "core/xml/element.h"

namespace dragoman::translate {

enum class NoMessage : std::uint8_t {
  kEmpty,      // nothing in it that crosses (IM-2)
  kWrapped,    // a carbons wrapper, which no server may send (IM-23)
  kEncrypted,  // for the recipient's eyes, with no text beside it (IM-24)
};

using MessageContent =
    std::variant<envelope::Chat, envelope::ChatState, envelope::Receipt, NoMessage>;

// `stanza` is a message, of any type but error and groupchat. The body that SIP takes stands first:
// the one in the stanza's language, else the sender's first (IM-3).
MessageContent ContentOf(const xml::Element& stanza, std::string_view stream_lang);

// Each fills an empty message stanza. A Chat's XHTML-IM goes beside its text (IM-18); that of
// stanzas is never looked at: their body says the same.
void FillMessage(const envelope::Chat& chat, xml::Element& stanza);
void FillMessage(const envelope::ChatState& state, xml::Element& stanza);
void FillMessage(const envelope::Receipt& receipt, xml::Element& stanza);

}  // namespace dragoman::translate
