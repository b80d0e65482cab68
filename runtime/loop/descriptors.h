// The last descriptors of the process are not for peers: what it needs itself comes from them.
#pragma once

#include <cstddef>

namespace dragoman::runtime {

// L-28: for what is not a peer: admin pages, Redis, files that are read again.
inline constexpr std::size_t kDescriptorsKept = 64;

// Whether `descriptor`, which was just given out, is one of the last kDescriptorsKept.
bool IsScarce(int descriptor);

}  // namespace dragoman::runtime
