#include "core/base/timestamp.h"

#include <chrono>
#include <cstdint>

#include "core/base/ascii.h"

namespace dragoman {
namespace {

namespace chr = std::chrono;

// Exactly `digits` digits at the cursor, or nullopt.
std::optional<unsigned> TakeDigits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  unsigned number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!IsDigit(c)) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// 1*DIGIT behind the point, as milliseconds.
std::optional<chr::milliseconds> TakeFraction(std::string_view& text) {
  if (!Take(text, '.')) return chr::milliseconds(0);
  unsigned thousandths = 0;
  unsigned scale = 100;
  std::size_t digits = 0;
  for (; digits < text.size() && IsDigit(text[digits]); ++digits) {
    thousandths += static_cast<unsigned>(text[digits] - '0') * scale;
    scale /= 10;
  }
  text.remove_prefix(digits);
  return digits > 0 ? std::optional(chr::milliseconds(thousandths)) : std::nullopt;
}

// "Z", or "+01:00" as what is to be subtracted.
std::optional<chr::minutes> TakeOffset(std::string_view& text) {
  if (Take(text, 'Z') || Take(text, 'z')) return chr::minutes(0);
  const int sign = text.starts_with('-') ? -1 : 1;
  if (!Take(text, '+') && !Take(text, '-')) return std::nullopt;
  const auto hours = TakeDigits(text, 2);
  if (!hours || *hours > 23 || !Take(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return chr::minutes(sign * static_cast<int>(*hours * 60 + *minutes));
}

// `number` in `digits` digits.
void Append(std::string& out, std::int64_t number, std::size_t digits) {
  const std::string text = std::to_string(number);
  out.append(digits > text.size() ? digits - text.size() : 0, '0');
  out += text;
}

}  // namespace

std::optional<WallTime> ParseTimestamp(std::string_view text) {
  text = Trim(text);
  const auto year = TakeDigits(text, 4);
  if (!year || *year < 1970 || !Take(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month || !Take(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  if (!day || !(Take(text, 'T') || Take(text, 't'))) return std::nullopt;
  const auto hour = TakeDigits(text, 2);
  if (!hour || *hour > 23 || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute || *minute > 59 || !Take(text, ':')) return std::nullopt;
  const auto second = TakeDigits(text, 2);
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second
  const auto fraction = TakeFraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = TakeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const chr::year_month_day date{chr::year(static_cast<int>(*year)), chr::month(*month),
                                 chr::day(*day)};
  if (!date.ok()) return std::nullopt;
  const Duration since_epoch = chr::sys_days(date).time_since_epoch() + chr::hours(*hour) +
                               chr::minutes(*minute) + chr::seconds(*second) + *fraction - *offset;
  return WallTime(since_epoch);
}

std::string PrintTimestamp(WallTime time) {
  const Duration since_epoch = time.time_since_epoch();
  const auto days = chr::floor<chr::days>(since_epoch);
  const chr::year_month_day date{chr::sys_days(days)};
  const chr::hh_mm_ss<Duration> clock(since_epoch - days);
  std::string out;
  Append(out, static_cast<int>(date.year()), 4);
  out += '-';
  Append(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  Append(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  Append(out, clock.hours().count(), 2);
  out += ':';
  Append(out, clock.minutes().count(), 2);
  out += ':';
  Append(out, clock.seconds().count(), 2);
  if (clock.subseconds().count() != 0) {
    out += '.';
    Append(out, clock.subseconds().count(), 3);
  }
  out += 'Z';
  return out;
}

}  // namespace dragoman
