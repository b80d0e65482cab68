// Randomness is handed in, so that a test can say what it will be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace dragoman {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void Fill(std::span<std::uint8_t> bytes) = 0;  // unpredictable to peers
};

// `bytes` random bytes as lower-case hexadecimal: legal as a tag, a branch, a Call-ID, a stanza id
// and a stream id.
std::string RandomToken(RandomSource& random, std::size_t bytes = 16);

}  // namespace dragoman
