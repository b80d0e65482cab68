#include "core/sip/peer.h"

#include <gmock/gmock.h>

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

TEST(PeerTest, TLS13_SipUrisCountBeforeDnsNames) {
  EXPECT_THAT(IdentitiesOf({.dns = {"Edge.Contoso.COM"}, .uris = {}}),
              ElementsAre("edge.contoso.com"));
  EXPECT_THAT(IdentitiesOf({.dns = {"edge.contoso.com"}, .uris = {"sip:Contoso.com"}}),
              ElementsAre("contoso.com"));
  EXPECT_THAT(
      IdentitiesOf({.dns = {"edge.contoso.com"},
                    .uris = {"sips:contoso.com", "sip:user@contoso.com", "xmpp:contoso.com"}}),
      ElementsAre("edge.contoso.com"));
}

TEST(PeerTest, TLS12_TheCommonNameProvesNoPeer) {
  EXPECT_TRUE(IdentitiesOf({.common_name = "edge.contoso.com"}).empty());
}

TEST(PeerTest, OurCertificateCarriesAHostAsAnEdgeReadsIt) {
  const char* host = "gw.contoso.com";
  EXPECT_TRUE(CarriesHost({.dns = {"contoso.com", "GW.contoso.com"}, .has_san = true}, host));
  EXPECT_TRUE(CarriesHost({.common_name = "GW.contoso.com"}, host));
  EXPECT_TRUE(CarriesHost({.dns = {host}, .uris = {"sip:jabber.example"}, .has_san = true}, host))
      << "URIs are nothing to an Edge";
  const CertificateNames others[] = {
      {},
      {.common_name = host, .has_san = true},
      {.dns = {"contoso.com"}, .common_name = host, .has_san = true},
      {.uris = {"sip:gw.contoso.com"}, .has_san = true},
      {.dns = {"*.contoso.com"}, .has_san = true},
      {.dns = {"a.gw.contoso.com", "gw.contoso.co", "gw.contoso.com.evil.example"},
       .has_san = true},
      {.xmpp_addrs = {host}, .srv_names = {host}, .has_san = true}};
  for (const CertificateNames& names : others) {
    EXPECT_FALSE(CarriesHost(names, host)) << ToString(names);
  }
}

TEST(PeerTest, TLS14_NamesMatchWholeWithoutWildcards) {
  EXPECT_EQ(MatchName({"edge.contoso.com"}, {"Edge.contoso.com"}), "edge.contoso.com");
  EXPECT_EQ(MatchName({"*.contoso.com"}, {"edge.contoso.com"}), std::nullopt);
  EXPECT_EQ(MatchName({"contoso.com"}, {"edge.contoso.com"}), std::nullopt);
  EXPECT_EQ(MatchName({}, {"edge.contoso.com"}), std::nullopt);
}

TEST(PeerTest, TLS15_AServerProvesItsNameOrTheDomainThatItServes) {
  const std::vector<std::string> domains = {"contoso.com", "fabrikam.com"};
  EXPECT_THAT(ProvingNames("sip.contoso.com", domains),
              ElementsAre("sip.contoso.com", "contoso.com"));
  EXPECT_THAT(ProvingNames("sip.example", domains), ElementsAre("sip.example"));
  EXPECT_THAT(ProvingNames("sip.contoso.com", {}), ElementsAre("sip.contoso.com"));
}

TEST(PeerTest, AHostOfADomainIsAtMostOneLabelBelowIt) {
  EXPECT_TRUE(IsHostOf("contoso.com", "contoso.com"));
  EXPECT_TRUE(IsHostOf("SIP.contoso.com", "contoso.com"));
  EXPECT_FALSE(IsHostOf("a.sip.contoso.com", "contoso.com"));
  EXPECT_FALSE(IsHostOf("notcontoso.com", "contoso.com"));
  EXPECT_FALSE(IsHostOf(".contoso.com", "contoso.com"));
  EXPECT_FALSE(IsHostOf("*.contoso.com", "contoso.com"));
  EXPECT_FALSE(IsHostOf("com", "contoso.com"));
}

}  // namespace
}  // namespace dragoman::sip
