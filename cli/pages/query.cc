#include "cli/pages/query.h"

#include "core/base/ascii.h"

namespace dragoman::pages {
namespace {

// Everything but the unreserved characters is encoded, byte by byte.
std::string Encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsAlpha(c) || IsDigit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

}  // namespace

std::string TargetOf(std::string_view path,
                     const std::vector<std::pair<std::string, std::string>>& questions) {
  std::string target(path);
  char separator = '?';
  for (const auto& [name, value] : questions) {
    if (value.empty()) continue;
    target += separator + name + "=" + Encoded(value);
    separator = '&';
  }
  return target;
}

}  // namespace dragoman::pages
