// Points in time, read from and written as text. Pure: nothing here asks a clock.
#ifndef POLDER_ENGINE_BASE_TIME_H_
#define POLDER_ENGINE_BASE_TIME_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace polder {

// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
using TimeUs = std::int64_t;

inline constexpr TimeUs kSecondUs = 1'000'000;
inline constexpr TimeUs kDayUs = 86'400 * kSecondUs;
// Bounds of an open validity window: "since ever" and "without end".
inline constexpr TimeUs kBeginningOfTime = std::numeric_limits<TimeUs>::min();
inline constexpr TimeUs kEndOfTime = std::numeric_limits<TimeUs>::max();

// Reads the whole of `text` as an ISO 8601 / RFC 3339 date-time:
// `2024-05-06T07:08:09[.fraction][Z|+hh:mm|+hhmm]`, a space instead of the T, or a date alone (midnight).
// Without an offset it is UTC. Digits of the fraction past the sixth are dropped. Returns nothing for
// anything else, including dates that do not exist.
std::optional<TimeUs> ParseIsoTime(std::string_view text);

// Reads the whole of `text` as seconds since 1970 with an optional fraction (`1521911721.255387`). Ten digits
// are seconds, thirteen milliseconds, sixteen microseconds, as loggers write them; other lengths are refused,
// so that a small number is never taken for a time.
std::optional<TimeUs> ParseEpochTime(std::string_view text);

// Finds the time at the beginning of a log line: an ISO date-time, alone, in brackets or after a syslog
// priority and version (RFC 5424), or an RFC 3164 `Mmm dd hh:mm:ss`. The latter has no year: the one that
// brings it closest to `arrival` is taken.
std::optional<TimeUs> ParseLinePrefixTime(std::string_view line, TimeUs arrival);

// `2024-05-06T07:08:09.123456Z`; the fraction is left out when it is zero.
std::string FormatIsoTime(TimeUs time);

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_TIME_H_
