// Pairs of romeo's people (SIP, montague.example) and juliet's (XMPP, capulet.example), and records
// of theirs.
#pragma once

#include <string>

#include "core/presence/record.h"
#include "presence-store/store.h"

namespace dragoman::router {

inline const envelope::Address kRomeo{"romeo", "montague.example", {}};
inline const envelope::Address kJuliet{"juliet", "capulet.example", {}};

inline store::RecordKey Watches(const envelope::Address& watcher,
                                const envelope::Address& presentity) {
  return {store::RecordKind::kPresence, watcher, presentity};
}

inline presence::Record RecordFor(const store::RecordKey& key, presence::State state) {
  presence::Record record;
  record.watcher_side =
      key.first.domain == "montague.example" ? envelope::Side::kSip : envelope::Side::kXmpp;
  record.watcher = key.first;
  record.presentity = key.second;
  record.state = state;
  return record;
}

inline presence::Watch ALiveDialog(const std::string& call_id, WallTime expires) {
  presence::Watch watch;
  watch.dialog.call_id = call_id;
  watch.dialog.local_tag = "ours";
  watch.dialog.remote_tag = "theirs";
  watch.dialog.edge = "edge.montague.example:5061";
  watch.expires = expires;
  return watch;
}

}  // namespace dragoman::router
