// The part of STIX 2.1 patterning (section 9 of the specification) that amounts to a list of values: one
// comparison, or an OR of comparisons, of kinds that Polder matches exactly.
#ifndef POLDER_RULES_READ_STIX_PATTERN_H_
#define POLDER_RULES_READ_STIX_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/read/value_kind.h"

namespace polder {

struct PatternAtoms {
  std::vector<TypedValue> values;
  // Alternatives that cannot be matched, each with its reason. The values hold without them.
  std::vector<std::string> refused;
};

// Reads `[type:path = 'value' OR ...]`, alternatives in one or in several square brackets joined by OR, in
// any parentheses, and `IN (...)` and `ISSUBSET` on addresses. An Unimplemented error names what goes beyond
// that (AND, FOLLOWEDBY, LIKE, MATCHES, qualifiers, NOT ...) in a pattern that is STIX as a whole; an
// InvalidArgument one says where the pattern is not STIX, counting characters from 1.
absl::StatusOr<PatternAtoms> ReadPatternAtoms(std::string_view pattern);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_PATTERN_H_
