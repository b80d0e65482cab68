#include "cli/check/certificates.h"

#include <gmock/gmock.h>

#include "tests/cli/check/summary.h"

namespace dragoman::check {
namespace {

using runtime::OwnCertificate;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;
const WallTime kNow{Days(20'000)};
const policy::TlsFiles kFiles{"own.crt", "own.key", "roots.crt"};
constexpr const char* kFqdn = "xmppgw.contoso.com";

OwnCertificate Good() {
  OwnCertificate own;
  own.names.dns = {kFqdn, "contoso.com"};
  own.names.has_san = true;
  own.not_before = kNow - Days(10);
  own.not_after = kNow + Days(300);
  own.server_auth = own.client_auth = true;
  own.key_kind = "RSA 2048";
  own.key_matches = true;
  own.chain = OwnCertificate::Chain::kToTrust;
  return own;
}

Findings Sip(const OwnCertificate& own) { return JudgeSipCertificate(own, kFiles, kFqdn, kNow); }
Findings Xmpp(const OwnCertificate& own, std::vector<std::string> domains = {"contoso.com"}) {
  return JudgeXmppCertificate(own, kFiles, domains, kNow);
}

TEST(CertificatesTest, AGoodOneIsGoodForBothSides) {
  EXPECT_THAT(Summary(Sip(Good())), ElementsAre("sip-name ok", "sip-purpose ok", "sip-chain ok",
                                                "sip-validity ok", "sip-key ok"));
  EXPECT_THAT(Summary(Xmpp(Good())), ElementsAre("xmpp-name ok", "xmpp-purpose ok", "xmpp-chain ok",
                                                 "xmpp-validity ok", "xmpp-key ok"));
}

struct Mistake {
  const char* what;
  void (*make)(OwnCertificate&);
  const char* sip;
  const char* xmpp;
  const char* mend;  // a part of it
};

const Mistake kMistakes[] = {
    {"no PEM", [](OwnCertificate& own) { own.problem = "no PEM certificate in it"; },
     "sip-file error", "xmpp-file error", "put the certificate"},
    {"no key", [](OwnCertificate& own) { own.key_problem = "cannot be read"; }, "sip-key error",
     "xmpp-key error", "openssl pkey"},
    {"another key", [](OwnCertificate& own) { own.key_matches = false; }, "sip-key error",
     "xmpp-key error", "requested with into own.key"},
    {"leaf last",
     [](OwnCertificate& own) {
       own.key_matches = false;
       own.key_is_of_a_later_one = true;
     },
     "sip-key error", "xmpp-key error", "change the order"},
    {"weak key",
     [](OwnCertificate& own) {
       own.weak_key = true;
       own.key_kind = "RSA 1024";
     },
     "sip-key error", "xmpp-key error", "new key"},
    {"expired", [](OwnCertificate& own) { own.not_after = kNow; }, "sip-validity error",
     "xmpp-validity error", "renew it"},
    {"not yet valid", [](OwnCertificate& own) { own.not_before = kNow + Days(1); },
     "sip-validity error", "xmpp-validity error", "clock"},
    {"29 days left", [](OwnCertificate& own) { own.not_after = kNow + Days(30) - Days(1); },
     "sip-validity warning", "xmpp-validity warning", "renew it"},
    {"30 days left", [](OwnCertificate& own) { own.not_after = kNow + Days(30); },
     "sip-validity ok", "xmpp-validity ok", ""},
    {"client alone", [](OwnCertificate& own) { own.server_auth = false; }, "sip-purpose error",
     "xmpp-purpose error", "request a certificate for"},
    {"server alone", [](OwnCertificate& own) { own.client_auth = false; }, "sip-purpose warning",
     "xmpp-purpose info", ""},
    {"no chain",
     [](OwnCertificate& own) {
       own.chain = OwnCertificate::Chain::kNowhere;
       own.chain_problem = "unable to get local issuer certificate";
     },
     "sip-chain warning", "xmpp-chain warning", "append the intermediates to own.crt"},
    {"self-signed",
     [](OwnCertificate& own) {
       own.chain = OwnCertificate::Chain::kNowhere;
       own.self_signed = true;
     },
     "sip-chain warning", "xmpp-chain warning", "from an authority"},
    {"chain to the system's roots",
     [](OwnCertificate& own) { own.chain = OwnCertificate::Chain::kToSystem; }, "sip-chain ok",
     "xmpp-chain ok", ""},
    {"intermediate expired",
     [](OwnCertificate& own) {
       own.issuer_name = "CN=Intermediate";
       own.issuer_not_after = kNow - Days(1);
     },
     "sip-chain error", "xmpp-chain error", "new intermediates"},
    {"no roots", [](OwnCertificate& own) { own.trust_problem = "roots.crt: no PEM"; },
     "sip-trust error", "xmpp-trust error", "roots.crt"},
};

TEST(CertificatesTest, NamesEachMistakeAndSaysHowToMendIt) {
  for (const Mistake& mistake : kMistakes) {
    SCOPED_TRACE(mistake.what);
    OwnCertificate own = Good();
    mistake.make(own);
    const Findings sip = Sip(own), xmpp = Xmpp(own);
    EXPECT_THAT(Summary(sip), Contains(mistake.sip));
    EXPECT_THAT(Summary(xmpp), Contains(mistake.xmpp));
    const std::string name(mistake.sip, std::string_view(mistake.sip).find(' '));
    EXPECT_THAT(Said(sip, name), HasSubstr(mistake.mend));
  }
}

TEST(CertificatesTest, TLS14_TheSipNameIsWholeAndHasNoWildcard) {
  OwnCertificate own = Good();
  own.names.dns = {"*.contoso.com"};
  const Findings findings = Sip(own);
  EXPECT_THAT(Summary(findings), Contains("sip-name error"));
  EXPECT_THAT(Said(findings, "sip-name"),
              AllOf(HasSubstr("carries *.contoso.com"),
                    HasSubstr("subjectAltName DNS:xmppgw.contoso.com"), HasSubstr("504")));
}

TEST(CertificatesTest, WhatAnEdgeTakesAndOthersDoNotIsAWarning) {
  OwnCertificate own = Good();
  own.names = {};
  own.names.common_name = kFqdn;
  EXPECT_THAT(Summary(Sip(own)), Contains("sip-name warning"));
  EXPECT_THAT(Said(Sip(own), "sip-name"), HasSubstr("subjectAltName DNS:xmppgw.contoso.com"));

  own = Good();
  own.names.uris = {"sip:contoso.com"};
  EXPECT_THAT(Summary(Sip(own)), Contains("sip-name warning"));
  EXPECT_THAT(Said(Sip(own), "sip-name"), HasSubstr("URI:sip:xmppgw.contoso.com"));
  own.names.uris.push_back("sip:xmppgw.contoso.com");
  EXPECT_THAT(Summary(Sip(own)), Contains("sip-name ok"));
}

TEST(CertificatesTest, WhatAnEdgeDoesNotTakeIsAnError) {
  OwnCertificate own = Good();
  own.names = {.dns = {"contoso.com"}, .common_name = kFqdn, .has_san = true};
  EXPECT_THAT(Summary(Sip(own)), Contains("sip-name error")) << "there is a subjectAltName";
  own.names.uris = {"sip:xmppgw.contoso.com"};
  EXPECT_THAT(Summary(Sip(own)), Contains("sip-name error")) << "an Edge reads DNS names";
}

TEST(CertificatesTest, TLS10_EachHostedDomainIsCoveredByAnyOfTheNames) {
  OwnCertificate own = Good();
  own.names.dns = {"*.contoso.com", "fabrikam.com"};
  own.names.xmpp_addrs = {"a.example"};
  own.names.srv_names = {"_xmpp-server.b.example"};
  EXPECT_THAT(Summary(Xmpp(own, {"fabrikam.com", "sub.contoso.com", "a.example", "b.example"})),
              testing::Not(Contains("xmpp-name error")));
  const Findings findings = Xmpp(own, {"fabrikam.com", "contoso.com"});
  EXPECT_THAT(Summary(findings), Contains("xmpp-name error"));
  EXPECT_EQ(ExitStatus(findings), 2);
}

}  // namespace
}  // namespace dragoman::check
