// Which of a Redis Cluster's 16384 slots a key lives in.
#pragma once

#include <cstdint>
#include <string_view>

namespace dragoman::runtime {

inline constexpr std::uint16_t kRedisSlots = 16384;

// CRC16-XMODEM of the key, or of what stands between its first '{' and the '}' that follows, if
// that is not empty, modulo kRedisSlots (Redis Cluster specification, "Hash tags").
std::uint16_t SlotOf(std::string_view key);

}  // namespace dragoman::runtime
