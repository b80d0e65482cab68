// Digests and the text forms that carry them. BoringSSL's functions behind values; no state, no
// keys kept.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

std::array<std::uint8_t, 20> Sha1(std::string_view data);
std::array<std::uint8_t, 32> Sha256(std::string_view data);
std::array<std::uint8_t, 32> HmacSha256(std::string_view key, std::string_view data);

std::string HexEncode(std::span<const std::uint8_t> bytes);  // lower case
std::string Base64Encode(std::span<const std::uint8_t> bytes);
std::string Base64Encode(std::string_view bytes);
std::optional<std::string> Base64Decode(
    std::string_view text);  // strict, padded; nullopt if it is not base64

// Takes as long for equal as for different texts of one length.
bool EqualsInConstantTime(std::string_view a, std::string_view b);

}  // namespace dragoman
