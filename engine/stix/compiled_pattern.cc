#include "engine/stix/compiled_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "engine/stix/pattern_lexer.h"
#include "engine/stix/pattern_parser.h"

namespace polder {
namespace {

// For each comparison of a leaf, whether it holds.
using Truths = std::vector<bool>;

constexpr std::size_t kMostCombinations = 1 << 16;

bool IsTrue(const ComparisonNode& node, const Truths& truths) {
  const auto is_true = [&truths](const ComparisonNode& operand) { return IsTrue(operand, truths); };
  switch (node.type) {
    case ComparisonNode::Type::kComparison:
      return truths[node.comparison];
    case ComparisonNode::Type::kAnd:
      return std::all_of(node.operands.begin(), node.operands.end(), is_true);
    case ComparisonNode::Type::kOr:
      break;
  }
  return std::any_of(node.operands.begin(), node.operands.end(), is_true);
}

// The comparisons of one leaf on one observation.
class LeafJudge {
 public:
  LeafJudge(const ObservationExpression& leaf, const std::vector<CompiledComparison>& compiled,
            const Observation& observation)
      : leaf_(leaf), compiled_(compiled), observation_(observation) {}

  CompiledPattern::Verdict Judge() {
    CollectTypes();
    std::vector<std::set<Truths>> by_type;
    for (const std::string_view type : types_) {
      std::set<Truths> of_objects;
      observation_.ObjectsOfType(type, [&](std::size_t object) {
        Truths truths = TruthsOf(object, type);
        const bool any = std::find(truths.begin(), truths.end(), true) != truths.end();
        if (any) of_objects.insert(std::move(truths));
      });
      if (!of_objects.empty()) by_type.push_back(std::move(of_objects));
    }
    if (Any(by_type, 0, Truths(leaf_.comparisons.size()))) return CompiledPattern::Verdict::kMatch;
    return gave_up_ ? CompiledPattern::Verdict::kGaveUp : CompiledPattern::Verdict::kNoMatch;
  }

 private:
  void CollectTypes() {
    for (const Comparison& comparison : leaf_.comparisons) {
      const std::string_view type = comparison.path.type;
      if (std::find(types_.begin(), types_.end(), type) == types_.end()) types_.push_back(type);
    }
  }

  Truths TruthsOf(std::size_t object, std::string_view type) {
    Truths truths(leaf_.comparisons.size());
    for (std::size_t i = 0; i < truths.size(); ++i) {
      if (leaf_.comparisons[i].path.type == type) truths[i] = Holds(i, object);
    }
    return truths;
  }

  bool Holds(std::size_t i, std::size_t object) {
    const Comparison& comparison = leaf_.comparisons[i];
    const Observation::Compares compares = observation_.compares();
    bool holds = false;
    observation_.ValuesAt(object, comparison.path, [&](const ObservedValue& value) {
      const auto verdict = compiled_[i].Holds(value, compares);
      gave_up_ = gave_up_ || verdict == CompiledComparison::Verdict::kGaveUp;
      holds = verdict ==
              (comparison.negated ? CompiledComparison::Verdict::kNo : CompiledComparison::Verdict::kYes);
      return !holds;
    });
    return holds;
  }

  // Whether one of each type can be chosen so that the leaf holds. No comparison is made false by another
  // that becomes true, so none has to be left out.
  bool Any(const std::vector<std::set<Truths>>& by_type, std::size_t type, const Truths& chosen) {
    if (type == by_type.size()) {
      if (++combinations_ <= kMostCombinations) return IsTrue(leaf_.root, chosen);
      gave_up_ = true;
      return false;
    }
    for (const Truths& truths : by_type[type]) {
      Truths more = chosen;
      for (std::size_t i = 0; i < more.size(); ++i) more[i] = more[i] || truths[i];
      if (Any(by_type, type + 1, more)) return true;
      if (combinations_ > kMostCombinations) return false;
    }
    return false;
  }

  const ObservationExpression& leaf_;
  const std::vector<CompiledComparison>& compiled_;
  const Observation& observation_;
  std::vector<std::string_view> types_;
  std::size_t combinations_ = 0;
  bool gave_up_ = false;
};

}  // namespace

absl::StatusOr<CompiledPattern> CompiledPattern::Compile(std::string_view text) {
  auto pattern = ParseStixPattern(text);
  if (!pattern.ok()) return pattern.status();
  return Compile(*std::move(pattern));
}

absl::StatusOr<CompiledPattern> CompiledPattern::Compile(StixPattern pattern) {
  CompiledPattern compiled;
  compiled.pattern_ = std::make_unique<const StixPattern>(std::move(pattern));
  for (const ObservationExpression& leaf : compiled.pattern_->leaves) {
    auto& comparisons = compiled.leaves_.emplace_back();
    for (const Comparison& comparison : leaf.comparisons) {
      auto one = CompiledComparison::Compile(comparison);
      if (!one.ok()) {
        return PatternLexer(compiled.pattern_->text)
            .NotStix(comparison.constants.front().at, std::string(one.status().message()));
      }
      comparisons.push_back(*std::move(one));
    }
  }
  return compiled;
}

CompiledPattern::Verdict CompiledPattern::Matches(std::size_t leaf, const Observation& observation) const {
  return LeafJudge(pattern_->leaves[leaf], leaves_[leaf], observation).Judge();
}

}  // namespace polder
