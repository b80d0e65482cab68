// Judgements about DNS records.
#include <algorithm>
#include <utility>

#include "cli/check/names.h"
#include "core/sip/peer.h"
#include "core/sip/services.h"

namespace dragoman::check {
namespace {

using policy::Reason;
using runtime::DnsError;

bool IsMissing(DnsError error) {
  return error == DnsError::kNotFound || error == DnsError::kNoData;
}

std::string Words(DnsError error) {
  switch (error) {
    case DnsError::kNotFound:
      return "no such name";
    case DnsError::kNoData:
      return "no such record";
    case DnsError::kServerFailure:
      return "the DNS server failed";
    case DnsError::kTimeout:
    case DnsError::kCancelled:
      return "no answer in time";
  }
  return "no answer";
}

// Of a request to a partner that DNS does not lead to.
Reason ReasonOf(DnsError error) {
  return IsMissing(error) ? Reason::kRemoteServerNotFound : Reason::kRemoteServerTimeout;
}

constexpr const char* kAskDns =
    "look at dns.servers, or /etc/resolv.conf, and whether this machine may ask them";

std::string At(const SrvRecord& record) {
  return record.target + ":" + std::to_string(record.port);
}

bool HasPort(const std::vector<std::string>& listen, std::uint16_t port) {
  return std::any_of(listen.begin(), listen.end(), [=](const std::string& text) {
    const auto where = policy::ParseHostPort(text, 0);
    return where && where->port == port;
  });
}

std::string ExpectedXmpp(const Here& here, const std::vector<std::string>& listen) {
  const auto first = listen.empty()
                         ? std::nullopt
                         : policy::ParseHostPort(listen.front(), policy::kXmppServerPort);
  return here.fqdn + " or another name of this gateway, port " +
         std::to_string(first ? first->port : policy::kXmppServerPort);
}

// One record of a service that has to lead to us.
void JudgeTarget(Verdict& verdict, const std::string& service, const SrvRecord& record,
                 const std::vector<std::string>& listen, const Names& names, const Here& here,
                 bool another_is_here) {
  const std::string mend = "let the record lead to " + ExpectedXmpp(here, listen);
  const HostAnswer host = names.Host(record.target);
  if (!host) {
    return verdict.Error(service, {At(record) + ": " + Words(host.error()),
                                   "a host with an A or AAAA record", mend});
  }
  const std::string found = At(record) + " (" + Join(*host) + ")";
  switch (LeadsHere(*host, names, here)) {
    case Leads::kElsewhere:
      if (another_is_here)
        return verdict.Info(service, {found + ": not here; right if another node is there"});
      return verdict.Error(service,
                           {found, "an address of this gateway: " + Join(here.addresses), mend});
    case Leads::kMaybeHere:
      return verdict.Warn(service,
                          {found, "an address that leads here, through what stands in front",
                           "see that it passes TCP on to xmpp.listen; else " + mend});
    case Leads::kHere:
      break;
  }
  const HostAnswer fqdn = names.Host(here.fqdn);
  const bool translated =
      fqdn && std::none_of(fqdn->begin(), fqdn->end(), [&](const std::string& address) {
        return std::find(here.addresses.begin(), here.addresses.end(), address) !=
               here.addresses.end();
      });
  if (HasPort(listen, record.port)) return verdict.Ok(service, {found});
  const Says says{found + ": nothing of ours listens on that port", "port of " + Join(listen),
                  mend};
  translated ? verdict.Info(service, {found + ": another port, translated in front of us"})
             : verdict.Error(service, says);
}

// Records of one service: one at least has to lead here, others may be of other nodes.
void JudgeTargets(Verdict& verdict, const std::string& service,
                  const std::vector<SrvRecord>& records, const std::vector<std::string>& listen,
                  const Names& names, const Here& here) {
  const bool any_here = std::any_of(records.begin(), records.end(), [&](const SrvRecord& record) {
    const HostAnswer host = names.Host(record.target);
    return host && LeadsHere(*host, names, here) == Leads::kHere;
  });
  for (const SrvRecord& record : records) {
    JudgeTarget(verdict, service, record, listen, names, here, any_here);
  }
}

// The records of the service by which the Edge of `domain` is found.
void JudgeUsed(Verdict& verdict, const std::string& domain, const EdgeSource& used,
               const Names& names) {
  const bool first = used.service == sip::kServices.front();
  for (const SrvRecord& one : used.records) {
    if (const HostAnswer host = names.Host(one.target)) {
      verdict.Ok("edge-record", {At(one) + " (" + Join(*host) + ")" +
                                 (first ? "" : ", by " + used.service + domain)});
    } else {
      verdict.Error("edge-record", {At(one) + ": " + Words(host.error()),
                                    "a host with an A or AAAA record", "add that record"});
    }
  }
}

// The Edge of `domain` where none is configured. What is wrong on the way to a service that does
// name one is a warning.
Findings JudgeEdgeRecords(const std::string& domain, const Names& names) {
  Verdict verdict(Area::kDns, domain);
  const char* name = "edge-record";
  const std::string add = "add " + std::string(sip::kFederationService) + domain +
                          " SRV to the Edge, or write the Edge's name into sip.edges";
  const EdgeSource used = EdgeSourceOf(domain, names);
  const HostAnswer own = names.Host(domain);
  const bool found = !used.service.empty() || own;
  bool said = false;
  const auto complain = [&](Says says) {
    said = true;
    verdict.Add(found ? Severity::kWarning : Severity::kError, name, std::move(says),
                found ? Reason::kNone : Reason::kEdgeUnreachable);
  };
  for (const std::string_view service : sip::kServices) {
    const std::string asked = std::string(service) + domain;
    const SrvAnswer answer = names.Srv(asked);
    if (!answer && !IsMissing(answer.error())) {
      complain({asked + ": " + Words(answer.error()), "records, or that there are none", kAskDns});
    }
    for (const SrvRecord& one : answer ? *answer : std::vector<SrvRecord>()) {
      if (one.target == "." || sip::IsHostOf(one.target, domain)) continue;
      complain({At(one) + ", by " + asked + ": not called", "a host directly below " + domain,
                "correct the record, or write the Edge into sip.edges"});
    }
    if (service == used.service) break;
  }
  if (!used.service.empty()) {
    JudgeUsed(verdict, domain, used, names);
  } else if (own) {
    verdict.Info(name, {"no SRV record that can be used; its own address is tried: " + Join(*own) +
                            ", port " + std::to_string(policy::kSipsPort),
                        "SRV records of the Edge, unless it is there", add});
  } else if (!said) {
    complain({"no SRV record, and for the domain itself: " + Words(own.error()),
              std::string(sip::kFederationService) + domain + " SRV to the Edge",
              IsMissing(own.error()) ? add : kAskDns});
  }
  return verdict.Take();
}

}  // namespace

Findings JudgeFqdn(const Names& names, const Here& here) {
  Verdict verdict(Area::kDns, here.fqdn);
  const HostAnswer found = names.Host(here.fqdn);
  if (!found) {
    const bool missing = IsMissing(found.error());
    verdict.Error("gateway-host",
                  {Words(found.error()), "an A or AAAA record that leads here",
                   missing ? "add the record: Edge Servers connect to " + here.fqdn : kAskDns});
    return verdict.Take();
  }
  std::vector<std::string> not_here;
  for (const std::string& address : *found) {
    const bool local =
        std::find(here.addresses.begin(), here.addresses.end(), address) != here.addresses.end();
    if (!local) not_here.push_back(address);
  }
  if (not_here.empty()) {
    verdict.Ok("gateway-host", {Join(*found)});
  } else {
    verdict.Info("gateway-host",
                 {Join(not_here) + ": not of this machine", Join(here.addresses),
                  "right if a load balancer, address translation or other nodes are there"});
  }
  return verdict.Take();
}

Findings JudgeServedDomain(const std::string& domain, const Names& names, const Here& here) {
  Verdict verdict(Area::kDns, domain);
  const SrvAnswer records = names.Srv("_xmpp-server._tcp." + domain);
  const std::string expected = ExpectedXmpp(here, here.xmpp_listen);
  const std::string record = "_xmpp-server._tcp." + domain;
  const std::string add = "add the record: " + record + " SRV to " + expected;
  if (!records && !IsMissing(records.error())) {
    verdict.Error("xmpp-server", {record + ": " + Words(records.error()), expected, kAskDns});
  } else if (!records) {
    const HostAnswer own = names.Host(domain);
    const bool leads = own && LeadsHere(*own, names, here) == Leads::kHere &&
                       HasPort(here.xmpp_listen, policy::kXmppServerPort);
    if (leads) {
      verdict.Info("xmpp-server",
                   {"no SRV record; the domain's own address leads here", expected, add});
    } else {
      verdict.Error("xmpp-server", {record + ": " + Words(records.error()), expected, add});
    }
  } else if (IsRefusal(*records)) {
    verdict.Error("xmpp-server", {record + " says that there is no XMPP service", expected, add});
  } else {
    JudgeTargets(verdict, "xmpp-server", *records, here.xmpp_listen, names, here);
  }
  const SrvAnswer direct = names.Srv("_xmpps-server._tcp." + domain);
  if (!direct || IsRefusal(*direct)) {
    if (!here.direct_tls_listen.empty()) {
      verdict.Info("xmpps-server",
                   {"no SRV record for direct TLS", ExpectedXmpp(here, here.direct_tls_listen),
                    "add _xmpps-server._tcp." + domain + ", or leave xmpp.direct_tls_listen out"});
    }
  } else if (here.direct_tls_listen.empty()) {
    verdict.Error("xmpps-server",
                  {At(direct->front()) + " is to take direct TLS, and we take none", "no record",
                   "remove _xmpps-server._tcp." + domain + ", or set xmpp.direct_tls_listen"});
  } else {
    JudgeTargets(verdict, "xmpps-server", *direct, here.direct_tls_listen, names, here);
  }
  return verdict.Take();
}

Findings JudgeFederationRecord(const std::string& domain, const Names& names, const Here& here) {
  Verdict verdict(Area::kDns, domain);
  const char* name = "sipfederationtls";
  const SrvAnswer records = names.Srv(std::string(sip::kFederationService) + domain);
  if (!records || IsRefusal(*records)) {
    verdict.Info(name, {"no SRV record",
                        {},
                        "nothing, if the Edge has " + here.fqdn + " as the Access Edge of " +
                            domain + " on its allow list"});
    return verdict.Take();
  }
  const std::string only = " Matters to an Edge without a static entry for the domain only";
  for (const SrvRecord& one : *records) {
    const HostAnswer host = names.Host(one.target);
    if (!sip::IsHostOf(one.target, domain) || one.target == domain) {
      verdict.Warn(name, {At(one), "a host directly below the domain: sip." + domain,
                          "let the record lead to sip." + domain + ", with our address and port " +
                              std::to_string(here.sip_port) +
                              "; an Edge refuses other names (1009)." + only});
    } else if (!sip::CarriesHost(here.certificate, one.target)) {
      verdict.Warn(name, {At(one) + " is not in our SIP certificate: " + ToString(here.certificate),
                          one.target + " as a further subjectAltName",
                          "request a certificate that carries " + one.target + " beside " +
                              here.fqdn + "." + only});
    } else if (!host || LeadsHere(*host, names, here) == Leads::kElsewhere ||
               one.port != here.sip_port) {
      verdict.Warn(name, {At(one) + (host ? " (" + Join(*host) + ")" : ": " + Words(host.error())),
                          "our address, port " + std::to_string(here.sip_port),
                          "correct the record." + only});
    } else {
      verdict.Ok(name, {At(one) + " (" + Join(*host) + ")"});
    }
  }
  return verdict.Take();
}

Findings JudgeEdgeNames(const policy::SipSettings& sip, const Names& names) {
  Findings findings;
  for (const policy::HostPort& edge : sip.edges) {
    Verdict verdict(Area::kDns, edge.host);
    const HostAnswer host = names.Host(edge.host);
    if (host) {
      verdict.Ok("edge-host", {Join(*host)});
    } else {
      verdict.Error(
          "edge-host",
          {Words(host.error()), "an A or AAAA record of the Edge's external interface",
           IsMissing(host.error()) ? "correct sip.edges, or add the record (the hosts file will do)"
                                   : kAskDns},
          Reason::kEdgeUnreachable);
    }
    Append(findings, verdict.Take());
  }
  if (!sip.edges.empty()) return findings;
  for (const std::string& domain : sip.domains) Append(findings, JudgeEdgeRecords(domain, names));
  return findings;
}

Findings JudgePartnerNames(const std::string& domain, const policy::Partner& partner,
                           const Names& names, const Here& here) {
  Verdict verdict(Area::kDns, domain);
  const char* name = "partner";
  if (partner.server) {
    const HostAnswer host = names.Host(partner.server->host);
    if (host) {
      verdict.Ok(name, {policy::ToString(*partner.server) + " (" + Join(*host) + "), configured"});
    } else {
      verdict.Error(
          name,
          {partner.server->host + ": " + Words(host.error()), "a host with an A or AAAA record",
           "correct partners[].server, or leave it out to use SRV"},
          ReasonOf(host.error()));
    }
    return verdict.Take();
  }
  const std::string ask = "ask the partner to correct DNS, or name its host in partners[].server";
  const SrvAnswer plain = names.Srv("_xmpp-server._tcp." + domain);
  const SrvAnswer direct = names.Srv("_xmpps-server._tcp." + domain);
  if (plain && IsRefusal(*plain)) {
    verdict.Error(name, {"DNS says that the domain has no XMPP service", "an SRV record", ask},
                  Reason::kRemoteServerNotFound);
    return verdict.Take();
  }
  std::vector<SrvRecord> records = plain ? *plain : std::vector<SrvRecord>();
  if (direct && !IsRefusal(*direct)) records.insert(records.end(), direct->begin(), direct->end());
  if (records.empty()) {
    const HostAnswer own = names.Host(domain);
    if (own) {
      verdict.Info(name, {"no SRV record; its own address is tried: " + Join(*own)});
    } else {
      const bool missing = IsMissing(own.error());
      const DnsError why = missing || plain ? own.error() : plain.error();
      verdict.Error(name,
                    {Words(why), "_xmpp-server._tcp." + domain + " SRV", missing ? ask : kAskDns},
                    ReasonOf(why));
    }
    return verdict.Take();
  }
  for (const SrvRecord& one : records) {
    const HostAnswer host = names.Host(one.target);
    const bool ours =
        host && LeadsHere(*host, names, here) == Leads::kHere &&
        (HasPort(here.xmpp_listen, one.port) || HasPort(here.direct_tls_listen, one.port));
    if (!host) {
      verdict.Error(name, {At(one) + ": " + Words(host.error()), "a host with an address", ask},
                    ReasonOf(host.error()));
    } else if (ours) {
      verdict.Error(name,
                    {At(one) + " leads to this gateway", "the partner's own server",
                     "correct the record: this domain is the partner's, and its messages "
                     "would come back to us"},
                    Reason::kLoopDetected);
    } else {
      verdict.Ok(name, {At(one) + " (" + Join(*host) + ")"});
    }
  }
  return verdict.Take();
}

}  // namespace dragoman::check
