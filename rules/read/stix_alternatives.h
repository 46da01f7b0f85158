// The comparisons of a STIX pattern, brought into the form that the matcher knows: alternatives, each of one
// value and of conditions that the same event has to meet. In the flow: stix_pattern.cc parses and builds
// them, stix_reader.cc makes indicators of what ResolveAlternatives gives.
#ifndef POLDER_RULES_READ_STIX_ALTERNATIVES_H_
#define POLDER_RULES_READ_STIX_ALTERNATIVES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/indicator/indicator.h"
#include "rules/read/stix_paths.h"

namespace polder {

struct PatternAtom {
  Kind kind;
  std::string value;                  // canonical
  std::vector<Condition> conditions;  // sorted, none twice
};

// An alternative that is not taken. The others hold without it.
struct PatternRefusal {
  std::string reason;
  std::string category;  // "not yet supported", "not matchable", "invalid value"
};

struct PatternAtoms {
  std::vector<PatternAtom> values;
  std::vector<PatternRefusal> refused;
};

// One comparison that can be matched, or one that says of what type the object `referred` is.
struct PatternTerm {
  Kind kind = Kind::kText;
  std::string value;     // canonical; of a type the STIX name of it
  std::string referred;  // the object that the path reaches through a reference, if it does
  bool is_type = false;
  bool only_beside = false;  // PathMeaning::only_beside
};

struct Alternatives {
  std::vector<std::vector<PatternTerm>> any_of;  // each: all of
  std::vector<PatternRefusal> refused;
};

// `what` is STIX, and more than values and conditions can say.
PatternRefusal NeedsPatternEngine(std::string_view what);

// The alternatives of the comparison `path = text`, or `path ISSUBSET text`. `quoted` tells a text in single
// quotes from a number. More than one where a value has several spellings: a URL without a scheme, a
// certificate's serial with and without colons.
Alternatives CompareWith(std::string_view path, std::string_view text, bool quoted, bool subset);

void AddEither(Alternatives& alternatives, Alternatives&& more);

// How many terms the ANDs of one pattern may multiply to, all together.
inline constexpr std::size_t kMaxExpandedTerms = 32'768;

// All of one and of the other. What is refused on one side costs only the combinations with it. Everything is
// refused where ORs multiply to more than 64 combinations, where an OR of more than 1,024 stands beside
// something else, where more than 32 comparisons are joined, and where `budget` does not last.
void AddBoth(Alternatives& alternatives, Alternatives&& more, std::size_t& budget);

// Chooses the value of each alternative: the most selective of its terms (a hash before a URL, an email
// address, a domain, an ip, a text, a file name, a network). The rest are its conditions; terms of type are
// checked against the value they speak of and dropped.
PatternAtoms ResolveAlternatives(Alternatives&& alternatives);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_ALTERNATIVES_H_
