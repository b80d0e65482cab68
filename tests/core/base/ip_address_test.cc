#include "core/base/ip_address.h"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(IpAddressTest, KnowsIpv4FromNamesAndNumbers) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255"}) {
    EXPECT_TRUE(IsIpv4(text)) << text;
  }
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3",
                           "01.2.3.4", "1.2.3.4 ", "1.2.3.1000", "1.2.3.a", "::1", "16909060"}) {
    EXPECT_FALSE(IsIpv4(text)) << text;
  }
}

TEST(IpAddressTest, KnowsIpv6InItsForms) {
  for (const char* text :
       {"::", "::1", "1::", "fe80::1", "2001:DB8:0:0:8:800:200c:417a", "::ffff:192.0.2.1",
        "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"}) {
    EXPECT_TRUE(IsIpv6(text)) << text;
  }
  for (const char* text : {"",
                           ":",
                           ":::",
                           "1",
                           "1:",
                           ":1",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1::2::3",
                           "12345::",
                           "g::1",
                           "[::1]",
                           "fe80::1%eth0",
                           "::1:",
                           "1:2:3:4:5:6:7:8::",
                           "192.0.2.1",
                           "::192.0.2",
                           "2001:db8:::192.0.2.1",
                           "192.0.2.1::",
                           "::192.0.2.01"}) {
    EXPECT_FALSE(IsIpv6(text)) << text;
  }
}

}  // namespace
}  // namespace dragoman
