#include "core/xmpp/peer_policy.h"

#include <algorithm>

namespace dragoman::xmpp {
namespace {

// One left-most label "*" stands for exactly one label (TLS-11).
bool DnsNameCovers(std::string_view pattern, std::string_view domain) {
  if (pattern == domain) return true;
  if (!pattern.starts_with("*.")) return false;
  const std::size_t dot = domain.find('.');
  return dot != std::string_view::npos && dot > 0 && domain.substr(dot) == pattern.substr(1);
}

}  // namespace

bool CoversDomain(const CertificateNames& names, std::string_view domain) {
  const auto is_among = [](const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  return std::any_of(names.dns.begin(), names.dns.end(),
                     [&](const std::string& name) { return DnsNameCovers(name, domain); }) ||
         is_among(names.xmpp_addrs, domain) ||
         is_among(names.srv_names, "_xmpp-server." + std::string(domain));
}

}  // namespace dragoman::xmpp
