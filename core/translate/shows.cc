#include "core/translate/shows.h"

#include <array>

namespace dragoman::translate {
namespace {

using envelope::Show;

struct Row {
  Show show;
  std::string_view name;
};

constexpr auto kShows = std::to_array<Row>({
    {Show::kChat, "chat"},
    {Show::kAway, "away"},
    {Show::kXa, "xa"},
    {Show::kDnd, "dnd"},
});

}  // namespace

std::string_view Name(Show show) {
  for (const Row& row : kShows) {
    if (row.show == show) return row.name;
  }
  return {};
}

Show ShowFromName(std::string_view name) {
  for (const Row& row : kShows) {
    if (row.name == name) return row.show;
  }
  return Show::kNone;
}

}  // namespace dragoman::translate
