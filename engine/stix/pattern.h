// A STIX 2.1 pattern (section 9 of the specification) as a tree. In the flow: pattern_parser.h makes it,
// compiled_pattern.h judges single observations by its leaves, sequence.h what lies between them; the readers
// of rules look in it for values. Plain data: it owns all its text and knows nothing of what it is matched
// with.
#ifndef POLDER_ENGINE_STIX_PATTERN_H_
#define POLDER_ENGINE_STIX_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"

namespace polder {

struct PathStep {
  enum class Type : std::uint8_t { kKey, kIndex, kAnyIndex };  // `.key`, `[3]`, `[*]`
  Type type = Type::kKey;
  std::string key;
  std::int64_t index = 0;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

// `type:step.step[*]`. A key that ends in `_ref` or `_refs` leads on through what it refers to.
struct ObjectPath {
  std::string type;
  std::vector<PathStep> steps;
  std::string text;    // as written, without quotes
  std::string normal;  // NormalPath(text)
  std::size_t at = 0;  // the byte of the pattern it begins at
};

// How paths are compared where no object has to be walked: in small letters, without indices, the names of
// hashes without hyphens. `file:hashes.'SHA-256'` is `file:hashes.sha256`, `a:to_refs[0].value` is
// `a:to_refs.value`. `text` is a path without quotes.
std::string NormalPath(std::string_view text);

enum class ConstantType : std::uint8_t { kString, kNumber, kBoolean, kBinary, kTimestamp };

struct PatternConstant {
  ConstantType type = ConstantType::kString;
  std::string text;        // of a string its characters, of b'' and h'' the bytes; else as written
  std::string written;     // of all but a string: as it stands in the pattern
  long double number = 0;  // holds every 64-bit integer exactly
  bool boolean = false;
  TimeUs time = 0;     // a day that its month does not have counts on into the next
  std::size_t at = 0;  // the byte of the pattern it begins at
};

enum class ComparisonOperator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIn,
  kLike,
  kMatches,
  kIsSubset,
  kIsSuperset,
  kExists,
};

struct Comparison {
  ObjectPath path;
  ComparisonOperator operation = ComparisonOperator::kEqual;
  bool negated = false;
  std::string written;                     // the operator as it stands in the pattern: `<>`, `==`, `LIKE`
  std::vector<PatternConstant> constants;  // of IN any number, of EXISTS none, else one
};

// What stands in the brackets of an observation expression.
struct ComparisonNode {
  enum class Type : std::uint8_t { kComparison, kAnd, kOr };
  Type type = Type::kComparison;
  std::size_t comparison = 0;            // of kComparison: in ObservationExpression::comparisons
  std::vector<ComparisonNode> operands;  // of the others: two or more
};

// `[...]`, a leaf of the pattern.
struct ObservationExpression {
  std::vector<Comparison> comparisons;
  ComparisonNode root;
  std::string text;    // with its brackets
  std::size_t at = 0;  // the byte of the pattern it begins at
};

struct Qualifier {
  enum class Type : std::uint8_t { kWithin, kRepeats, kStartStop };
  Type type = Type::kWithin;
  TimeUs within = 0;          // more than zero
  std::uint64_t repeats = 0;  // more than zero
  TimeUs start = 0;           // START <= t < STOP
  TimeUs stop = 0;
};

struct ObservationNode {
  enum class Type : std::uint8_t { kLeaf, kAnd, kOr, kFollowedBy };
  Type type = Type::kLeaf;
  std::size_t leaf = 0;                   // of kLeaf: in StixPattern::leaves
  std::vector<ObservationNode> operands;  // of the others: two or more, in the order of the pattern
  std::vector<Qualifier> qualifiers;      // the innermost first
};

struct StixPattern {
  std::string text;
  std::vector<ObservationExpression> leaves;  // in the order of the pattern
  ObservationNode root;
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_PATTERN_H_
