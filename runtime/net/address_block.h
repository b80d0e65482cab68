// What counts as one address where connections are counted: who has one of IPv6 has 2^64.
// security.md §4.
#pragma once

#include <string>

namespace dragoman::runtime {

// Of a numeric address without brackets: "192.0.2.1" (also for "::ffff:192.0.2.1"),
// "2001:db8:1:2::/64". What is no address is its own block.
std::string AddressBlock(const std::string& ip);

}  // namespace dragoman::runtime
