// What to look for: one typed value as one source states it.
#ifndef POLDER_ENGINE_INDICATOR_INDICATOR_H_
#define POLDER_ENGINE_INDICATOR_INDICATOR_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/base/time.h"
#include "engine/indicator/tlp.h"
#include "engine/observable/kind.h"

namespace polder {

// A plain value; owned by whoever read it. Several sources may state the same value: each is an Indicator of
// its own, with its own identifier, validity, marking and confidence.
struct Indicator {
  Kind kind = Kind::kIp;
  std::string value;   // canonical: see CanonicaliseValue
  std::string id;      // STIX identifier, `indicator--<uuid>`
  std::string source;  // the feed or member it came from, as configured
  TimeUs valid_from = kBeginningOfTime;
  TimeUs valid_until = kEndOfTime;     // exclusive
  TimeUs modified = kBeginningOfTime;  // of two versions of one id from one source the newer counts
  bool revoked = false;
  Tlp tlp = Tlp::kUnmarked;
  int confidence = -1;      // 0 to 100 as STIX 2.1 has it; -1 when not stated
  std::string provider;     // who made it: the name of the STIX identity, if known
  std::string name;         // the author's title for it
  std::string description;  // the author's text
  std::string reference;    // a URL to read on

  bool ValidAt(TimeUs time) const { return valid_from <= time && time < valid_until; }
};

// The canonical form of `value` as an indicator of `kind`, or an InvalidArgument that says what is wrong with
// it. For kIp also `address/length` with the full length; for kNetwork also a lone address. For kUrl a value
// without a scheme is read as one with `http`; the reader adds its `https` twin.
absl::StatusOr<std::string> CanonicaliseValue(Kind kind, std::string_view value);

// STIX identifier of a value that came without one: the same for the same source, kind and value.
std::string DerivedIndicatorId(std::string_view source, Kind kind, std::string_view canonical_value);

}  // namespace polder

#endif  // POLDER_ENGINE_INDICATOR_INDICATOR_H_
