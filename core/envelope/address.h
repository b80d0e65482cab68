// Who, in the form both sides share: what a SIP URI and a JID have in common (RFC 7247 §4).
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace dragoman::envelope {

struct Address {
  std::string local;     // unescaped UTF-8, as PRECIS leaves it (lower case, NFC); may be empty
  std::string domain;    // lower-case A-labels (what DNS, certificates and the configuration say)
  std::string resource;  // unescaped UTF-8; empty for a bare address

  Address Bare() const { return {local, domain, {}}; }
  friend auto operator<=>(const Address&, const Address&) = default;
};

// "local@domain/resource" for logs and store keys' inputs; not meant to be parsed.
std::string ToString(const Address& address);

// The same for (a, b) and (b, a), and for every resource of either: one pair, one router (ARCH-7).
// Stable across processes, versions and machines.
std::uint64_t PairHash(const Address& a, const Address& b);

}  // namespace dragoman::envelope
