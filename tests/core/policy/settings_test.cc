#include "core/policy/settings.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace dragoman::policy {
namespace {

TEST(HostPortTest, ReadsHostsWithAndWithoutPort) {
  EXPECT_EQ(ParseHostPort("Edge.Contoso.com:5061", 1), (HostPort{"edge.contoso.com", 5061}));
  EXPECT_EQ(ParseHostPort("edge.contoso.com", 5061), (HostPort{"edge.contoso.com", 5061}));
  EXPECT_EQ(ParseHostPort("192.0.2.1:53", 1), (HostPort{"192.0.2.1", 53}));
  EXPECT_EQ(ParseHostPort("[2001:DB8::1]:53", 1), (HostPort{"2001:db8::1", 53}));
  EXPECT_EQ(ParseHostPort("[::1]", 53), (HostPort{"::1", 53}));
}

TEST(HostPortTest, RefusesWhatIsNeither) {
  for (const char* text : {"", ":", ":5061", "a:", "a:0", "a:65536", "a:1x", "a b:1", "[::1",
                           "[]:1", "[a]:1", "[::1]x:1", "::1", "a:1:2", "http://a:1", "a/b"}) {
    EXPECT_EQ(ParseHostPort(text, 1), std::nullopt) << text;
  }
}

TEST(HostPortTest, PrintsWhatItReads) {
  for (const char* text : {"edge.contoso.com:5061", "[2001:db8::1]:53", "192.0.2.1:1"}) {
    EXPECT_EQ(ToString(*ParseHostPort(text, 9)), text);
  }
}

TEST(IpPortTest, TakesNumericAddressesAlone) {
  EXPECT_EQ(ParseIpPort("0.0.0.0:5061"), (HostPort{"0.0.0.0", 5061}));
  EXPECT_EQ(ParseIpPort("[2001:DB8::1]:53"), (HostPort{"2001:db8::1", 53}));
  EXPECT_EQ(ParseIpPort("127.0.0.1", 53), (HostPort{"127.0.0.1", 53}));
  EXPECT_EQ(ParseIpPort("[::]", 53), (HostPort{"::", 53}));
  for (const char* text : {"localhost:9090", "gw.contoso.com:5061", "127.0.0.1", "[::1]", "::1",
                           "::1:53", "127.0.0:53", "127.0.0.256:53", "127.0.0.01:53", "1:53",
                           "[::1::]:53", "[1:2]:53", "[127.0.0.1]:53", "127.0.0.1:0", ":53", ""}) {
    EXPECT_EQ(ParseIpPort(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseIpPort("ns.contoso.com", 53), std::nullopt);
}

Settings WithPartners(const std::vector<std::vector<std::string>>& domains) {
  Settings settings;
  for (const auto& list : domains) settings.partners.emplace_back().domains = list;
  return settings;
}

TEST(FindPartnerTest, PrefersExactThenTheLongestSuffixThenOpen) {
  const Settings settings = WithPartners(
      {{"*"}, {"*.example.com"}, {"*.chat.example.com"}, {"example.com", "im.chat.example.com"}});
  const auto index = [&](const char* domain) {
    return settings.FindPartner(domain) - settings.partners.data();
  };
  EXPECT_EQ(index("im.chat.example.com"), 3);
  EXPECT_EQ(index("example.com"), 3);
  EXPECT_EQ(index("a.chat.example.com"), 2);
  EXPECT_EQ(index("chat.example.com"), 1);
  EXPECT_EQ(index("notexample.com"), 0);
}

TEST(FindPartnerTest, FindsNoneWithoutAMatch) {
  const Settings settings = WithPartners({{"*.example.com", "example.org"}});
  for (const char* domain :
       {"example.com", "badexample.com", "example.org.evil", ".example.com", ""})
    EXPECT_EQ(settings.FindPartner(domain), nullptr) << domain;
}

TEST(SettingsTest, NamesTheFilesOfPasswordsToBeWatched) {
  Settings settings;
  settings.sip.tls = settings.xmpp.tls = {"c", "k", "system"};
  settings.redis.login.password_file = "/p";
  EXPECT_EQ(settings.Files(), (std::vector<std::string>{"/p", "c", "k", "c", "k"}));
}

TEST(SettingsTest, ServesOnlyTheSipDomainsThatItNames) {
  Settings settings;
  settings.sip.domains = {"contoso.com"};
  EXPECT_TRUE(settings.ServesSipDomain("contoso.com"));
  EXPECT_FALSE(settings.ServesSipDomain("a.contoso.com"));
}

}  // namespace
}  // namespace dragoman::policy
