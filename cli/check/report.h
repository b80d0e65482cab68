// All findings on paper: a table for people, one JSON object for machines.
#pragma once

#include <string>

#include "cli/check/finding.h"

namespace dragoman::check {

// By area, in the order given; what is not right says below what was expected, how to mend it, and
// which reason code users get for it.
std::string PrintRows(const Findings& findings);

// The same, and a last line that sums up.
std::string PrintTable(const Findings& findings);

// [{"area":…,"name":…,"subject":…,"severity":…,"found":…,"expected":…,"mend":…,"reason":…,
// "code":…},…]. `reason`: its name; empty, and code 0: none. Texts are escaped and cut as in logs.
std::string JsonOf(const Findings& findings);

// {"config":…,"exit_status":…,"counts":{"ok":…,…},"findings":…}, one line.
std::string PrintJson(const Findings& findings, std::string_view config);

}  // namespace dragoman::check
