// The notes of a presence, as many and as long as they are taken: every pair of its sender keeps
// them. PRES-8; L-27.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/envelope/payload.h"

namespace dragoman::translate {

inline constexpr std::size_t kNotesMax = 8;         // of one resource: the first ones
inline constexpr std::size_t kNoteBytesMax = 1024;  // of UTF-8; the rest is cut off

// Adds `text` (UTF-8) as the note in `lang`; not without text, above kNotesMax, or where there is
// one in this language. What is no language tag is taken for none.
void AddNote(std::vector<envelope::Text>& notes, std::string_view lang, std::string_view text);

}  // namespace dragoman::translate
