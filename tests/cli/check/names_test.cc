#include "cli/check/names.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using runtime::DnsError;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

constexpr const char* kDomain = "contoso.com";
constexpr const char* kPartner = "jabber.example";

class NamesTest : public testing::Test {
 protected:
  NamesTest() {
    here_.addresses = {"127.0.0.1", "198.51.100.7"};
    here_.fqdn = "gw.contoso.com";
    here_.certificate.dns = {"gw.contoso.com", "sip.jabber.example"};
    here_.certificate.has_san = true;
    here_.sip_port = 5061;
    here_.sip_listen = {"0.0.0.0:5061"};
    here_.xmpp_listen = {"0.0.0.0:5269"};
    Host("gw.contoso.com", {"198.51.100.7"});
    Host("elsewhere.contoso.com", {"203.0.113.9"});
    Missing(kDomain);
    Missing(kPartner);
  }
  void Host(const std::string& host, std::vector<std::string> addresses) {
    names_.hosts.insert_or_assign(host, std::move(addresses));
  }
  void Missing(const std::string& host) {
    names_.hosts.insert_or_assign(host, Fail(DnsError::kNotFound));
    for (const char* service : {"_xmpp-server", "_xmpps-server", "_sipfederationtls", "_sips"}) {
      names_.srv.insert_or_assign(std::string(service) + "._tcp." + host,
                                  Fail(DnsError::kNotFound));
    }
  }
  void Srv(const std::string& name, const std::string& target, std::uint16_t port) {
    names_.srv.insert_or_assign(name, std::vector<SrvRecord>{{0, 0, port, target}});
  }
  Findings Served() { return JudgeServedDomain(kDomain, names_, here_); }
  Findings Federation() { return JudgeFederationRecord(kPartner, names_, here_); }
  // Without configured Edges.
  Findings EdgeRecords() { return JudgeEdgeNames(WithoutEdges(), names_); }
  std::vector<policy::HostPort> FoundEdges() { return EdgesOf(WithoutEdges(), names_); }
  static policy::SipSettings WithoutEdges() {
    policy::SipSettings sip;
    sip.domains = {kDomain};
    return sip;
  }
  Findings Partner() { return JudgePartnerNames(kPartner, partner_, names_, here_); }

  Names names_;
  Here here_;
  policy::Partner partner_{.domains = {kPartner}, .server = {}};
};

// ---- the gateway's own host

TEST_F(NamesTest, TheGatewaysHostHasAnAddressOfThisMachine) {
  EXPECT_THAT(Summary(JudgeFqdn(names_, here_)), ElementsAre("gateway-host ok"));
  Host("gw.contoso.com", {"203.0.113.1"});  // address translation, or another node
  EXPECT_THAT(Summary(JudgeFqdn(names_, here_)), ElementsAre("gateway-host info"));
  names_.hosts.insert_or_assign("gw.contoso.com", Fail(DnsError::kNotFound));
  EXPECT_THAT(Summary(JudgeFqdn(names_, here_)), ElementsAre("gateway-host error"));
  EXPECT_THAT(Said(JudgeFqdn(names_, here_), "gateway-host"), HasSubstr("add the record"));
  names_.hosts.erase("gw.contoso.com");  // not answered
  EXPECT_THAT(Said(JudgeFqdn(names_, here_), "gateway-host"), HasSubstr("dns.servers"));
}

// ---- the XMPP world finds us

TEST_F(NamesTest, AServedDomainLeadsHere) {
  Srv("_xmpp-server._tcp.contoso.com", "gw.contoso.com", 5269);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server ok"));
}

TEST_F(NamesTest, AServedDomainThatLeadsElsewhereIsAnError) {
  Srv("_xmpp-server._tcp.contoso.com", "elsewhere.contoso.com", 5269);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server error"));
  EXPECT_THAT(Said(Served(), "xmpp-server"), HasSubstr("let the record lead to gw.contoso.com"));
}

TEST_F(NamesTest, OneRecordOfSeveralHasToLeadHere) {
  names_.srv.insert_or_assign("_xmpp-server._tcp.contoso.com",
                              std::vector<SrvRecord>{{0, 0, 5269, "gw.contoso.com"},
                                                     {0, 0, 5269, "elsewhere.contoso.com"}});
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server ok", "xmpp-server info"));
}

TEST_F(NamesTest, AServedDomainAtAPortThatNobodyHoldsIsAnError) {
  Srv("_xmpp-server._tcp.contoso.com", "gw.contoso.com", 5222);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server error"));
}

TEST_F(NamesTest, AServedDomainWithATargetWithoutAddressIsAnError) {
  Srv("_xmpp-server._tcp.contoso.com", "nowhere.contoso.com", 5269);
  names_.hosts.insert_or_assign("nowhere.contoso.com", Fail(DnsError::kNotFound));
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server error"));
}

TEST_F(NamesTest, BehindAddressTranslationItsAddressIsOurs) {
  Host("gw.contoso.com", {"203.0.113.1"});
  Srv("_xmpp-server._tcp.contoso.com", "gw.contoso.com", 5270);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server info")) << "the port may be translated";
  Srv("_xmpp-server._tcp.contoso.com", "elsewhere.contoso.com", 5269);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server warning")) << "it may lead here";
}

TEST_F(NamesTest, DISC5_WithoutARecordTheDomainsOwnAddressMayDo) {
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server error"));
  EXPECT_THAT(Said(Served(), "xmpp-server"),
              HasSubstr("add the record: _xmpp-server._tcp.contoso.com SRV to gw.contoso.com"));
  Host(kDomain, {"198.51.100.7"});
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server info"));
  here_.xmpp_listen = {"0.0.0.0:5270"};
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server error"));
}

TEST_F(NamesTest, DISC4_ADomainThatSaysItHasNoServiceIsAnError) {
  Srv("_xmpp-server._tcp.contoso.com", ".", 0);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server error"));
}

TEST_F(NamesTest, DirectTlsIsAnnouncedOnlyWhereItIsTaken) {
  Srv("_xmpp-server._tcp.contoso.com", "gw.contoso.com", 5269);
  Srv("_xmpps-server._tcp.contoso.com", "gw.contoso.com", 5270);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server ok", "xmpps-server error"));
  here_.direct_tls_listen = {"0.0.0.0:5270"};
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server ok", "xmpps-server ok"));
  Srv("_xmpps-server._tcp.contoso.com", ".", 0);
  EXPECT_THAT(Summary(Served()), ElementsAre("xmpp-server ok", "xmpps-server info"));
}

// ---- Edges find us without a static entry

TEST_F(NamesTest, AFederationRecordIsAHostDirectlyBelowTheDomainInOurCertificate) {
  EXPECT_THAT(Summary(Federation()), ElementsAre("sipfederationtls info")) << "none is needed";
  Host("sip.jabber.example", {"198.51.100.7"});
  Srv("_sipfederationtls._tcp.jabber.example", "sip.jabber.example", 5061);
  EXPECT_THAT(Summary(Federation()), ElementsAre("sipfederationtls ok"));
}

TEST_F(NamesTest, AFederationRecordThatAnEdgeWouldRefuseIsAWarning) {
  Host("sip.jabber.example", {"198.51.100.7"});
  Host("a.b.jabber.example", {"198.51.100.7"});
  Host("other.jabber.example", {"198.51.100.7"});
  const struct {
    const char* target;
    std::uint16_t port;
    const char* says;
  } cases[] = {{"gw.contoso.com", 5061, "a host directly below the domain"},
               {"a.b.jabber.example", 5061, "a host directly below the domain"},
               {"jabber.example", 5061, "a host directly below the domain"},
               {"other.jabber.example", 5061, "further subjectAltName"},
               {"sip.jabber.example", 5060, "port 5061"}};
  for (const auto& one : cases) {
    SCOPED_TRACE(one.target);
    Srv("_sipfederationtls._tcp.jabber.example", one.target, one.port);
    EXPECT_THAT(Summary(Federation()), ElementsAre("sipfederationtls warning"));
    EXPECT_THAT(Said(Federation(), "sipfederationtls"), HasSubstr(one.says));
  }
  Host("sip.jabber.example", {"203.0.113.9"});
  Srv("_sipfederationtls._tcp.jabber.example", "sip.jabber.example", 5061);
  EXPECT_THAT(Summary(Federation()), ElementsAre("sipfederationtls warning"));
}

// ---- we find Edges and partners

TEST_F(NamesTest, ConfiguredEdgesAreTheOnlyOnes) {
  policy::SipSettings sip = WithoutEdges();
  sip.edges = {{"edge.contoso.com", 5061}, {"gone.contoso.com", 5061}};
  Host("edge.contoso.com", {"192.0.2.1"});
  EXPECT_THAT(Summary(JudgeEdgeNames(sip, names_)), ElementsAre("edge-host ok", "edge-host error"));
  EXPECT_EQ(EdgesOf(sip, names_), sip.edges);
}

TEST_F(NamesTest, DISC8_TheFirstServiceThatNamesAHostOfTheDomainIsUsed) {
  Host("edge.contoso.com", {"192.0.2.1"});
  Host("sip.contoso.com", {"192.0.2.2"});
  Srv("_sips._tcp.contoso.com", "sip.contoso.com", 5062);
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record ok"));
  EXPECT_THAT(Said(EdgeRecords(), "edge-record"),
              HasSubstr("sip.contoso.com:5062 (192.0.2.2), by _sips._tcp.contoso.com"));
  EXPECT_THAT(FoundEdges(), ElementsAre(policy::HostPort{"sip.contoso.com", 5062}));
  Srv("_sipfederationtls._tcp.contoso.com", ".", 0);
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record ok")) << "it says so on purpose";

  Srv("_sipfederationtls._tcp.contoso.com", "edge.contoso.com", 5061);
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record ok"));
  EXPECT_THAT(Said(EdgeRecords(), "edge-record"), Not(HasSubstr("_tcp")));
  EXPECT_THAT(FoundEdges(), ElementsAre(policy::HostPort{"edge.contoso.com", 5061}));
}

TEST_F(NamesTest, DISC8_WithoutARecordTheDomainsOwnHostIsUsed) {
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record error"));
  EXPECT_EQ(EdgeRecords().front().reason, policy::Reason::kEdgeUnreachable);
  EXPECT_THAT(FoundEdges(), testing::IsEmpty());
  Host(kDomain, {"192.0.2.3"});
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record info"));
  EXPECT_THAT(Said(EdgeRecords(), "edge-record"), HasSubstr("192.0.2.3, port 5061"));
  EXPECT_THAT(FoundEdges(), ElementsAre(policy::HostPort{kDomain, policy::kSipsPort}));
}

TEST_F(NamesTest, WhatKeepsAServiceFromBeingUsedIsAWarningWhileAnotherIs) {
  Srv("_sipfederationtls._tcp.contoso.com", "edge.fabrikam.com", 5061);
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record error"));
  EXPECT_THAT(FoundEdges(), testing::IsEmpty());
  Host("sip.contoso.com", {"192.0.2.2"});
  Srv("_sips._tcp.contoso.com", "sip.contoso.com", 5061);
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record warning", "edge-record ok"));
  EXPECT_THAT(Said(EdgeRecords(), "edge-record"), HasSubstr("a host directly below contoso.com"));
  EXPECT_THAT(FoundEdges(), ElementsAre(policy::HostPort{"sip.contoso.com", 5061}));

  names_.srv.insert_or_assign("_sipfederationtls._tcp.contoso.com", Fail(DnsError::kTimeout));
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record warning", "edge-record ok"));
  EXPECT_THAT(Said(EdgeRecords(), "edge-record"), HasSubstr("dns.servers"));
}

TEST_F(NamesTest, ARecordWithoutAnAddressIsAnErrorWhateverOthersSay) {
  Srv("_sipfederationtls._tcp.contoso.com", "nowhere.contoso.com", 5061);
  Srv("_sips._tcp.contoso.com", "gw.contoso.com", 5061);
  Host(kDomain, {"192.0.2.3"});
  EXPECT_THAT(Summary(EdgeRecords()), ElementsAre("edge-record error")) << "no other is tried";
}

TEST_F(NamesTest, APartnerIsFoundByItsRecordsItsAddressOrItsConfiguredServer) {
  EXPECT_THAT(Summary(Partner()), ElementsAre("partner error"));
  Host(kPartner, {"192.0.2.5"});
  EXPECT_THAT(Summary(Partner()), ElementsAre("partner info"));
  Host("x.jabber.example", {"192.0.2.6"});
  Srv("_xmpps-server._tcp.jabber.example", "x.jabber.example", 5270);
  EXPECT_THAT(Summary(Partner()), ElementsAre("partner ok"));
  Srv("_xmpp-server._tcp.jabber.example", ".", 0);
  EXPECT_THAT(Summary(Partner()), ElementsAre("partner error"));
  partner_.server = policy::HostPort{"x.jabber.example", 0};
  EXPECT_THAT(Summary(Partner()), ElementsAre("partner ok"));
  partner_.server = policy::HostPort{"y.jabber.example", 0};
  EXPECT_THAT(Summary(Partner()), ElementsAre("partner error")) << "not answered";
}

TEST_F(NamesTest, DISC2_APartnerThatLeadsToOurselvesIsAnError) {
  Srv("_xmpp-server._tcp.jabber.example", "gw.contoso.com", 5269);
  EXPECT_THAT(Summary(Partner()), ElementsAre("partner error"));
  EXPECT_THAT(Said(Partner(), "partner"), HasSubstr("come back to us"));
}

TEST_F(NamesTest, AsksForEverythingThatIsJudged) {
  policy::Settings settings;
  settings.sip.domains = {kDomain};
  settings.sip.fqdn = "gw.contoso.com";
  settings.partners = {partner_, policy::Partner{.domains = {"*.example", "fixed.example"},
                                                 .server = policy::HostPort{"host.example", 0}}};
  const Questions asked = QuestionsFor(settings);
  EXPECT_THAT(
      asked.srv,
      IsSupersetOf({"_xmpp-server._tcp.contoso.com", "_xmpps-server._tcp.contoso.com",
                    "_sipfederationtls._tcp.contoso.com", "_sips._tcp.contoso.com",
                    "_xmpp-server._tcp.jabber.example", "_sipfederationtls._tcp.jabber.example",
                    "_sipfederationtls._tcp.fixed.example"}));
  EXPECT_THAT(asked.srv, Not(Contains(HasSubstr("*"))));
  EXPECT_THAT(asked.srv, Not(Contains("_xmpp-server._tcp.fixed.example")));
  EXPECT_THAT(asked.srv, Not(Contains("_sips._tcp.jabber.example")));
  EXPECT_THAT(asked.hosts,
              IsSupersetOf({"gw.contoso.com", kDomain, "jabber.example", "host.example"}));
  settings.sip.edges = {{"edge.contoso.com", 5061}};
  EXPECT_THAT(QuestionsFor(settings).srv, Not(Contains("_sipfederationtls._tcp.contoso.com")));
  EXPECT_THAT(QuestionsFor(settings).srv, Not(Contains("_sips._tcp.contoso.com")));
  EXPECT_THAT(QuestionsFor(settings).hosts, Contains("edge.contoso.com"));
}

}  // namespace
}  // namespace dragoman::check
