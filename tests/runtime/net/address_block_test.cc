#include "runtime/net/address_block.h"

#include <gtest/gtest.h>

namespace dragoman::runtime {
namespace {

TEST(AddressBlockTest, L3_IsAnAddressOfIPv4AndANetworkOfIPv6) {
  EXPECT_EQ(AddressBlock("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(AddressBlock("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(AddressBlock("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(AddressBlock("2001:db8:1:2::1"), AddressBlock("2001:db8:1:2:ffff::"));
  EXPECT_NE(AddressBlock("2001:db8:1:2::1"), AddressBlock("2001:db8:1:3::1"));
  EXPECT_EQ(AddressBlock("::1"), "::/64");
  EXPECT_EQ(AddressBlock(""), "");
  EXPECT_EQ(AddressBlock("fe80::1%eth0"), "fe80::1%eth0");
}

}  // namespace
}  // namespace dragoman::runtime
