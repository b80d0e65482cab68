// Presence in the formats that tell one state for a whole user: Microsoft's two and XPIDF.
// ocs-dialect §4.3, §4.5.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/envelope/payload.h"
#include "core/ocs/categories.h"
#include "core/ocs/presentity.h"
#include "core/policy/settings.h"
#include "core/sip/xpidf.h"

namespace dragoman::translate {

// S->X: one presence, of the bare address. The user's own note counts, else what the state says.
std::vector<envelope::ResourcePresence> ResourcesOf(const ocs::Presentity& presentity);
std::vector<envelope::ResourcePresence> ResourcesOf(const sip::Xpidf& presence);
// nullopt: the document tells nothing of the state, which stays as it was (EVT-16).
std::optional<std::vector<envelope::ResourcePresence>> ResourcesOf(
    const ocs::Categories& categories);

// X->S: of the most available resource, with the first of its notes. `uri` is the presentity's,
// with "sip:".
struct Telling {
  std::string_view uri;
  WallTime now;
  policy::DndAs dnd;
};
ocs::Presentity PresentityOf(const envelope::ResourcePresence& best, const Telling& telling);
ocs::Categories CategoriesOf(const envelope::ResourcePresence& best, const Telling& telling);
sip::Xpidf XpidfOf(const envelope::ResourcePresence& best, const Telling& telling);

}  // namespace dragoman::translate
