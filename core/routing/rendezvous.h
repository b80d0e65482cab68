// Highest-random-weight hashing: each key has an order of instances; when one goes, only its keys
// move.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::routing {

// Stable across processes and versions: nodes must agree.
std::uint64_t Weight(std::uint64_t key, std::string_view instance);

// Index into `instances` of the highest weight; instances must not be empty.
std::size_t Choose(std::uint64_t key, const std::vector<std::string>& instances);

}  // namespace dragoman::routing
