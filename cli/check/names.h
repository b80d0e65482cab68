// DNS, both ways: whether others find us, and whether we find them. DISC-1, DISC-3..6; ocs-dialect
// §1.2, §1.3.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/check/finding.h"
#include "core/base/certificate_names.h"
#include "core/base/result.h"
#include "core/dns/srv.h"
#include "core/policy/settings.h"
#include "runtime/dns/resolver.h"

namespace dragoman::check {

using SrvAnswer = Result<std::vector<SrvRecord>, runtime::DnsError>;
using HostAnswer = Result<std::vector<std::string>, runtime::DnsError>;

bool IsRefusal(const std::vector<SrvRecord>& records);  // "." alone (DISC-4)

// What DNS said; a name that is not here was not answered in time.
struct Names {
  std::map<std::string, SrvAnswer> srv;
  std::map<std::string, HostAnswer> hosts;

  SrvAnswer Srv(const std::string& name) const;
  HostAnswer Host(const std::string& host) const;
};

// Where this gateway is: what an address in DNS must be to lead here.
struct Here {
  std::vector<std::string> addresses;  // of this machine's interfaces
  std::string fqdn;
  CertificateNames certificate;                                         // that Edges see
  std::uint16_t sip_port = 0;                                           // public
  std::vector<std::string> sip_listen, xmpp_listen, direct_tls_listen;  // ip:port
};

// The questions whose answers the judgements below want.
struct Questions {
  std::vector<std::string> srv, hosts;
};
Questions QuestionsFor(const policy::Settings& settings);

// Where the Edge of a SIP domain is looked for, as a sip-frontend does it.
struct EdgeSource {
  std::string service;             // the first of sip::kServices with usable records; empty: none
  std::vector<SrvRecord> records;  // the usable ones
};
EdgeSource EdgeSourceOf(const std::string& domain, const Names& names);

// The configured Edges, else those that DNS names for the SIP domains, or, where it names none,
// the domain's own host if it has an address.
std::vector<policy::HostPort> EdgesOf(const policy::SipSettings& sip, const Names& names);

// Partner domains that are configured by name, patterns aside.
std::vector<std::string> NamedDomains(const policy::Partner& partner);

enum class Leads : std::uint8_t { kHere, kMaybeHere, kElsewhere };
// Whether one of `addresses` is ours: this machine's, or those of sip.fqdn when a load balancer or
// address translation stands in front (then others may be too: kMaybeHere).
Leads LeadsHere(const std::vector<std::string>& addresses, const Names& names, const Here& here);

Findings JudgeFqdn(const Names& names, const Here& here);
// The XMPP world finds a domain of SIP users here.
Findings JudgeServedDomain(const std::string& domain, const Names& names, const Here& here);
// An Edge that has no static entry for a partner domain finds it here.
Findings JudgeFederationRecord(const std::string& domain, const Names& names, const Here& here);
// We find the Edge: the configured ones, or that of each SIP domain.
Findings JudgeEdgeNames(const policy::SipSettings& sip, const Names& names);
Findings JudgePartnerNames(const std::string& domain, const policy::Partner& partner,
                           const Names& names, const Here& here);

}  // namespace dragoman::check
