#include "core/presence/machine.h"

#include "core/presence/watchers.h"

namespace dragoman::presence {

Step Advance(Record record, const Event& event, const Context& context) {
  if (record.watcher_side == envelope::Side::kXmpp) {
    return XmppWatcher(std::move(record), context).Handle(event);
  }
  return SipWatcher(std::move(record), context).Handle(event);
}

}  // namespace dragoman::presence
