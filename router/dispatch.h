// Which machine handles a message, on which record: decided from its header alone. SEC-1, TLS-16.
#pragma once

#include <variant>

#include "core/envelope/message.h"
#include "core/policy/settings.h"
#include "presence-store/key.h"

namespace dragoman::router {

struct ToPresence {
  store::RecordKey key;
};
struct ToConversation {
  store::RecordKey key;
};  // from SIP: the record is looked at, then it goes on to XMPP
struct ToSending {
  store::RecordKey key;
};                 // from XMPP: by session or page
struct PassOn {};  // to XMPP as it is: no record says anything about it
struct Ignore {};  // accepted; has no meaning on the other side
struct Refuse {
  policy::Reason reason;
};

using Destination = std::variant<ToPresence, ToConversation, ToSending, PassOn, Ignore, Refuse>;

Destination Dispatch(const envelope::Header& header, const policy::Settings& settings);

}  // namespace dragoman::router
