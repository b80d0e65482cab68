// Chat states by name, and what they are in the two typing notifications of SIP. XEP-0085; RFC
// 3994; COMP-1; ocs-dialect §3.6.
#pragma once

#include <optional>
#include <string_view>

#include "core/envelope/payload.h"
#include "core/xml/element.h"

namespace dragoman::translate {

std::string_view Name(envelope::ChatStateKind state);  // "composing"; empty for kNone
// The chat state in a stanza; kNone if there is none.
envelope::ChatStateKind ChatStateOf(const xml::Element& stanza);

// Is the user typing, as SIP says it? nullopt: there is no state.
std::optional<bool> IsTyping(envelope::ChatStateKind state);

}  // namespace dragoman::translate
