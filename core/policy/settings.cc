#include "core/policy/settings.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/cursor.h"

namespace dragoman::policy {

std::string ToString(const HostPort& where) {
  const bool v6 = where.host.find(':') != std::string::npos && !where.host.starts_with('[');
  return (v6 ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

std::optional<HostPort> ParseHostPort(std::string_view text, std::uint16_t default_port) {
  HostPort where{{}, default_port};
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    Cursor in(text.substr(colon + 1));
    const std::optional<std::uint64_t> port = in.TakeNumber();
    if (!port || !in.AtEnd() || *port == 0 || *port > 65535) return std::nullopt;
    where.port = static_cast<std::uint16_t>(*port);
    text = text.substr(0, colon);
  }
  const bool legal = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlpha(c) || IsDigit(c) || std::string_view("-._[]:").find(c) != std::string_view::npos;
  });
  if (!legal) return std::nullopt;
  where.host = LowerCase(text);
  return where;
}

bool Settings::ServesSipDomain(std::string_view domain) const {
  return std::find(sip.domains.begin(), sip.domains.end(), domain) != sip.domains.end();
}

const Partner* Settings::FindPartner(std::string_view domain) const {
  const Partner* best = nullptr;
  std::size_t best_length = 0;  // of the pattern; an exact match is longer than any suffix
  for (const Partner& partner : partners) {
    for (const std::string& pattern : partner.domains) {
      const bool exact = pattern == domain;
      const bool suffix = pattern.starts_with("*.") && domain.size() > pattern.size() - 1 &&
                          domain.ends_with(std::string_view(pattern).substr(1));
      if (!exact && !suffix && pattern != "*") continue;
      const std::size_t length = exact ? SIZE_MAX : pattern.size();
      if (best == nullptr || length > best_length) {
        best = &partner;
        best_length = length;
      }
    }
  }
  return best;
}

}  // namespace dragoman::policy
