// What a STIX pattern states, as indicators: plain values and conjunctions where that says all of it, else
// anchors with the pattern itself, which the pattern engine judges (engine/match/pattern_judge.h).
#ifndef POLDER_RULES_READ_STIX_STATEMENT_H_
#define POLDER_RULES_READ_STIX_STATEMENT_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/read/stix_alternatives.h"
#include "rules/read/value_kind.h"

namespace polder {

struct StixStatement {
  std::vector<TypedValue> values;
  std::vector<PatternRefusal> refused;  // what is not taken; with values beside it, the rest is
};

// Longer patterns are refused.
inline constexpr std::size_t kLongestStixPattern = 256 * 1024;

// A pattern that values and conjunctions cannot wholly say becomes one for the engine, as a whole. Where
// nothing in it can be looked for, the alternatives that are values are taken all the same. An
// InvalidArgument says where the text is no STIX pattern; an Unimplemented that it is too deep or too long.
absl::StatusOr<StixStatement> ReadStixStatement(std::string_view pattern);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_STATEMENT_H_
