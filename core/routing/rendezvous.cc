#include "core/routing/rendezvous.h"

namespace dragoman::routing {
namespace {

// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
std::uint64_t Mix(std::uint64_t value) {
  value ^= value >> 30;
  value *= 0xBF58476D1CE4E5B9ULL;
  value ^= value >> 27;
  value *= 0x94D049BB133111EBULL;
  return value ^ value >> 31;
}

}  // namespace

std::uint64_t Weight(std::uint64_t key, std::string_view instance) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
  for (const char c : instance) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return Mix(Mix(key) ^ hash);
}

std::size_t Choose(std::uint64_t key, const std::vector<std::string>& instances) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < instances.size(); ++i) {
    if (Weight(key, instances[i]) > Weight(key, instances[best])) best = i;
  }
  return best;
}

}  // namespace dragoman::routing
