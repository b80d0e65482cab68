// What the gateway answers as server of its domains and on behalf of their users. XEP-0030,
// XEP-0199; SM-1, XST-1..4.
#pragma once

#include <optional>
#include <string_view>

#include "core/xml/element.h"

namespace dragoman::xmpp {

// The one answer to an iq get or set; nullopt for a result or error, which nobody asked for.
std::optional<xml::Element> AnswerIq(const xml::Element& iq);

// A question that only wants to be answered (XEP-0199).
xml::Element MakePing(std::string_view from, std::string_view to, std::string_view id);

}  // namespace dragoman::xmpp
