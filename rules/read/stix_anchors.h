// What to look for in events, so that a STIX pattern is tried only on those that may match. In the flow: for
// the patterns that values and conditions cannot say (stix_pattern.h); the snapshot looks for the anchors as
// it does for every indicator, and a hit has the pattern judged.
#ifndef POLDER_RULES_READ_STIX_ANCHORS_H_
#define POLDER_RULES_READ_STIX_ANCHORS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/observable/kind.h"
#include "engine/stix/pattern.h"

namespace polder {

struct Anchor {
  std::size_t leaf = 0;
  Kind kind = Kind::kText;
  std::string value;  // canonical; of kPattern what FormatExpression makes

  friend bool operator==(const Anchor&, const Anchor&) = default;
  friend auto operator<=>(const Anchor&, const Anchor&) = default;
};

struct PatternAnchors {
  std::vector<Anchor> anchors;  // sorted, none twice
};

// For each leaf values and literals of which at least one is in every event that matches it (as
// engine/stix/event_observation.h compares):
// - `=`, IN and ISSUBSET give the values that CompareWith makes of them; where it makes none, a text of four
//   bytes or more is a literal;
// - LIKE gives its longest stretch without `%` and `_`, MATCHES its required literals, of four bytes or more;
// - AND gives what its best operand gives: of the worst anchors of each, the one with the fewest expected
// hits
//   (a hash before a URL, an email address, a domain, an ip, a text, a file name, a literal, a network);
// - OR gives what all its operands give;
// - NOT, `!=`, `<`, `>`, ISSUPERSET, EXISTS, numbers and the type of what is referred to give nothing.
//
// A FailedPrecondition says for which brackets there is nothing to look for, an InvalidArgument that nothing
// can match the pattern at all.
absl::StatusOr<PatternAnchors> AnchorsOf(const StixPattern& pattern);

// The category of a Refusal for an error of the above: "no anchor" or "invalid value".
std::string AnchorRefusalCategory(const absl::Status& status);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_ANCHORS_H_
