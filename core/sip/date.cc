#include "core/sip/date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "core/base/ascii.h"
#include "core/base/cursor.h"

namespace dragoman::sip {
namespace {

constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});

std::optional<unsigned> TakeDigits(Cursor& in, std::size_t count) {
  const std::string_view digits = in.TakeWhile(IsDigit);
  if (digits.size() != count) return std::nullopt;
  unsigned number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<unsigned>(digit - '0');
  return number;
}

}  // namespace

std::optional<WallTime> ParseDate(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  Cursor in(Trim(text.substr(comma + 1)));
  const auto day = TakeDigits(in, 2);
  if (!day || !in.Take(' ')) return std::nullopt;
  const std::string_view name = in.TakeWhile(IsAlpha);
  const auto month = std::find_if(kMonths.begin(), kMonths.end(), [&](std::string_view one) {
    return EqualsIgnoreCase(one, name);
  });
  if (month == kMonths.end() || !in.Take(' ')) return std::nullopt;
  const auto year = TakeDigits(in, 4);
  if (!year || !in.Take(' ')) return std::nullopt;
  const auto hour = TakeDigits(in, 2);
  if (!hour || !in.Take(':')) return std::nullopt;
  const auto minute = TakeDigits(in, 2);
  if (!minute || !in.Take(':')) return std::nullopt;
  const auto second = TakeDigits(in, 2);
  if (!second || !in.Take(' ') || in.Rest() != "GMT") return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(*year)),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return WallTime(std::chrono::duration_cast<Duration>(
      std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*hour) +
      std::chrono::minutes(*minute) + std::chrono::seconds(*second)));
}

std::string PrintDate(WallTime time) {
  constexpr auto kDays =
      std::to_array<std::string_view>({"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"});
  const std::chrono::sys_time<Duration> when(time.time_since_epoch());
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(when - day));
  const auto two = [](auto number) {
    const std::string digits = std::to_string(number);
    return digits.size() < 2 ? "0" + digits : digits;
  };
  std::string text(kDays.at(std::chrono::weekday(day).c_encoding()));
  text += ", " + two(static_cast<unsigned>(date.day())) + " ";
  text += kMonths.at(static_cast<unsigned>(date.month()) - 1);
  text += " " + std::to_string(static_cast<int>(date.year())) + " " + two(clock.hours().count());
  return text + ":" + two(clock.minutes().count()) + ":" + two(clock.seconds().count()) + " GMT";
}

}  // namespace dragoman::sip
