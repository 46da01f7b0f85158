// What one engine process tells of itself from time to time, on a topic of its own: what it watched. The
// member's sender adds it up, and the batch says it.
#ifndef POLDER_ENGINE_WATCH_WATCH_REPORT_H_
#define POLDER_ENGINE_WATCH_WATCH_REPORT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/feedback/batch.h"

namespace polder {

struct WatchReport {
  std::string instance;        // random, so that reports of several engines are told apart
  std::uint64_t sequence = 0;  // in its instance, so that repeated ones are left out
  TimeUs period_start = 0;     // of the hour in which it was watched: epochs are of whole hours
  std::uint64_t events = 0;    // since the report before
  Watched watched;             // kinds and log sources; its number of events is not used

  friend bool operator==(const WatchReport&, const WatchReport&) = default;
};

// One JSON object: {"polder":"watch/1","instance":"...","sequence":N,"epoch_start":"ISO","events":N,
// "kinds":[...],"log_sources":[...]}; `epoch_start` is the period's.
std::string RenderWatchReport(const WatchReport& report);

// Names that this version does not know are left out, as are other keys. An InvalidArgument says what is
// wrong.
absl::StatusOr<WatchReport> ReadWatchReport(std::string_view json);

}  // namespace polder

#endif  // POLDER_ENGINE_WATCH_WATCH_REPORT_H_
