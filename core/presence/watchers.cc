// The dialogs of a record, each known by all three of its ids: one endpoint may open several with
// one Call-ID (RFC 3261 §12).
#include "core/presence/watchers.h"

namespace dragoman::presence {

Watch* Watcher::Find(const envelope::SipDialog& dialog) {
  for (Watch& watch : record_.watches) {
    const envelope::SipDialog& known = watch.dialog;
    if (known.call_id != dialog.call_id || known.local_tag != dialog.local_tag) continue;
    if (known.remote_tag.empty() || known.remote_tag == dialog.remote_tag) return &watch;
  }
  return nullptr;
}

void Watcher::Erase(const Watch& watch) {
  record_.watches.erase(record_.watches.begin() + (&watch - record_.watches.data()));
}

}  // namespace dragoman::presence
