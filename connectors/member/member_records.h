// What comes to a member's feedback beside its sightings: verdicts from an analyst, SIEM or case system, and
// records of the engines about what they watch. Pure.
#ifndef POLDER_CONNECTORS_MEMBER_MEMBER_RECORDS_H_
#define POLDER_CONNECTORS_MEMBER_MEMBER_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/feedback/batch.h"
#include "engine/feedback/feedback.h"

namespace polder {

// An analyst's word about one indicator.
struct GivenVerdict {
  Kind kind = Kind::kDomain;
  std::string value;  // canonical
  Verdict verdict = Verdict::kConfirmed;
  TimeUs given = 0;

  friend bool operator==(const GivenVerdict&, const GivenVerdict&) = default;
};

inline constexpr std::size_t kLargestRecord = std::size_t{1} << 20;

// About a value as people write it, defanged or not; `kind` is the name of one, or empty: then its shape
// tells. A URL without a scheme is two values. An InvalidArgument says why it is none that a record can be
// about.
absl::StatusOr<std::vector<GivenVerdict>> MakeVerdict(std::string_view value, std::string_view kind,
                                                      std::string_view verdict, TimeUs given);

// `{"value": "...", "verdict": "confirmed|false_positive", "kind": optional, "time": optional}`; other keys
// are left alone. `now` is the time of one that has none. An InvalidArgument says what is wrong.
absl::StatusOr<std::vector<GivenVerdict>> ReadVerdictRecord(std::string_view json, TimeUs now);

// What one engine process has watched since its last record.
struct WatchRecord {
  std::string instance;        // random, of the process
  std::uint64_t sequence = 0;  // of the record in its instance
  TimeUs epoch = 0;            // start of the epoch of these events
  std::uint64_t events = 0;
  Watched watched;  // kinds and log sources

  friend bool operator==(const WatchRecord&, const WatchRecord&) = default;
};
// `{"polder":"watch/1","instance":"...","sequence":N,"epoch_start":"ISO","events":N,"kinds":[...],
// "log_sources":[...]}`. Names that this version does not know are left out. An InvalidArgument says what is
// wrong.
absl::StatusOr<WatchRecord> ReadWatchRecord(std::string_view json);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_MEMBER_RECORDS_H_
