#include "presence-store/stored.h"

#include <optional>
#include <utility>

namespace dragoman::store {
namespace {

constexpr std::size_t kVersionBytes = 4;

}  // namespace

Stored ReadStored(std::string_view value, Packer& packer) {
  if (value.size() < kVersionBytes) return {.unreadable = true};
  Stored stored;
  for (std::size_t i = 0; i < kVersionBytes; ++i) {
    stored.version |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(value[i])) << (8 * i);
  }
  stored.version &= kVersionMask;
  std::optional<std::string> bytes = packer.Unpack(value.substr(kVersionBytes));
  stored.unreadable = !bytes;
  stored.bytes = std::move(bytes).value_or("");
  return stored;
}

}  // namespace dragoman::store
