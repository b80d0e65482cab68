#include "core/base/random.h"

#include <vector>

#include "core/base/digest.h"

namespace dragoman {

std::string RandomToken(RandomSource& random, std::size_t bytes) {
  std::vector<std::uint8_t> raw(bytes);
  random.Fill(raw);
  return HexEncode(raw);
}

}  // namespace dragoman
