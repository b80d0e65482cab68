// The bodies of a router's admin pages: JSON by protobuf's mapping (proto/admin.proto). What this
// version does not know yet is passed over.
#pragma once

#include <string>
#include <string_view>

#include "cli/pages/values.h"
#include "core/base/result.h"

namespace dragoman::pages {

// Errors: one line that says what is no JSON of this kind. A time that is none is left out.
Result<Subscriptions, std::string> ReadSubscriptions(std::string_view json);
Result<Path, std::string> ReadPath(std::string_view json);
Result<Done, std::string> ReadDone(std::string_view json);

}  // namespace dragoman::pages
