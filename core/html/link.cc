#include "core/html/link.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace dragoman::html {
namespace {

constexpr auto kSchemes =
    std::to_array<std::string_view>({"http", "https", "mailto", "xmpp", "sip", "sips"});

}  // namespace

std::optional<std::string> SafeLink(std::string_view href) {
  href = Trim(href);
  const std::size_t colon = href.find(':');
  if (colon == std::string_view::npos || href.size() > kLinkBytesMax) return std::nullopt;
  const std::string_view scheme = href.substr(0, colon);
  const bool known = std::ranges::any_of(
      kSchemes, [&](std::string_view it) { return EqualsIgnoreCase(it, scheme); });
  const bool clean = std::ranges::none_of(href, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '<' || c == '>' || c == '"' ||
           c == '\\';
  });
  if (!known || !clean || colon + 1 == href.size()) return std::nullopt;
  return std::string(href);
}

}  // namespace dragoman::html
