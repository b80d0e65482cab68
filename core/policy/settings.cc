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
  std::string_view v6;  // what stands in brackets
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    v6 = text.substr(1, bracket - 1);
    text.remove_prefix(bracket + 1);
    if (v6.find(':') == std::string_view::npos || !(text.empty() || text.front() == ':'))
      return std::nullopt;
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    Cursor in(text.substr(colon + 1));
    const std::optional<std::uint64_t> port = in.TakeNumber();
    if (!port || !in.AtEnd() || *port == 0 || *port > 65535) return std::nullopt;
    where.port = static_cast<std::uint16_t>(*port);
    text = text.substr(0, colon);
  }
  const std::string_view host = v6.empty() ? text : v6;
  const std::string_view marks = v6.empty() ? "-._" : ":.";
  const bool legal = !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
    return IsDigit(c) || (v6.empty() ? IsAlpha(c) : HexDigitValue(c) >= 0) ||
           marks.find(c) != std::string_view::npos;
  });
  if (!legal) return std::nullopt;
  where.host = LowerCase(host);
  return where;
}

std::vector<std::string> Settings::Files() const {
  std::vector<std::string> files = xmpp.secret_files;
  files.insert(files.end(), bus.key_files.begin(), bus.key_files.end());
  for (const TlsFiles& tls : {sip.tls, xmpp.tls}) {
    for (const std::string& file : {tls.certificate, tls.key, tls.trust}) {
      if (file != "system") files.push_back(file);
    }
  }
  return files;
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
