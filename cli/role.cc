#include "cli/role.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace dragoman::cli {

std::string ProgramFolder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path().string();
}

int Become(const std::string& role, std::vector<std::string> arguments) {
  std::string program = ProgramFolder() + "/" + role;
  std::vector<char*> words{program.data()};
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  execv(program.c_str(), words.data());
  std::fprintf(stderr, "%s: %s\n", program.c_str(), std::strerror(errno));
  return 1;
}

}  // namespace dragoman::cli
