// Which machine handles a message, and between whom: decided from its header alone. SEC-1, TLS-16.
#pragma once

#include <variant>

#include "core/envelope/message.h"
#include "core/policy/settings.h"

namespace dragoman::routing {

struct ToPresence {
  envelope::Address watcher;  // bare, as are the others
  envelope::Address presentity;
};
struct ToConversation {
  envelope::Address sip_user;
  envelope::Address xmpp_user;
};  // from SIP: the record is looked at, then it goes on to XMPP
struct ToSending {
  envelope::Address sip_user;
  envelope::Address xmpp_user;
};                 // from XMPP: by session or page
struct PassOn {};  // to XMPP as it is: no record says anything about it
struct ToPage {
  envelope::Address sip_user;
  envelope::Address xmpp_user;
};  // from XMPP: to SIP outside of any session, in turn with what is sent
struct ToDomains {
  std::string sip_domain;
  std::string xmpp_domain;
};  // from XMPP: every pair of users of the two
struct Refuse {
  policy::Reason reason;
};

using Destination =
    std::variant<ToPresence, ToConversation, ToSending, PassOn, ToPage, ToDomains, Refuse>;

Destination Dispatch(const envelope::Header& header, const policy::Settings& settings);

}  // namespace dragoman::routing
