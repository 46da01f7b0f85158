#include "engine/event/event_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr TimeUs kHourUs = 3600 * kSecondUs;
// How far the year of a date without one may be off; 29 February may be eight years off, round 2100.
constexpr std::array<int, 2> kYearsAround = {1, 8};

struct Date {
  std::optional<int> year;
  int month = 0;
  int day = 0;
};

struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
  TimeUs fraction_us = 0;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  char Peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool StartsWithDigit() const { return IsDigit(Peek()); }

  bool Take(char c) {
    if (Peek() != c || rest_.empty()) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // At least one blank.
  bool TakeBlanks() {
    const bool any = Take(' ');
    while (Take(' ')) {
    }
    return any;
  }

  // From `fewest` to `most` digits, and no more behind them.
  std::optional<int> TakeNumber(std::size_t fewest, std::size_t most) {
    const std::size_t count = CountDigits();
    if (count < fewest || count > most) return std::nullopt;
    int value = 0;
    std::from_chars(rest_.data(), rest_.data() + count, value);
    rest_.remove_prefix(count);
    return value;
  }

  // Digits behind a point or comma, which are there.
  TimeUs TakeFraction() {
    TimeUs micros = 0;
    TimeUs unit = 100'000;
    for (; StartsWithDigit(); rest_.remove_prefix(1), unit /= 10) micros += unit * (rest_.front() - '0');
    return micros;
  }

  std::string_view TakeLetters() {
    std::size_t count = 0;
    while (count < rest_.size() && IsLetter(rest_[count])) ++count;
    const std::string_view letters = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return letters;
  }

 private:
  std::size_t CountDigits() const {
    std::size_t count = 0;
    while (count < rest_.size() && IsDigit(rest_[count])) ++count;
    return count;
  }

  std::string_view rest_;
};

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (ToLowerAscii(text[i]) != lower[i]) return false;
  }
  return true;
}

std::optional<int> MonthOfName(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (EqualsIgnoringCase(name, kMonths[i])) return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

bool IsWeekday(std::string_view name) {
  for (const std::string_view day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) {
    if (EqualsIgnoringCase(name, day)) return true;
  }
  return false;
}

// The abbreviations that mean one thing only, or nearly so; the rest are UTC.
TimeUs OffsetOfZone(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 17> kZones = {{{"EST", -5},
                                                                        {"EDT", -4},
                                                                        {"CST", -6},
                                                                        {"CDT", -5},
                                                                        {"MST", -7},
                                                                        {"MDT", -6},
                                                                        {"PST", -8},
                                                                        {"PDT", -7},
                                                                        {"CET", 1},
                                                                        {"CEST", 2},
                                                                        {"MEZ", 1},
                                                                        {"MESZ", 2},
                                                                        {"EET", 2},
                                                                        {"EEST", 3},
                                                                        {"WEST", 1},
                                                                        {"MSK", 3},
                                                                        {"JST", 9}}};
  for (const auto& [zone, hours] : kZones) {
    if (zone == name) return hours * kHourUs;
  }
  return 0;
}

// `Z`, `UTC`, `CEST`, `+0200`, `GMT+02:00`: what is to be subtracted.
std::optional<TimeUs> TakeZone(Scanner& in) {
  TimeUs offset = 0;
  if (IsLetter(in.Peek())) {
    const std::string_view name = in.TakeLetters();
    const bool is_name = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!is_name || name.size() > 5) return std::nullopt;
    offset = OffsetOfZone(name);
  }
  const bool east = in.Peek() == '+';
  if (!east && in.Peek() != '-') return offset;
  in.Take(in.Peek());
  const auto hours_minutes = in.TakeNumber(1, 4);
  if (!hours_minutes) return std::nullopt;
  int hours = *hours_minutes;
  int minutes = 0;
  if (in.Take(':')) {
    const auto taken = in.TakeNumber(2, 2);
    if (!taken) return std::nullopt;
    minutes = *taken;
  } else if (hours > 23) {
    minutes = hours % 100;
    hours /= 100;
  }
  if (hours > 23 || minutes > 59) return std::nullopt;
  return offset + (east ? 1 : -1) * (hours * kHourUs + minutes * 60 * kSecondUs);
}

std::optional<Clock> TakeClock(Scanner& in) {
  Clock clock;
  const auto hour = in.TakeNumber(1, 2);
  if (!hour || !in.Take(':')) return std::nullopt;
  const auto minute = in.TakeNumber(2, 2);
  if (!minute || !in.Take(':')) return std::nullopt;
  const auto second = in.TakeNumber(2, 2);
  if (!second) return std::nullopt;
  clock.hour = *hour;
  clock.minute = *minute;
  clock.second = *second;
  if (in.Take('.') || in.Take(',')) {
    if (!in.StartsWithDigit()) return std::nullopt;
    clock.fraction_us = in.TakeFraction();
  }
  return clock;
}

std::optional<TimeUs> InYear(int year, const Date& date, const Clock& clock) {
  std::array<char, 64> iso{};
  const int length = std::snprintf(iso.data(), iso.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", year, date.month,
                                   date.day, clock.hour, clock.minute, clock.second);
  const auto time = ParseIsoTime({iso.data(), static_cast<std::size_t>(length)});
  if (!time) return std::nullopt;
  return *time + clock.fraction_us;
}

std::optional<TimeUs> TimeOf(const Date& date, const Clock& clock, TimeUs arrival) {
  if (date.year) return InYear(*date.year, date, clock);
  const int arrival_year = 1970 + static_cast<int>(arrival / (365 * kDayUs + kDayUs / 4));
  for (const int around : kYearsAround) {
    std::optional<TimeUs> best;
    for (int year = arrival_year - around; year <= arrival_year + around; ++year) {
      const auto time = InYear(year, date, clock);
      if (time && (!best || std::llabs(*time - arrival) < std::llabs(*best - arrival))) best = time;
    }
    if (best) return best;
  }
  return std::nullopt;
}

// `May  6`, `May 6 2024`, `May 6, 2024`, behind the name of the month.
std::optional<Date> TakeDayBehindMonth(Scanner& in, int month) {
  const auto day = in.TakeBlanks() ? in.TakeNumber(1, 2) : std::nullopt;
  if (!day) return std::nullopt;
  in.Take(',');
  return Date{.year = {}, .month = month, .day = *day};
}

// `06/May/2024`, `06-May-2024`, `06 May 2024`, `05/06/2024`.
std::optional<Date> TakeDate(Scanner& in) {
  const auto first = in.TakeNumber(1, 2);
  const char separator = in.Peek();
  if (!first || (separator != '/' && separator != '-' && separator != ' ')) return std::nullopt;
  in.Take(separator);
  const bool month_first = in.StartsWithDigit();
  const auto second = month_first ? in.TakeNumber(1, 2) : MonthOfName(in.TakeLetters());
  if (!second || !in.Take(separator) || (month_first && separator != '/')) return std::nullopt;
  const auto year = in.TakeNumber(4, 4);
  if (!year) return std::nullopt;
  return month_first ? Date{.year = year, .month = *first, .day = *second}
                     : Date{.year = year, .month = *second, .day = *first};
}

// Behind the time of day: a half of the day, a zone, a year, in any of their orders. False if there is more.
bool ReadTail(Scanner& in, Date& date, Clock& clock, TimeUs& offset) {
  while (!in.AtEnd()) {
    const bool blank = in.TakeBlanks();
    if (in.AtEnd()) return false;
    if (in.StartsWithDigit()) {
      if (!blank || date.year) return false;
      date.year = in.TakeNumber(4, 4);
      if (!date.year) return false;
      continue;
    }
    Scanner half_of_day = in;
    const std::string_view word = half_of_day.TakeLetters();
    if (EqualsIgnoringCase(word, "am") || EqualsIgnoringCase(word, "pm")) {
      if (clock.hour < 1 || clock.hour > 12) return false;
      clock.hour = clock.hour % 12 + (EqualsIgnoringCase(word, "pm") ? 12 : 0);
      in = half_of_day;
      continue;
    }
    if (word.empty() && in.Peek() != '+' && in.Peek() != '-') return false;
    const auto zone = TakeZone(in);
    if (!zone) return false;
    offset += *zone;
  }
  return true;
}

// The date, the blank or sign behind it included.
std::optional<Date> TakeAnyDate(Scanner& in) {
  if (in.StartsWithDigit()) {
    Scanner year_first = in;
    if (const auto year = year_first.TakeNumber(4, 4)) {
      in = year_first;
      if (in.Take('/')) {
        const auto month = in.TakeNumber(1, 2);
        const auto day = month && in.Take('/') ? in.TakeNumber(1, 2) : std::nullopt;
        if (!day || !in.TakeBlanks()) return std::nullopt;
        return Date{.year = year, .month = *month, .day = *day};
      }
      if (!in.TakeBlanks()) return std::nullopt;
      const auto month = MonthOfName(in.TakeLetters());
      auto date = month ? TakeDayBehindMonth(in, *month) : std::nullopt;
      if (!date || !in.TakeBlanks()) return std::nullopt;
      date->year = year;
      return date;
    }
    const auto date = TakeDate(in);
    if (!date || !(in.Take(':') || in.Take('-') || in.Take('T') || in.TakeBlanks())) return std::nullopt;
    return date;
  }
  std::string_view name = in.TakeLetters();
  if (IsWeekday(name)) {
    in.Take(',');
    if (!in.TakeBlanks()) return std::nullopt;
    if (in.StartsWithDigit()) {
      const auto date = TakeDate(in);
      if (!date || !in.TakeBlanks()) return std::nullopt;
      return date;
    }
    name = in.TakeLetters();
  }
  const auto month = MonthOfName(name);
  auto date = month ? TakeDayBehindMonth(in, *month) : std::nullopt;
  if (!date || !in.TakeBlanks()) return std::nullopt;
  Scanner year = in;
  if (const auto taken = year.TakeNumber(4, 4)) {
    in = year;
    date->year = taken;
    in.Take(',');
    if (!in.TakeBlanks()) return std::nullopt;
  }
  return date;
}

// An ISO time, alone or with a blank and a zone behind it.
std::optional<TimeUs> ParseIsoWithZone(std::string_view text) {
  if (const auto time = ParseIsoTime(text)) return time;
  const std::size_t blank = text.rfind(' ');
  constexpr std::size_t kDateAndClock = 19;
  if (blank == std::string_view::npos || blank < kDateAndClock) return std::nullopt;
  Scanner in(text.substr(blank + 1));
  if (in.AtEnd() || in.StartsWithDigit()) return std::nullopt;
  const auto zone = TakeZone(in);
  const auto time = ParseIsoTime(text.substr(0, blank));
  if (!zone || !time || !in.AtEnd()) return std::nullopt;
  return *time - *zone;
}

// Nineteen digits are nanoseconds; the rest is ParseEpochTime's.
std::optional<TimeUs> ParseNumber(std::string_view text) {
  constexpr std::size_t kNanoDigits = 19;
  std::int64_t nanos = 0;
  if (text.size() != kNanoDigits || text.find('.') != std::string_view::npos) return ParseEpochTime(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), nanos);
  if (error != std::errc() || nanos < 0 || end != text.data() + text.size()) return std::nullopt;
  return nanos / 1000;
}

}  // namespace

std::optional<TimeUs> ParseEventTime(std::string_view text, TimeUs arrival) {
  constexpr std::size_t kLongest = 64;
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  if (const auto time = ParseIsoWithZone(text)) return time;
  if (const auto time = ParseNumber(text)) return time;
  Scanner in(text);
  auto date = TakeAnyDate(in);
  auto clock = date ? TakeClock(in) : std::nullopt;
  TimeUs offset = 0;
  if (!clock || !ReadTail(in, *date, *clock, offset)) return std::nullopt;
  // Of a date without a year, only that depends on the arrival: one that no clock gives must not overflow it.
  constexpr TimeUs kLatestArrival = 8000 * 365 * kDayUs;
  const auto time = TimeOf(*date, *clock, std::clamp<TimeUs>(arrival, 0, kLatestArrival) + offset);
  if (!time) return std::nullopt;
  return *time - offset;
}

std::optional<TimeUs> TimeFromNumber(double value) {
  constexpr double kFirst = 1e9;
  constexpr double kLast = 1e10;
  for (const double per_second : {1.0, 1e3, 1e6, 1e9}) {
    const double seconds = value / per_second;
    if (seconds >= kFirst && seconds < kLast) {
      return static_cast<TimeUs>(std::llround(value * (1e6 / per_second)));
    }
  }
  return std::nullopt;
}

}  // namespace polder
