// What to look for: one typed value as one source states it.
#ifndef POLDER_ENGINE_INDICATOR_INDICATOR_H_
#define POLDER_ENGINE_INDICATOR_INDICATOR_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/time.h"
#include "engine/indicator/pap.h"
#include "engine/indicator/tlp.h"
#include "engine/observable/kind.h"

namespace polder {

// Something else that the same event has to hold for an indicator to hit: the port of an address, the hash of
// a file name.
struct Condition {
  Kind kind = Kind::kIp;
  std::string value;  // canonical: see CanonicaliseValue

  friend bool operator==(const Condition&, const Condition&) = default;
  friend auto operator<=>(const Condition&, const Condition&) = default;
};

// A plain value; owned by whoever read it. Several sources may state the same value: each is an Indicator of
// its own, with its own identifier, validity, marking and confidence.
struct Indicator {
  Kind kind = Kind::kIp;
  std::string value;                  // canonical: see CanonicaliseValue
  std::string id;                     // STIX identifier, `indicator--<uuid>`; empty: DerivedIndicatorId is
  std::string source;                 // the feed or member it came from, as configured
  std::vector<Condition> conditions;  // all of them; an indicator with any is a conjunction
  // A STIX pattern that has to hold as well: then the value is only what makes Polder look (an anchor), one
  // of several perhaps, and what is hit is the pattern.
  std::string pattern = {};
  TimeUs valid_from = kBeginningOfTime;
  TimeUs valid_until = kEndOfTime;     // exclusive
  TimeUs modified = kBeginningOfTime;  // of two versions of one id from one source the newer counts
  bool revoked = false;
  bool shadow = false;  // of a source that is only tried: its hits are counted and raise no sighting
  Tlp tlp = Tlp::kUnmarked;
  Pap pap = Pap::kUnmarked;
  int confidence = -1;      // 0 to 100 as STIX 2.1 has it; -1 when not stated
  std::string provider;     // who made it: the name of the STIX identity, if known
  std::string name;         // the author's title for it
  std::string description;  // the author's text
  std::string reference;    // a URL to read on
  std::string labels;       // the author's tags and indicator types, separated by ", "
  std::string known_as;     // the lists of values known to be benign that have it, separated by ", "

  bool ValidAt(TimeUs time) const { return valid_from <= time && time < valid_until; }
};

// The canonical form of `value` as an indicator of `kind`, or an InvalidArgument that says what is wrong with
// it. For kIp also `address/length` with the full length; for kNetwork also a lone address. For kUrl a value
// without a scheme is read as one with `http`; the reader adds its `https` twin. Text kinds are taken in
// small letters (ASCII) and otherwise as they are; a file name holds neither slash nor backslash. A pattern
// is taken as FormatExpression writes it.
absl::StatusOr<std::string> CanonicaliseValue(Kind kind, std::string_view value);

// STIX identifier of a value that came without one: the same for the same source, kind and value.
std::string DerivedIndicatorId(std::string_view source, Kind kind, std::string_view canonical_value);

}  // namespace polder

#endif  // POLDER_ENGINE_INDICATOR_INDICATOR_H_
