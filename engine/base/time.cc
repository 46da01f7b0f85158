#include "engine/base/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace polder {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes exactly `count` digits off the front.
std::optional<int> TakeNumber(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool TakeChar(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<TimeUs> FromParts(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return days * kDayUs + (hour * 3600 + minute * 60 + second) * kSecondUs;
}

// Digits after a decimal point, as microseconds; at least one digit.
std::optional<TimeUs> TakeFraction(std::string_view& text) {
  TimeUs micros = 0;
  TimeUs unit = 100'000;
  std::size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) {
    micros += unit * (text[digits] - '0');
    unit /= 10;
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return micros;
}

// Takes `+hh:mm`, `-hhmm`, `+hh` or `Z` off the front, as the number to subtract; absent is UTC.
std::optional<TimeUs> TakeOffset(std::string_view& text) {
  if (TakeChar(text, 'Z') || TakeChar(text, 'z')) return 0;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return 0;
  const TimeUs sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto hours = TakeNumber(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  int minutes = 0;
  if (TakeChar(text, ':') || (text.size() >= 2 && IsDigit(text[0]))) {
    const auto taken = TakeNumber(text, 2);
    if (!taken || *taken > 59) return std::nullopt;
    minutes = *taken;
  }
  return sign * (*hours * 3600 + minutes * 60) * kSecondUs;
}

// Takes a date-time off the front. With `date_alone` a date without a time of day is midnight.
std::optional<TimeUs> TakeIsoTime(std::string_view& text, bool date_alone) {
  const auto year = TakeNumber(text, 4);
  if (!year || !TakeChar(text, '-')) return std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month || !TakeChar(text, '-')) return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day) return std::nullopt;
  if (date_alone && text.empty()) return FromParts(*year, *month, *day, 0, 0, 0);
  if (!TakeChar(text, 'T') && !TakeChar(text, 't') && !TakeChar(text, ' ')) return std::nullopt;
  const auto hour = TakeNumber(text, 2);
  if (!hour || !TakeChar(text, ':')) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || !TakeChar(text, ':')) return std::nullopt;
  const auto second = TakeNumber(text, 2);
  if (!second) return std::nullopt;
  TimeUs micros = 0;
  if (text.size() >= 2 && (text[0] == '.' || text[0] == ',') && IsDigit(text[1])) {
    text.remove_prefix(1);
    micros = *TakeFraction(text);
  }
  const auto offset = TakeOffset(text);
  const auto whole = FromParts(*year, *month, *day, *hour, *minute, *second);
  if (!offset || !whole) return std::nullopt;
  return *whole + micros - *offset;
}

std::optional<int> TakeMonthName(std::string_view& text) {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (text.starts_with(kMonths[i])) {
      text.remove_prefix(3);
      return static_cast<int>(i) + 1;
    }
  }
  return std::nullopt;
}

// RFC 3164 section 4.1.2: `Mmm dd hh:mm:ss`, the day padded with a space.
std::optional<TimeUs> TakeBsdTime(std::string_view text, TimeUs arrival) {
  const auto month = TakeMonthName(text);
  if (!month || !TakeChar(text, ' ')) return std::nullopt;
  const bool padded = TakeChar(text, ' ');
  const auto day = TakeNumber(text, padded ? 1 : 2);
  if (!day || !TakeChar(text, ' ')) return std::nullopt;
  const auto hour = TakeNumber(text, 2);
  if (!hour || !TakeChar(text, ':')) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || !TakeChar(text, ':')) return std::nullopt;
  const auto second = TakeNumber(text, 2);
  if (!second) return std::nullopt;

  const auto arrival_day = std::chrono::sys_days{std::chrono::days{arrival / kDayUs}};
  const int arrival_year = static_cast<int>(std::chrono::year_month_day{arrival_day}.year());
  std::optional<TimeUs> best;
  for (int year = arrival_year - 1; year <= arrival_year + 1; ++year) {
    const auto time = FromParts(year, *month, *day, *hour, *minute, *second);
    if (time && (!best || std::llabs(*time - arrival) < std::llabs(*best - arrival))) best = time;
  }
  return best;
}

}  // namespace

std::optional<TimeUs> ParseIsoTime(std::string_view text) {
  const auto time = TakeIsoTime(text, /*date_alone=*/true);
  if (!time || !text.empty()) return std::nullopt;
  return time;
}

std::optional<TimeUs> ParseEpochTime(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  TimeUs unit = 0;
  if (digits == 10) unit = kSecondUs;
  if (digits == 13) unit = 1000;
  if (digits == 16) unit = 1;
  if (unit == 0) return std::nullopt;
  TimeUs value = 0;
  std::from_chars(text.data(), text.data() + digits, value);
  value *= unit;
  text.remove_prefix(digits);
  if (TakeChar(text, '.')) {
    const auto fraction = TakeFraction(text);
    if (!fraction) return std::nullopt;
    value += *fraction * unit / kSecondUs;
  }
  if (!text.empty()) return std::nullopt;
  return value;
}

std::optional<TimeUs> ParseLinePrefixTime(std::string_view line, TimeUs arrival) {
  // `<34>1 2003-10-11T...` and `<34>Oct 11 ...`: the priority, then in RFC 5424 a version.
  if (TakeChar(line, '<')) {
    const std::size_t close = line.substr(0, 4).find('>');
    if (close == std::string_view::npos) return std::nullopt;
    line.remove_prefix(close + 1);
    if (line.starts_with("1 ")) line.remove_prefix(2);
  } else {
    TakeChar(line, '[');
  }
  if (line.size() < 15) return std::nullopt;
  if (IsDigit(line.front())) {
    const auto time = TakeIsoTime(line, /*date_alone=*/false);
    if (time && !line.empty() && IsDigit(line.front())) return std::nullopt;
    return time;
  }
  return TakeBsdTime(line, arrival);
}

std::string FormatIsoTime(TimeUs time) {
  std::int64_t days = time / kDayUs;
  std::int64_t rest = time % kDayUs;
  if (rest < 0) {
    rest += kDayUs;
    --days;
  }
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  const std::int64_t seconds = rest / kSecondUs;
  const std::int64_t micros = rest % kSecondUs;
  std::array<char, 64> buffer{};
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month());
  const auto day = static_cast<unsigned>(date.day());
  const int hour = static_cast<int>(seconds / 3600);
  const int minute = static_cast<int>(seconds / 60 % 60);
  const int second = static_cast<int>(seconds % 60);
  if (micros == 0) {
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", year, month, day, hour,
                  minute, second);
  } else {
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", year, month, day, hour,
                  minute, second, static_cast<int>(micros));
  }
  return buffer.data();
}

}  // namespace polder
