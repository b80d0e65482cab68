// A failed outcome as a stanza error: condition and type from the tables, a text that begins with
// the reason code.
#pragma once

#include "core/envelope/payload.h"
#include "core/xmpp/stanza.h"

namespace dragoman::translate {

// Text: "sip-refused: The SIP side refused the request (486 Busy Here)".
xmpp::StanzaError RefusalOf(const envelope::Outcome& outcome);
xmpp::StanzaError RefusalOf(policy::Reason reason);

// Ids of the subscriptions that we send begin so, so that an error stanza shows what it answers.
inline constexpr std::string_view kSubscribeIdPrefix = "sub-";

}  // namespace dragoman::translate
