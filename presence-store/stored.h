// A record as it lies in Redis: four bytes, lowest first, then the record, packed. The bytes are
// its version and, in the highest bit, whether it waits for somebody's decision.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "presence-store/pack.h"

namespace dragoman::store {

inline constexpr std::uint32_t kVersionMask = 0x7FFFFFFF;

struct Stored {
  std::string bytes = {};     // empty: no record
  std::uint32_t version = 0;  // 0: no record
  bool kept = false;          // from memory: another router may have saved since
  bool unreadable = false;    // something lay there that is no record; a save replaces it (T-55)
};

// What cannot be read counts as absent, with the version that a save must name to replace it.
Stored ReadStored(std::string_view value, Packer& packer);

}  // namespace dragoman::store
