#include "runtime/loop/descriptors.h"

#include <sys/resource.h>

namespace dragoman::runtime {

// The system gives the lowest descriptor that is free.
bool IsScarce(int descriptor) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  return static_cast<rlim_t>(descriptor) + kDescriptorsKept >= limit.rlim_cur;
}

}  // namespace dragoman::runtime
