#include "cli/print/shown.h"

#include <algorithm>

#include "core/base/visible.h"

namespace dragoman::cli {

std::string Shown(std::string_view raw) { return Visible(raw, kShownBytesMax); }

std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Padded(std::string text, std::size_t width) {
  if (const std::size_t own = Width(text); own < width) text.append(width - own, ' ');
  return text;
}

std::string Lasting(Duration length) {
  const auto seconds = std::max<std::int64_t>(length.count(), 0) / 1000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 48 * 3600) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " days";
}

std::string Ago(WallTime then, WallTime now) { return Lasting(now - then) + " ago"; }

std::string Until(WallTime then, WallTime now) {
  return then <= now ? "now" : "in " + Lasting(then - now);
}

}  // namespace dragoman::cli
