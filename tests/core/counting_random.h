// A random source that counts: each byte one more than the last, so that tokens differ and tests
// can repeat.
#pragma once

#include "core/base/random.h"

namespace dragoman {

class CountingRandom : public RandomSource {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0;
};

}  // namespace dragoman
