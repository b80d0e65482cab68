// The programs of the roles, which lie in the folder of `dragoman` itself.
#pragma once

#include <array>
#include <string>
#include <vector>

namespace dragoman::cli {

struct Role {
  const char* name;  // of the program
  const char* does;
};
inline constexpr std::array<Role, 3> kRoles = {{
    {"router", "one router alone, as containers and systemd run it"},
    {"sip-frontend", "one sip-frontend alone"},
    {"xmpp-frontend", "one xmpp-frontend alone"},
}};

std::string ProgramFolder();

// This process becomes that program, with the same process id. Returns only if that cannot be: the
// exit status, and why stands on standard error.
int Become(const std::string& role, std::vector<std::string> arguments);

}  // namespace dragoman::cli
