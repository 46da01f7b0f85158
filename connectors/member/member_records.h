// What comes to a member's feedback beside its sightings and what its engines watched (engine/watch):
// verdicts from an analyst, SIEM or case system. Pure.
#ifndef POLDER_CONNECTORS_MEMBER_MEMBER_RECORDS_H_
#define POLDER_CONNECTORS_MEMBER_MEMBER_RECORDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
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

// About a value as people write it, defanged or not; `kind` is the name of one, or empty: then its shape
// tells. A URL without a scheme is two values. An InvalidArgument says why it is none that a record can be
// about.
absl::StatusOr<std::vector<GivenVerdict>> MakeVerdict(std::string_view value, std::string_view kind,
                                                      std::string_view verdict, TimeUs given);

// `{"value": "...", "verdict": "confirmed|false_positive", "kind": optional, "time": optional}`; other keys
// are left alone. `now` is the time of one that has none. An InvalidArgument says what is wrong.
absl::StatusOr<std::vector<GivenVerdict>> ReadVerdictRecord(std::string_view json, TimeUs now);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_MEMBER_RECORDS_H_
