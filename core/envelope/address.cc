#include "core/envelope/address.h"

#include <algorithm>

#include "core/base/digest.h"

namespace dragoman::envelope {
namespace {

std::string Bare(const Address& address) { return address.local + "@" + address.domain; }

}  // namespace

std::string ToString(const Address& address) {
  std::string text = address.local.empty() ? address.domain : Bare(address);
  if (!address.resource.empty()) text += "/" + address.resource;
  return text;
}

std::uint64_t PairHash(const Address& a, const Address& b) {
  std::string first = Bare(a);
  std::string second = Bare(b);
  if (second < first) first.swap(second);
  // A line feed stands in no address, so no two pairs run together.
  const auto digest = Sha256(first + "\n" + second);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < 8; ++i) hash = hash << 8 | digest[i];
  return hash;
}

}  // namespace dragoman::envelope
