// Text from outside, for people to look at: on one line, in order, and not too long. T-56.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman {

enum class Quoting { kNone, kBackslashes };

// `raw` as UTF-8 of at most `bytes_max` bytes, then an ellipsis. Control characters become \u00xx,
// and what a terminal could be led astray by (IsTreacherous) U+FFFD. kBackslashes: it will stand
// between quotes, so quotes and backslashes get one before them and U+FFFD is written out.
std::string Visible(std::string_view raw, std::size_t bytes_max, Quoting quoting = Quoting::kNone);

}  // namespace dragoman
