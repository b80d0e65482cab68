// What this machine itself knows: its addresses, who holds a port, files and programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/check/ports.h"

namespace dragoman::check {

std::vector<std::string> OwnAddresses();  // of every interface, numeric

// Asks for the port and gives it back at once, without listening: a running gateway, which shares
// its ports, loses no connection by it.
Port LookAtPort(const std::string& key, const std::string& address, const std::string& program);

std::optional<unsigned> ModeOf(const std::string& file);  // permission bits
bool IsInPath(const std::string& program);

}  // namespace dragoman::check
