// STIX patterns (section 9 of the 2.1 specification; 2.0's are read as well), as far as they amount to
// alternatives of a value with conditions.
#ifndef POLDER_RULES_READ_STIX_PATTERN_H_
#define POLDER_RULES_READ_STIX_PATTERN_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "engine/stix/pattern.h"
#include "rules/read/stix_alternatives.h"

namespace polder {

// Reads comparisons with `=`, `IN (...)` and `ISSUBSET` of the paths in stix_paths.h, joined by AND and OR in
// any parentheses, in one or in several square brackets joined by OR. An AND inside square brackets makes an
// atom with conditions (stix_alternatives.h).
//
// What goes beyond (FOLLOWEDBY, AND between square brackets, qualifiers, LIKE, MATCHES, NOT, `!=`, `<`,
// EXISTS, ISSUPERSET, other paths) is refused with the category "not yet supported" and costs only the
// alternatives that it stands in; the whole pattern is then one for the STIX pattern engine. An
// InvalidArgument says where the pattern is not STIX, counting characters from 1; an Unimplemented one that
// it is nested too deeply.
absl::StatusOr<PatternAtoms> ReadPatternAtoms(std::string_view text);

// The same of a pattern that has been read.
PatternAtoms PatternAtomsOf(const StixPattern& pattern);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_PATTERN_H_
