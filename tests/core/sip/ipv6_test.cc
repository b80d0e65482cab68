// IPv6 wherever SIP writes an address, of the kinds that RFC 5118 §4 collects.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/sip/host.h"
#include "tests/core/sip/verdict.h"

namespace dragoman::sip {
namespace {

using testing::ElementsAre;

std::string Options(const std::string& uri, const std::string& via) {
  return "OPTIONS " + uri + " SIP/2.0\r\nVia: SIP/2.0/TLS " + via +
         ";branch=z9hG4bKas3-111\r\nFrom: sip:user@example.com;tag=81x2\r\nTo: "
         "sip:user@example.com\r\n"
         "Call-ID: s@[2001:db8::10]\r\nCSeq: 98176 OPTIONS\r\nContact: "
         "\"Caller\" <sip:caller@[2001:db8::1]:5061>\r\nMax-Forwards: 70\r\nContent-Length: "
         "0\r\n\r\n";
}

TEST(Ipv6Test, AddressesInBracketsAreHosts) {
  for (const std::string text :
       {"[2001:db8::10]", "[::]", "[::1]", "[1::]", "[2001:db8:0:0:8:800:200c:417a]",
        "[2001:DB8::10:5070]", "[::ffff:192.0.2.10]", "[2001:db8::192.0.2.1]",
        "[1:2:3:4:5:6:192.0.2.1]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]",
        "[2001:db8:::192.0.2.1]", "[:::192.0.2.1]"}) {
    EXPECT_TRUE(IsHost(text)) << text;
  }
  for (const std::string text : {"2001:db8::10",
                                 "[]",
                                 "[:]",
                                 "[:::]",
                                 "[1]",
                                 "[1:2:3:4:5:6:7]",
                                 "[1:2:3:4:5:6:7:8:9]",
                                 "[1::2::3]",
                                 "[12345::]",
                                 "[g::1]",
                                 "[1:2:3:4:5:6:7:8::]",
                                 "[::1",
                                 "::1]",
                                 "[2001:db8:::1]",
                                 "[::192.0.2]",
                                 "[::192.0.2.256]",
                                 "[::192.0.2.1.5]",
                                 "[192.0.2.1::]",
                                 "[fe80::1%eth0]",
                                 "[1:2:3:4:5:6:7:192.0.2.1]",
                                 "[::1:]",
                                 "[1:]"}) {
    EXPECT_FALSE(IsHost(text)) << text;
  }
}

TEST(Ipv6Test, InTheRequestUri) {
  const std::string via = "[2001:db8::9:1]";
  EXPECT_THAT(Verdicts(Options("sip:[2001:db8::10]", via)), ElementsAre("take OPTIONS"));  // §4.1
  EXPECT_THAT(Verdicts(Options("sip:2001:db8::10", via)),
              ElementsAre("400 Bad Request-URI"));  // §4.2: where would a port begin?
  EXPECT_THAT(Verdicts(Options("sip:[2001:db8::10", via)), ElementsAre("400 Bad Request-URI"));
  EXPECT_THAT(Verdicts(Options("sip:[2001:db8::10]5061", via)), ElementsAre("400 Bad Request-URI"));
}

TEST(Ipv6Test, APortIsWhatStandsBehindTheBracket) {  // §4.3, §4.4
  const auto inside = Uri::Parse("sip:user@[2001:db8::10:5070]");
  ASSERT_TRUE(inside);
  EXPECT_EQ(inside->host, "[2001:db8::10:5070]");
  EXPECT_EQ(inside->port, 0);
  const auto behind = Uri::Parse("sip:user@[2001:DB8::10]:5070;transport=tls");
  ASSERT_TRUE(behind);
  EXPECT_EQ(behind->host, "[2001:db8::10]");
  EXPECT_EQ(behind->port, 5070);
  EXPECT_EQ(behind->ToString(), "sip:user@[2001:db8::10]:5070;transport=tls");
}

TEST(Ipv6Test, InViaAndReceived) {  // §4.5
  const auto via = Via::Parse(
      "SIP/2.0/TLS [2001:DB8::9:1]:5061;received=[2001:db8::9:255];branch=z9hG4bKas3-111");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->sent_by, "[2001:db8::9:1]:5061");
  EXPECT_EQ(FindParameter(via->parameters, "received")->value, "[2001:db8::9:255]");
  EXPECT_EQ(via->branch, "z9hG4bKas3-111");
  // RFC 3261 has no brackets there.
  const auto bare = Via::Parse("SIP/2.0/TLS [2001:db8::9:1] ; received=2001:db8::9:255;rport=5061");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->sent_by, "[2001:db8::9:1]");
  EXPECT_EQ(FindParameter(bare->parameters, "received")->value, "2001:db8::9:255");
  EXPECT_FALSE(Via::Parse("SIP/2.0/TLS 2001:db8::9:1;branch=x"));
  EXPECT_FALSE(Via::Parse("SIP/2.0/TLS [2001:db8::9:1;branch=x"));
}

TEST(Ipv6Test, InContactWithAndWithoutPort) {
  const Request request = OnlyRequest(Options("sip:[2001:db8::10]", "[::1]:5061"));
  const auto contact = NameAddr::Parse(request.Get("Contact"));
  ASSERT_TRUE(contact);
  EXPECT_EQ(Uri::Parse(contact->uri)->host, "[2001:db8::1]");
  EXPECT_EQ(Uri::Parse(contact->uri)->port, 5061);
  EXPECT_EQ(NameAddr::Parse("<sip:[::ffff:192.0.2.10]>;q=1")->uri, "sip:[::ffff:192.0.2.10]");
  EXPECT_EQ(request.Get("Call-ID"), "s@[2001:db8::10]");
}

TEST(Ipv6Test, SeveralAddressesInOneMessage) {  // §4.7
  const std::string bytes =
      Options("sip:[2001:db8::10]",
              "[2001:db8::9:1];received=[2001:db8::9:255];branch=1, SIP/2.0/UDP 192.0.2.1");
  EXPECT_THAT(Verdicts(bytes), ElementsAre("take OPTIONS"));
  EXPECT_EQ(OnlyRequest(bytes).List("Via").size(), 2u);
}

TEST(Ipv6Test, ThreeColonsAreReadAsTwoAndNotWritten) {  // §4.10
  EXPECT_THAT(Verdicts(Options("sip:user@[2001:db8:::192.0.2.1]", "[2001:db8:::192.0.2.1]")),
              ElementsAre("take OPTIONS"));
  const auto uri = Uri::Parse("sip:user@[2001:db8:::192.0.2.1]");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->ToString(), "sip:user@[2001:db8::192.0.2.1]");
  EXPECT_EQ(*uri, *Uri::Parse("sip:user@[2001:db8::192.0.2.1]"));
}

}  // namespace
}  // namespace dragoman::sip
