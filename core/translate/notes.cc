#include "core/translate/notes.h"

#include <algorithm>
#include <string>

#include "core/translate/text.h"

namespace dragoman::translate {
namespace {

// The longest beginning of `text` that has at most `bytes_max` and ends no character in its middle.
std::string_view Cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  constexpr unsigned kMask = 0xC0, kContinuation = 0x80;  // RFC 3629 §3
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & kMask) == kContinuation) --end;
  return text.substr(0, end);
}

}  // namespace

void AddNote(std::vector<envelope::Text>& notes, std::string_view lang, std::string_view text) {
  if (!IsLanguageTag(lang)) lang = {};
  const bool seen =
      std::ranges::any_of(notes, [&](const envelope::Text& note) { return note.lang == lang; });
  if (text.empty() || seen || notes.size() == kNotesMax) return;
  notes.push_back({std::string(lang), std::string(Cut(text, kNoteBytesMax))});
}

}  // namespace dragoman::translate
