#include "core/base/digest.h"

#include <openssl/base64.h>
#include <openssl/hmac.h>
#include <openssl/mem.h>
#include <openssl/sha.h>

namespace dragoman {
namespace {

const std::uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

std::array<std::uint8_t, 20> Sha1(std::string_view data) {
  std::array<std::uint8_t, 20> out{};
  SHA1(Bytes(data), data.size(), out.data());
  return out;
}

std::array<std::uint8_t, 32> Sha256(std::string_view data) {
  std::array<std::uint8_t, 32> out{};
  SHA256(Bytes(data), data.size(), out.data());
  return out;
}

std::array<std::uint8_t, 32> HmacSha256(std::string_view key, std::string_view data) {
  std::array<std::uint8_t, 32> out{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), key.size(), Bytes(data), data.size(), out.data(), &length);
  return out;
}

std::string HexEncode(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::string Base64Encode(std::span<const std::uint8_t> bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock adds a NUL
  text.resize(
      EVP_EncodeBlock(reinterpret_cast<std::uint8_t*>(text.data()), bytes.data(), bytes.size()));
  return text;
}

std::string Base64Encode(std::string_view bytes) {
  return Base64Encode(std::span(Bytes(bytes), bytes.size()));
}

std::optional<std::string> Base64Decode(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  std::size_t length = 0;
  if (!EVP_DecodeBase64(reinterpret_cast<std::uint8_t*>(bytes.data()), &length, bytes.size(),
                        Bytes(text), text.size())) {
    return std::nullopt;
  }
  bytes.resize(length);
  return bytes;
}

bool EqualsInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace dragoman
