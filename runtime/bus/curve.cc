#include "runtime/bus/curve.h"

#include <zmq.h>

#include <array>

namespace dragoman::runtime {
namespace {

using KeyText = std::array<char, 41>;  // 40 characters and the zero

}  // namespace

CurvePair NewCurvePair() {
  KeyText public_key{}, secret{};
  zmq_curve_keypair(public_key.data(), secret.data());
  return {secret.data(), public_key.data()};
}

std::optional<std::string> PublicOf(const std::string& secret) {
  KeyText public_key{};
  if (secret.size() + 1 != public_key.size() ||
      zmq_curve_public(public_key.data(), secret.c_str()) != 0)
    return std::nullopt;
  return public_key.data();
}

}  // namespace dragoman::runtime
