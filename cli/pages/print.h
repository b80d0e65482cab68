// Subscriptions on paper: a table of many, everything about two, and JSON for machines. Whatever
// peers wrote, what is printed is printable. T-56.
#pragma once

#include <string>

#include "cli/pages/values.h"

namespace dragoman::pages {

// One line each below a heading; an empty list gives the heading alone.
std::string PrintTable(const Subscriptions& list, WallTime now);

// Both directions of two, as `path` has them of `from` and `to`, their conversation, and how many
// more `from` may watch.
std::string PrintBoth(const Path& path, const std::string& from, const std::string& to,
                      WallTime now);

// One object on one line, members as in proto/admin.proto; a time that is not known is "", a record
// that is not there null.
std::string JsonOf(const Subscriptions& list);
std::string JsonOf(const Path& path);

}  // namespace dragoman::pages
