// Juliet, an XMPP user, watches Romeo, a SIP user.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/core/presence/watcher_fixture.h"

namespace dragoman::presence {

class XmppWatcherTest : public WatcherTest {
 protected:
  XmppWatcherTest() {
    record_.watcher_side = Side::kXmpp;
    record_.watcher = kJuliet;
    record_.presentity = kRomeo;
  }
  PresenceUpdate Notify(SubscriptionState state, std::uint32_t cseq,
                        std::vector<ResourcePresence> resources = {}) {
    PresenceUpdate update;
    update.subscription = state;
    update.complete = true;
    update.expires = 3600;
    update.resources = std::move(resources);
    update.dialog = record_.watches.at(0).dialog;
    update.dialog->remote_tag = "edge";
    update.dialog->remote_cseq = cseq;
    update.dialog->remote_target = "sip:romeo@192.0.2.1";
    return update;
  }
  void MakeActive() {
    Do(Subscribe{});
    Do(Notify(SubscriptionState::kActive, 1, {Online("0")}));
  }
};

inline Outcome Refused(std::uint16_t status) {
  Outcome refused;
  refused.reason = policy::Reason::kSipRefused;
  refused.sip_status = status;
  return refused;
}

}  // namespace dragoman::presence
