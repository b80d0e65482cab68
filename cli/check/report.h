// All findings on paper: a table for people, one JSON object for machines.
#pragma once

#include <string>

#include "cli/check/finding.h"

namespace dragoman::check {

// By area, in the order given; what is not right says below what was expected and how to mend it.
// The last line sums up.
std::string PrintTable(const Findings& findings);

// {"config":…,"exit_status":…,"counts":{"ok":…,…},"findings":[{"area":…,"name":…,"subject":…,
// "severity":…,"found":…,"expected":…,"mend":…},…]}, one line. Texts are escaped and cut as in
// logs.
std::string PrintJson(const Findings& findings, std::string_view config);

}  // namespace dragoman::check
