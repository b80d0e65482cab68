#include "cli/check/finding.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace dragoman::check {
namespace {

constexpr std::array<std::string_view, 4> kSeverities = {"ok", "info", "warning", "error"};
constexpr std::array<std::string_view, 13> kAreas = {
    "configuration", "certificates", "dns",       "edges",         "partners",
    "ports",         "dialback",     "redis",  // of `explain` alone from here on:
    "addresses",     "policy",       "processes", "subscriptions", "conversation"};
constexpr auto kChecked = kAreas.begin() + static_cast<std::size_t>(Area::kRedis) + 1;

}  // namespace

std::string_view Name(Severity severity) { return kSeverities[static_cast<std::size_t>(severity)]; }
std::string_view Name(Area area) { return kAreas[static_cast<std::size_t>(area)]; }
std::vector<std::string> AreaNames() { return {kAreas.begin(), kChecked}; }

std::optional<Area> AreaOf(std::string_view name) {
  const auto at = std::find(kAreas.begin(), kChecked, name);
  if (at == kChecked) return std::nullopt;
  return static_cast<Area>(at - kAreas.begin());
}

void Append(Findings& to, Findings more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "nothing" : text;
}

int ExitStatus(const Findings& findings) {
  Severity worst = Severity::kOk;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  switch (worst) {
    case Severity::kOk:
    case Severity::kInfo:
      return 0;
    case Severity::kWarning:
      return 1;
    case Severity::kError:
      return 2;
  }
  return 2;
}

}  // namespace dragoman::check
