#include <cstdio>
#include <iostream>

#include "cli/commands.h"
#include "cli/translate/mapping.h"
#include "core/base/ascii.h"

namespace dragoman::cli {

int Map(const MapOptions& options) {
  bool all_found = true;
  std::vector<Mapping> mappings;
  const auto map = [&](std::string_view address) {
    const Mapping mapping = MapAddress(address);
    all_found = all_found && mapping.found();
    if (!options.json) return mappings.push_back(mapping);
    std::fputs(PrintMappingJson(mapping).c_str(), stdout);
    std::fflush(stdout);  // whoever asks line by line gets each answer at once
  };
  const auto map_lines = [&] {
    for (std::string line; std::getline(std::cin, line);) {
      if (const std::string_view address = Trim(line); !address.empty()) map(address);
    }
  };
  if (options.addresses.empty()) map_lines();
  for (const std::string& address : options.addresses) address == "-" ? map_lines() : map(address);
  std::fputs(PrintMappings(mappings).c_str(), stdout);
  return all_found ? 0 : 1;
}

}  // namespace dragoman::cli
