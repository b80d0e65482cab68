// A value or the reason why there is none. What a peer can cause is a Result; what only a bug can
// cause is an assert.
#pragma once

#include <tl/expected.hpp>
#include <utility>

namespace dragoman {

template <typename T, typename E>
using Result = tl::expected<T, E>;

template <typename E>
auto Fail(E error) {
  return tl::make_unexpected(std::move(error));
}

}  // namespace dragoman
