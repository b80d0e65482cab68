#include "cli/pages/summary.h"

#include <algorithm>

#include "cli/print/shown.h"
#include "core/base/utf8.h"

namespace dragoman::pages {
namespace {

std::string Cut(const std::string& text) {
  std::size_t at = 0;
  for (std::size_t width = 0; at < text.size() && width < kNoteWidthMax; ++width)
    at += std::max<std::size_t>(CharacterAt(std::string_view(text).substr(at)), 1);
  return at < text.size() ? text.substr(0, at) + "\u2026" : text;
}

}  // namespace

std::string Word(std::string_view show) {
  if (show.empty()) return "available";
  if (show == "chat") return "free for chat";
  if (show == "xa") return "away for long";
  if (show == "dnd") return "do not disturb";
  return cli::Shown(show);
}

std::string Summary(const std::vector<Resource>& resources) {
  if (resources.empty()) return {};
  const Resource& best = *std::max_element(
      resources.begin(), resources.end(),
      [](const Resource& a, const Resource& b) { return a.priority < b.priority; });
  std::string text = Word(best.show);
  if (!best.note.empty()) text += " \"" + Cut(cli::Shown(best.note)) + "\"";
  if (resources.size() > 1) text += " (and " + std::to_string(resources.size() - 1) + " more)";
  return text;
}

}  // namespace dragoman::pages
