#include "rules/read/stix_pattern.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/stix/pattern_parser.h"

namespace polder {
namespace {

// Walks a pattern in its order and makes alternatives of it, as far as they say it.
class AlternativesOfPattern {
 public:
  explicit AlternativesOfPattern(const StixPattern& pattern) : pattern_(pattern) {}

  Alternatives Of(const ObservationNode& node) {
    Alternatives all = WithoutQualifiers(node);
    for (const Qualifier& qualifier : node.qualifiers) all = Beyond(NameOf(qualifier));
    return all;
  }

 private:
  // Instead of all that was read of a part: what makes it one for the pattern engine.
  static Alternatives Beyond(std::string_view what) {
    Alternatives alternatives;
    alternatives.refused.push_back(NeedsPatternEngine(what));
    return alternatives;
  }

  static std::string_view NameOf(const Qualifier& qualifier) {
    if (qualifier.type == Qualifier::Type::kWithin) return "WITHIN";
    return qualifier.type == Qualifier::Type::kRepeats ? "REPEATS" : "START";
  }

  Alternatives WithoutQualifiers(const ObservationNode& node) {
    switch (node.type) {
      case ObservationNode::Type::kLeaf:
        return Of(pattern_.leaves[node.leaf], pattern_.leaves[node.leaf].root);
      case ObservationNode::Type::kAnd:
        return Beyond("AND between observations");
      case ObservationNode::Type::kFollowedBy:
        return Beyond("FOLLOWEDBY");
      case ObservationNode::Type::kOr:
        break;
    }
    Alternatives either;
    for (const ObservationNode& operand : node.operands) AddEither(either, Of(operand));
    return either;
  }

  Alternatives Of(const ObservationExpression& leaf, const ComparisonNode& node) {
    if (node.type == ComparisonNode::Type::kComparison) return OfOne(leaf.comparisons[node.comparison]);
    Alternatives all = Of(leaf, node.operands.front());
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
      Alternatives next = Of(leaf, node.operands[i]);
      if (node.type == ComparisonNode::Type::kOr) {
        AddEither(all, std::move(next));
      } else {
        AddBoth(all, std::move(next), budget_);
      }
    }
    return all;
  }

  static Alternatives OfOne(const Comparison& comparison) {
    const bool subset = comparison.operation == ComparisonOperator::kIsSubset;
    const bool takes = subset || comparison.operation == ComparisonOperator::kEqual ||
                       comparison.operation == ComparisonOperator::kIn;
    if (comparison.negated) return Beyond("NOT");
    if (!takes) {
      const bool word = comparison.operation >= ComparisonOperator::kIn;
      return Beyond(word ? comparison.written : fmt::format("the comparison {}", comparison.written));
    }
    Alternatives any;
    if (comparison.constants.empty()) {
      any.refused.push_back(
          {fmt::format("{} IN (): nothing is in an empty set", comparison.path.text), "invalid value"});
    }
    for (const PatternConstant& constant : comparison.constants) {
      const bool quoted = constant.type == ConstantType::kString;
      AddEither(any,
                CompareWith(comparison.path.text, quoted ? constant.text : constant.written, quoted, subset));
    }
    return any;
  }

  const StixPattern& pattern_;
  std::size_t budget_ = kMaxExpandedTerms;
};

}  // namespace

absl::StatusOr<PatternAtoms> ReadPatternAtoms(std::string_view text) {
  const auto pattern = ParseStixPattern(text);
  if (!pattern.ok()) return pattern.status();
  return PatternAtomsOf(*pattern);
}

PatternAtoms PatternAtomsOf(const StixPattern& pattern) {
  return ResolveAlternatives(AlternativesOfPattern(pattern).Of(pattern.root));
}

}  // namespace polder
