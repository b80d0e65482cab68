// Romeo, a SIP user, watches Juliet, an XMPP user.
#pragma once

#include <gmock/gmock.h>

#include "tests/core/presence/watcher_fixture.h"

namespace dragoman::presence {

class SipWatcherTest : public WatcherTest {
 protected:
  SipWatcherTest() {
    record_.watcher_side = Side::kSip;
    record_.watcher = kRomeo;
    record_.presentity = kJuliet;
  }
  static Subscribe FromEndpoint(const std::string& call_id, std::uint32_t cseq = 1,
                                std::uint32_t expires = 3600) {
    Subscribe subscribe;
    subscribe.dialog.emplace();
    subscribe.dialog->call_id = call_id;
    subscribe.dialog->local_tag = "ours";
    subscribe.dialog->remote_tag = "theirs";
    subscribe.dialog->remote_cseq = cseq;
    subscribe.expires = expires;
    return subscribe;
  }
  static PresenceUpdate News(const ResourcePresence& one) {
    PresenceUpdate update;
    update.resources.push_back(one);
    return update;
  }
  static const PresenceUpdate& Document(const SipCommand& command) {
    return std::get<PresenceUpdate>(command.act);
  }
};

}  // namespace dragoman::presence
