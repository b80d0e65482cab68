// What a presentity shows, in a few words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/pages/values.h"

namespace dragoman::pages {

inline constexpr std::size_t kNoteWidthMax = 40;  // characters; the rest becomes an ellipsis

// "away", "do not disturb", "available" (RFC 6121 §4.7.2.1); another word stays as it is.
std::string Word(std::string_view show);

// The resource of the highest priority, the first of several: `away "lunch" (and 1 more)`. Empty:
// none is available. Made for people: nothing but printable characters.
std::string Summary(const std::vector<Resource>& resources);

}  // namespace dragoman::pages
