#include "cli/check/names.h"

#include <algorithm>
#include <utility>

#include "core/sip/services.h"

namespace dragoman::check {

bool IsRefusal(const std::vector<SrvRecord>& records) {
  return dns::IsRefusal(dns::Servers(records));
}

SrvAnswer Names::Srv(const std::string& name) const {
  const auto found = srv.find(name);
  return found != srv.end() ? found->second : Fail(runtime::DnsError::kTimeout);
}

HostAnswer Names::Host(const std::string& host) const {
  const auto found = hosts.find(host);
  return found != hosts.end() ? found->second : Fail(runtime::DnsError::kTimeout);
}

std::vector<std::string> NamedDomains(const policy::Partner& partner) {
  std::vector<std::string> named;
  for (const std::string& domain : partner.domains) {
    if (!domain.starts_with('*')) named.push_back(domain);
  }
  return named;
}

EdgeSource EdgeSourceOf(const std::string& domain, const Names& names) {
  for (const std::string_view service : sip::kServices) {
    const SrvAnswer answer = names.Srv(std::string(service) + domain);
    if (!answer) continue;
    std::vector<SrvRecord> usable = sip::Usable(*answer, domain);
    if (!usable.empty()) return {std::string(service), std::move(usable)};
  }
  return {};
}

std::vector<policy::HostPort> EdgesOf(const policy::SipSettings& sip, const Names& names) {
  if (!sip.edges.empty()) return sip.edges;
  std::vector<policy::HostPort> edges;
  const auto add = [&](const std::string& host, std::uint16_t port) {
    const policy::HostPort edge{host, port};
    if (std::find(edges.begin(), edges.end(), edge) == edges.end()) edges.push_back(edge);
  };
  for (const std::string& domain : sip.domains) {
    const EdgeSource source = EdgeSourceOf(domain, names);
    for (const SrvRecord& one : source.records) add(one.target, one.port);
    if (source.service.empty() && names.Host(domain)) add(domain, policy::kSipsPort);
  }
  return edges;
}

Questions QuestionsFor(const policy::Settings& settings) {
  Questions asked;
  asked.hosts.push_back(settings.sip.fqdn);
  for (const std::string& domain : settings.sip.domains) {
    asked.srv.insert(asked.srv.end(),
                     {"_xmpp-server._tcp." + domain, "_xmpps-server._tcp." + domain});
    asked.hosts.push_back(domain);
    if (!settings.sip.edges.empty()) continue;
    for (const std::string_view service : sip::kServices) {
      asked.srv.push_back(std::string(service) + domain);
    }
  }
  for (const policy::HostPort& edge : settings.sip.edges) asked.hosts.push_back(edge.host);
  for (const policy::Partner& partner : settings.partners) {
    for (const std::string& domain : NamedDomains(partner)) {
      asked.srv.push_back(std::string(sip::kFederationService) + domain);
      if (partner.server) continue;
      asked.srv.insert(asked.srv.end(),
                       {"_xmpp-server._tcp." + domain, "_xmpps-server._tcp." + domain});
      asked.hosts.push_back(domain);
    }
    if (partner.server) asked.hosts.push_back(partner.server->host);
  }
  return asked;
}

Leads LeadsHere(const std::vector<std::string>& addresses, const Names& names, const Here& here) {
  const auto any_of = [](const std::vector<std::string>& some,
                         const std::vector<std::string>& wanted) {
    return std::any_of(some.begin(), some.end(), [&](const std::string& one) {
      return std::find(wanted.begin(), wanted.end(), one) != wanted.end();
    });
  };
  const HostAnswer fqdn = names.Host(here.fqdn);
  if (any_of(addresses, here.addresses)) return Leads::kHere;
  if (fqdn && any_of(addresses, *fqdn)) return Leads::kHere;
  const bool something_in_front = fqdn && !any_of(*fqdn, here.addresses);
  return something_in_front ? Leads::kMaybeHere : Leads::kElsewhere;
}

}  // namespace dragoman::check
