#include "core/translate/availability.h"

#include <algorithm>
#include <array>

#include "core/ocs/availability_number.h"

namespace dragoman::translate {
namespace {

using enum sip::XpidfStatus;
using envelope::Show;
using sip::Activity;

constexpr std::uint16_t kLegacyOnline = 100;  // the least that is not offline

// clang-format off
constexpr auto kRows = std::to_array<Availability>({
    // XMPP is told of these from the ranges alone ...
    {"Available", 3000, 4499, 3500, "", 300, 400, kOpen, "online", Activity::kNone, true, Show::kNone, ""},
    {"Inactive", 4500, 5999, 5000, "", 300, 200, kOpen, "idle", Activity::kAway, true, Show::kAway, "Inactive"},
    {"Busy", 6000, 7499, 6500, "", 300, 600, kInUse, "busy", Activity::kBusy, true, Show::kDnd, ""},
    {"Busy, inactive", 7500, 8999, 7500, "", 300, 600, kInUse, "busy", Activity::kBusy, true, Show::kDnd, ""},
    {"Do not disturb", 9000, 11999, 9500, "", 300, 600, kInUse, "busy", Activity::kBusy, true, Show::kDnd, ""},
    {"Be right back", 12000, 14999, 12500, "", 300, 300, kOpen, "berightback", Activity::kAway, true, Show::kAway, ""},
    {"Away", 15000, 16999, 15500, "", 300, 100, kOpen, "away", Activity::kAway, true, Show::kAway, ""},
    {"Away for long", 17000, 17999, 17000, "", 300, 100, kOpen, "away", Activity::kAway, true, Show::kXa, ""},
    {"Offline", 18000, ocs::kAvailabilityMax, 18500, "", 0, 0, kClosed, "unknown", Activity::kNone, false, Show::kNone, ""},
    {"Unknown", 0, 2999, 0, "", 0, 0, kClosed, "unknown", Activity::kNone, false, Show::kNone, ""},
    // ... and of these where a token refines them.
    {"In a call", 6500, 8999, 6500, "on-the-phone", 300, 500, kInUse, "onthephone", Activity::kBusy, true, Show::kDnd, "In a call"},
    {"In a meeting", 6500, 8999, 6500, "in-a-meeting", 300, 600, kInUse, "busy", Activity::kBusy, true, Show::kDnd, "In a meeting"},
    {"In a conference", 7000, 8999, 7000, "in-a-conference", 300, 600, kInUse, "busy", Activity::kBusy, true, Show::kDnd, "In a conference"},
    {"Presenting", 9000, 11999, 9000, "in-presentation", 300, 600, kInUse, "busy", Activity::kBusy, true, Show::kDnd, "Presenting"},
    {"Urgent interruptions only", 9000, 11999, 9500, "urgent-interruptions-only", 300, 600, kInUse, "busy", Activity::kBusy, true, Show::kDnd, "Urgent interruptions only"},
    {"Out to lunch", 15000, 17999, 15500, "out-to-lunch", 300, 150, kOpen, "outtolunch", Activity::kAway, true, Show::kAway, "Out to lunch"},
    {"Out of office", 15000, 17999, 15500, "out-of-office", 300, 100, kOpen, "away", Activity::kAway, true, Show::kXa, "Out of office"},
});
// clang-format on

// Where Live Communications Server's ranges of activity begin, and the number that each means.
// Three of them nobody writes.
struct LegacyRow {
  std::uint16_t first;
  std::uint16_t activity;  // of the row that it means
};
constexpr auto kLegacy = std::to_array<LegacyRow>({
    {0, 400},  // unknown, of somebody who is online
    {100, 100},
    {150, 150},
    {200, 200},
    {300, 300},
    {400, 400},
    {500, 500},
    {600, 600},
    {700, 100},
    {800, 400},
});

template <typename Predicate>
const Availability* First(Predicate wanted) {
  const auto* found = std::ranges::find_if(kRows, wanted);
  return found != kRows.end() ? found : nullptr;
}

// The row that is written as `number` without a token.
const Availability& Written(std::uint16_t number) {
  return *First([&](const Availability& row) { return row.number == number; });
}

constexpr std::uint16_t kAvailable = 3500;
constexpr std::uint16_t kBusy = 6500;
constexpr std::uint16_t kDoNotDisturb = 9500;
constexpr std::uint16_t kAway = 15500;
constexpr std::uint16_t kOffline = 18500;

}  // namespace

std::span<const Availability> Availabilities() { return kRows; }

const Availability& ByNumber(std::uint16_t number, std::string_view token) {
  const auto in_range = [&](const Availability& row) {
    return row.first <= number && number <= row.last;
  };
  const Availability* refined = First([&](const Availability& row) {
    return !row.token.empty() && row.token == token && in_range(row);
  });
  return refined != nullptr ? *refined : *First(in_range);
}

const Availability& ByLegacy(std::uint16_t online, std::uint16_t activity) {
  if (online < kLegacyOnline) return Written(kOffline);
  std::uint16_t means = kLegacy.front().activity;
  for (const LegacyRow& row : kLegacy) {
    if (row.first <= activity) means = row.activity;
  }
  return *First([&](const Availability& row) { return row.legacy_activity == means; });
}

const Availability& ByXpidf(sip::XpidfStatus status, std::string_view substatus) {
  if (status == kClosed) return Written(kOffline);
  const Availability* said =
      First([&](const Availability& row) { return row.available && row.substatus == substatus; });
  // `inuse` says more than that somebody is online.
  const bool more = said != nullptr && (status == kOpen || said->number != kAvailable);
  if (more) return *said;
  return Written(status == kOpen ? kAvailable : kBusy);
}

const Availability& ByShow(bool available, Show show, policy::DndAs dnd) {
  if (!available) return Written(kOffline);
  switch (show) {
    case Show::kNone:
    case Show::kChat:
      return Written(kAvailable);
    case Show::kAway:
    case Show::kXa:
      return Written(kAway);
    case Show::kDnd:
      return Written(dnd == policy::DndAs::kDoNotDisturb ? kDoNotDisturb : kBusy);
  }
  return Written(kAvailable);
}

}  // namespace dragoman::translate
