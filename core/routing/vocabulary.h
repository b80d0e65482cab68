// Which process may say what to which: every kind of message, the roles at both ends, and the side
// whose user it speaks for. T-50: a bug in one process, or a stolen key, reaches no further than
// its role.
#pragma once

#include "core/envelope/message.h"

namespace dragoman::routing {

// Whether a process of role `from` may send a message of this header to one of role `to`. False too
// for a kind that this version does not know.
bool MaySend(envelope::Role from, envelope::Role to, const envelope::Header& header);

// Whether two processes of these roles meet on the bus at all: front-ends with routers.
bool MayMeet(envelope::Role a, envelope::Role b);

bool IsKnown(envelope::Kind kind);
// What wants an Outcome: everything but membership and Outcomes themselves.
bool IsRequest(envelope::Kind kind);

std::string_view Name(envelope::Role role);  // "sip-frontend", "xmpp-frontend", "router"

}  // namespace dragoman::routing
