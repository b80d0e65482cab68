#include "core/sip/peer.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/sip/uri.h"

namespace dragoman::sip {

std::vector<std::string> IdentitiesOf(const CertificateNames& names) {
  std::vector<std::string> identities;
  for (const std::string& text : names.uris) {
    const Result<Uri, UriError> uri = Uri::Parse(text);
    if (uri && uri->scheme == "sip" && uri->user.empty() && text.find('@') == std::string::npos) {
      identities.push_back(uri->host);
    }
  }
  if (!identities.empty()) return identities;
  for (const std::string& name : names.dns) identities.push_back(LowerCase(name));
  return identities;
}

bool CarriesHost(const CertificateNames& names, std::string_view host) {
  if (!names.has_san && EqualsIgnoreCase(names.common_name, host)) return true;
  return std::any_of(names.dns.begin(), names.dns.end(),
                     [&](const std::string& name) { return EqualsIgnoreCase(name, host); });
}

std::optional<std::string> MatchName(const std::vector<std::string>& identities,
                                     const std::vector<std::string>& wanted) {
  for (const std::string& name : wanted) {
    const std::string lower = LowerCase(name);
    if (std::find(identities.begin(), identities.end(), lower) != identities.end()) return lower;
  }
  return std::nullopt;
}

bool IsHostOf(std::string_view host, std::string_view domain) {
  if (domain.empty()) return false;
  if (EqualsIgnoreCase(host, domain)) return true;
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && host.substr(0, dot) != "*" &&
         EqualsIgnoreCase(host.substr(dot + 1), domain);
}

std::vector<std::string> ProvingNames(const std::string& host,
                                      const std::vector<std::string>& domains) {
  std::vector<std::string> names{host};
  for (const std::string& domain : domains) {
    if (IsHostOf(host, domain)) names.push_back(domain);
  }
  return names;
}

}  // namespace dragoman::sip
