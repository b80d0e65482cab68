// Counts what the program takes from the heap, the C libraries included.
#pragma once

#include <cstdint>

namespace dragoman::bench {

std::uint64_t Allocations();  // malloc, calloc and realloc since the start; operator new counts too

}  // namespace dragoman::bench
