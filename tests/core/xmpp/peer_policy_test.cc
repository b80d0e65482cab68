#include "core/xmpp/peer_policy.h"

#include <gtest/gtest.h>

namespace dragoman::xmpp {
namespace {

TEST(PeerPolicyTest, TLS10_ADnsNameAnXmppAddrOrAnSrvNameProvesADomain) {
  const CertificateNames names{.dns = {"a.example"},
                               .xmpp_addrs = {"b.example"},
                               .srv_names = {"_xmpp-server.c.example", "_xmpp-client.d.example"}};
  for (const char* domain : {"a.example", "b.example", "c.example"}) {
    EXPECT_TRUE(CoversDomain(names, domain)) << domain;
  }
  for (const char* domain : {"d.example", "x.a.example", "a.example.evil", "example", ""}) {
    EXPECT_FALSE(CoversDomain(names, domain)) << domain;
  }
}

TEST(PeerPolicyTest, TLS11_AWildcardOfADnsNameIsOneLabel) {
  const CertificateNames names{.dns = {"*.example.org", "x*.example.net", "*"}};
  EXPECT_TRUE(CoversDomain(names, "a.example.org"));
  for (const char* domain :
       {"example.org", "a.b.example.org", ".example.org", "xy.example.net", "org"}) {
    EXPECT_FALSE(CoversDomain(names, domain)) << domain;
  }
  EXPECT_FALSE(CoversDomain({.xmpp_addrs = {"*.example.org"}}, "a.example.org"));
  EXPECT_FALSE(CoversDomain({.srv_names = {"_xmpp-server.*.example.org"}}, "a.example.org"));
}

TEST(PeerPolicyTest, TLS12_TheCommonNameAndUrisProveNothing) {
  EXPECT_FALSE(CoversDomain({.common_name = "a.example"}, "a.example"));
  EXPECT_FALSE(CoversDomain({.uris = {"xmpp:a.example", "a.example"}}, "a.example"));
}

}  // namespace
}  // namespace dragoman::xmpp
