#include "core/html/style.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/ascii.h"

namespace dragoman::html {
namespace {

constexpr auto kProperties = std::to_array<std::string_view>(
    {"background-color", "color", "font-family", "font-size", "font-style", "font-weight",
     "margin-left", "margin-right", "text-align", "text-decoration"});
static_assert(kProperties.size() == kDeclarationsMax);

// Functions could fetch (url) or run (expression): of them only colours pass. No escapes, no
// comments.
bool IsHarmless(std::string_view value) {
  const bool colour = EqualsIgnoreCase(value.substr(0, 4), "rgb(") && value.ends_with(')') &&
                      std::ranges::count(value, '(') == 1;
  return !value.empty() && value.size() <= kStyleValueBytesMax &&
         std::ranges::all_of(value, [&](char c) {
           return IsAlpha(c) || IsDigit(c) || static_cast<unsigned char>(c) >= 0x80 ||
                  std::string_view(" #,.%'\"-_").find(c) != std::string_view::npos ||
                  (colour && (c == '(' || c == ')'));
         });
}

}  // namespace

std::string SafeStyle(std::string_view style) {
  std::string safe;
  std::vector<std::string> seen;
  while (!style.empty()) {
    const std::size_t end = std::min(style.find(';'), style.size());
    const std::string_view declaration = style.substr(0, end);
    style.remove_prefix(std::min(end + 1, style.size()));
    const std::size_t colon = declaration.find(':');
    if (colon == std::string_view::npos) continue;
    std::string property = LowerCase(Trim(declaration.substr(0, colon)));
    const std::string_view value = Trim(declaration.substr(colon + 1));
    const bool known = std::ranges::find(kProperties, property) != kProperties.end();
    const bool again = std::ranges::find(seen, property) != seen.end();
    if (!known || again || !IsHarmless(value)) continue;
    if (!safe.empty()) safe += "; ";
    safe += property;
    safe += ": ";
    safe += value;
    seen.push_back(std::move(property));
  }
  return safe;
}

}  // namespace dragoman::html
