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

TEST(PeerTest, TLS14_NamesMatchWholeWithoutWildcards) {
  EXPECT_EQ(MatchName({"edge.contoso.com"}, {"Edge.contoso.com"}), "edge.contoso.com");
  EXPECT_EQ(MatchName({"*.contoso.com"}, {"edge.contoso.com"}), std::nullopt);
  EXPECT_EQ(MatchName({"contoso.com"}, {"edge.contoso.com"}), std::nullopt);
  EXPECT_EQ(MatchName({}, {"edge.contoso.com"}), std::nullopt);
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
