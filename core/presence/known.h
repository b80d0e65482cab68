// The last known state of a presentity, and what changes in it. PRES-1, PRES-2, PRES-14.
#pragma once

#include <vector>

#include "core/envelope/payload.h"

namespace dragoman::presence {

using Resources = std::vector<envelope::ResourcePresence>;

// Takes one resource's news into `known`: an available one replaces what was said of it, an
// unavailable one leaves; the bare address going offline takes all with it. What is only told again
// changes nothing.
void Merge(Resources& known, const envelope::ResourcePresence& news);

// What an XMPP watcher must be told to get from `before` to `after`. With `all`, unchanged
// resources are told again.
Resources Difference(const Resources& before, const Resources& after, bool all);

// `known` as unavailable, each resource for itself; the bare address if there is none.
Resources Gone(const Resources& known);

}  // namespace dragoman::presence
