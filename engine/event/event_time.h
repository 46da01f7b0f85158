// The spellings of time that logs use.
#ifndef POLDER_ENGINE_EVENT_EVENT_TIME_H_
#define POLDER_ENGINE_EVENT_EVENT_TIME_H_

#include <optional>
#include <string_view>

#include "engine/base/time.h"

namespace polder {

// The time that `text` says, as a whole:
//   ISO 8601 / RFC 3339, with `T` or a space, with `Z`, an offset or none (read as UTC), any fraction; with
//   `,` before the fraction; `2024-05-06 07:08:09 UTC`
//   seconds, milli-, micro- or nanoseconds since 1970, with or without a fraction
//   `May  6 07:08:09`, `May  6 2024 07:08:09`, with milliseconds, with a zone (syslog, CEF, LEEF); without a
//   year the one that puts it closest to `arrival`
//   `06/May/2024:07:08:09 +0200` (access logs), `06-May-2024 07:08:09.123`
//   `Mon, 06 May 2024 07:08:09 GMT` (RFC 5322), `Mon May  6 07:08:09 2024` (C's asctime)
//   `05/06/2024 07:08:09 AM` (Windows; month first), `05/06/2024-07:08:09.123456`
//   `2024/05/06 07:08:09`, `2024 May  6 07:08:09`
// A zone is `Z`, an offset, or an abbreviation; one that is not known reads as UTC, being at most hours off.
std::optional<TimeUs> ParseEventTime(std::string_view text, TimeUs arrival);

// A number since 1970, its unit told by its size. Nothing for one that is no time of 2001 to 2286.
std::optional<TimeUs> TimeFromNumber(double value);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_EVENT_TIME_H_
