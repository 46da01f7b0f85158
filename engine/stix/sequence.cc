#include "engine/stix/sequence.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "engine/stix/binding_problem.h"

namespace polder {
namespace {

using NodeType = ObservationNode::Type;
using QualifierType = Qualifier::Type;

// Of patterns such as (([a] AND [b]) REPEATS 1000 TIMES) no more parts than these are tried.
constexpr std::size_t kMostSlots = 1024;

std::uint64_t Product(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}
std::uint64_t Sum(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

std::uint64_t LeastObservations(const ObservationNode& node) {
  std::uint64_t least = node.operands.empty() ? 1 : 0;
  for (std::size_t i = 0; i < node.operands.size(); ++i) {
    const std::uint64_t part = LeastObservations(node.operands[i]);
    if (node.type != NodeType::kOr) {
      least = Sum(least, part);
    } else {
      least = i == 0 ? part : std::min(least, part);
    }
  }
  for (const Qualifier& qualifier : node.qualifiers) {
    if (qualifier.type == QualifierType::kRepeats) least = Product(least, qualifier.repeats);
  }
  return least;
}

// Whether one observation satisfies the node, up to and with so many of its qualifiers.
bool IsSingle(const ObservationNode& node, std::size_t qualifiers) {
  for (std::size_t i = 0; i < qualifiers; ++i) {
    const Qualifier& qualifier = node.qualifiers[i];
    if (qualifier.type == QualifierType::kRepeats && qualifier.repeats > 1) return false;
  }
  if (node.type == NodeType::kAnd || node.type == NodeType::kFollowedBy) return false;
  return std::all_of(node.operands.begin(), node.operands.end(), [](const ObservationNode& operand) {
    return IsSingle(operand, operand.qualifiers.size());
  });
}

TimeUs Horizon(const ObservationNode& node) {
  TimeUs horizon = 0;
  for (const ObservationNode& operand : node.operands) horizon = std::max(horizon, Horizon(operand));
  if (node.type == NodeType::kAnd || node.type == NodeType::kFollowedBy) horizon = kEndOfTime;
  for (const Qualifier& qualifier : node.qualifiers) {
    if (qualifier.type == QualifierType::kWithin) horizon = std::min(horizon, qualifier.within);
    if (qualifier.type == QualifierType::kRepeats && qualifier.repeats > 1) horizon = kEndOfTime;
  }
  return horizon;
}

// What START and STOP around a node ask of every observation in it.
struct Between {
  TimeUs ends_at_or_after = kBeginningOfTime;
  TimeUs begins_before = kEndOfTime;

  Between And(const Qualifier& qualifier) const {
    if (qualifier.start >= qualifier.stop) return {kEndOfTime, kBeginningOfTime};
    return {std::max(ends_at_or_after, qualifier.start), std::min(begins_before, qualifier.stop)};
  }
  bool Holds(const ObservedTimes& times) const {
    return times.first < begins_before && times.last >= ends_at_or_after;
  }
};

// Decides every OR in every way, and hands each decision to SolveBinding.
class Expansion {
 public:
  Expansion(const StixPattern& pattern, std::span<const ObservedTimes> observations,
            std::optional<std::size_t> must_bind, std::uint64_t most_steps)
      : pattern_(pattern), all_(observations), must_bind_(must_bind), budget_{most_steps} {
    by_leaf_.resize(pattern.leaves.size());
    for (std::size_t i = 0; i < all_.size(); ++i) {
      for (const std::size_t leaf : all_[i].leaves) {
        if (leaf < by_leaf_.size()) by_leaf_[leaf].push_back(i);
      }
    }
  }

  SequenceResult Find() {
    for (const ObservedTimes& times : all_) observed_ = Sum(observed_, times.count);
    if (LeastObservations(pattern_.root) > observed_ || !CanHold(pattern_.root)) return {};
    const bool found =
        Expand(pattern_.root, pattern_.root.qualifiers.size(), {}, [this] { return TrySlots(); });
    if (!found && budget_.exhausted) result_.verdict = SequenceResult::Verdict::kGaveUp;
    return std::move(result_);
  }

 private:
  // Goes on with the rest of the pattern; true if a match was found.
  using Rest = absl::FunctionRef<bool()>;

  bool CanHold(const ObservationNode& node) const {
    const auto can_hold = [this](const ObservationNode& operand) { return CanHold(operand); };
    if (node.type == NodeType::kLeaf) return !by_leaf_[node.leaf].empty();
    if (node.type == NodeType::kOr) return std::any_of(node.operands.begin(), node.operands.end(), can_hold);
    return std::all_of(node.operands.begin(), node.operands.end(), can_hold);
  }

  // The node with the innermost so many of its qualifiers.
  bool Expand(const ObservationNode& node, std::size_t qualifiers, Between between, Rest rest) {
    if (budget_.exhausted) return false;
    if (IsSingle(node, qualifiers)) return AddSlot(node, qualifiers, between, 1, rest);
    if (qualifiers == 0) return ExpandOperands(node, between, rest);
    const Qualifier& qualifier = node.qualifiers[qualifiers - 1];
    switch (qualifier.type) {
      case QualifierType::kStartStop:
        return Expand(node, qualifiers - 1, between.And(qualifier), rest);
      case QualifierType::kRepeats:
        if (IsSingle(node, qualifiers - 1)) {
          return AddSlot(node, qualifiers - 1, between, qualifier.repeats, rest);
        }
        return ExpandCopies(node, qualifiers - 1, between, qualifier.repeats, rest);
      case QualifierType::kWithin:
        break;
    }
    const std::size_t begin = slots_.size();
    return Expand(node, qualifiers - 1, between, [&] {
      const SlotRange range = {begin, slots_.size()};
      return WithConstraint({range, range, qualifier.within}, rest);
    });
  }

  bool ExpandCopies(const ObservationNode& node, std::size_t qualifiers, Between between,
                    std::uint64_t copies, Rest rest) {
    if (copies == 0) return rest();
    return Expand(node, qualifiers, between,
                  [&] { return ExpandCopies(node, qualifiers, between, copies - 1, rest); });
  }

  bool ExpandOperands(const ObservationNode& node, Between between, Rest rest) {
    if (node.type != NodeType::kOr) return ExpandFrom(node, 0, slots_.size(), between, rest);
    for (const ObservationNode& operand : node.operands) {
      if (CanHold(operand) && Expand(operand, operand.qualifiers.size(), between, rest)) return true;
    }
    return false;
  }

  // The operands of AND and FOLLOWEDBY from the `i`th on; the slots of the first begin at `begin`.
  bool ExpandFrom(const ObservationNode& node, std::size_t i, std::size_t begin, Between between, Rest rest) {
    if (i == node.operands.size()) return rest();
    const ObservationNode& operand = node.operands[i];
    const std::size_t middle = slots_.size();
    return Expand(operand, operand.qualifiers.size(), between, [&] {
      const auto go_on = [&] { return ExpandFrom(node, i + 1, begin, between, rest); };
      if (node.type == NodeType::kAnd || i == 0) return go_on();
      return WithConstraint({{begin, middle}, {middle, slots_.size()}, 0}, go_on);
    });
  }

  bool WithConstraint(const TimeConstraint& constraint, Rest rest) {
    constraints_.push_back(constraint);
    if (rest()) return true;
    constraints_.pop_back();
    return false;
  }

  bool AddSlot(const ObservationNode& node, std::size_t qualifiers, Between between, std::uint64_t need,
               Rest rest) {
    if (slots_.size() == kMostSlots) {
      budget_.exhausted = true;
      return false;
    }
    BindingSlot slot = {.need = need, .candidates = {}};
    AddCandidates(node, qualifiers, between, slot.candidates);
    std::sort(slot.candidates.begin(), slot.candidates.end());
    slot.candidates.erase(std::unique(slot.candidates.begin(), slot.candidates.end()), slot.candidates.end());
    if (!budget_.Spend(1 + slot.candidates.size()) || slot.candidates.empty()) return false;
    if (need > observed_ - needed_) return false;
    needed_ += need;
    slots_.push_back(std::move(slot));
    origins_.push_back({&node, qualifiers, between});
    if (rest()) return true;
    slots_.pop_back();
    origins_.pop_back();
    needed_ -= need;
    return false;
  }

  // Of a node that one observation satisfies.
  void AddCandidates(const ObservationNode& node, std::size_t qualifiers, Between between,
                     std::vector<std::size_t>& candidates) const {
    for (std::size_t i = 0; i < qualifiers; ++i) {
      if (node.qualifiers[i].type == QualifierType::kStartStop) between = between.And(node.qualifiers[i]);
    }
    if (node.type == NodeType::kLeaf) {
      for (const std::size_t id : by_leaf_[node.leaf]) {
        if (between.Holds(all_[id])) candidates.push_back(id);
      }
    }
    for (const ObservationNode& operand : node.operands) {
      AddCandidates(operand, operand.qualifiers.size(), between, candidates);
    }
  }

  // The first leaf of such a node for which the observation is a candidate.
  std::optional<std::size_t> LeafFor(const ObservationNode& node, std::size_t qualifiers, Between between,
                                     std::size_t observation) const {
    for (std::size_t i = 0; i < qualifiers; ++i) {
      if (node.qualifiers[i].type == QualifierType::kStartStop) between = between.And(node.qualifiers[i]);
    }
    if (node.type == NodeType::kLeaf) {
      const auto& candidates = by_leaf_[node.leaf];
      const bool is_one = std::binary_search(candidates.begin(), candidates.end(), observation) &&
                          between.Holds(all_[observation]);
      return is_one ? std::optional(node.leaf) : std::nullopt;
    }
    for (const ObservationNode& operand : node.operands) {
      if (auto leaf = LeafFor(operand, operand.qualifiers.size(), between, observation)) return leaf;
    }
    return std::nullopt;
  }

  bool TrySlots() {
    if (!must_bind_) return Try(slots_, constraints_, origins_);
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      const auto& candidates = slots_[s].candidates;
      if (!std::binary_search(candidates.begin(), candidates.end(), *must_bind_)) continue;
      if (TryWithFixed(s)) return true;
      if (budget_.exhausted) return false;
    }
    return false;
  }

  // With the observation that must be bound in the `s`th slot: it gets a slot of its own before that one.
  bool TryWithFixed(std::size_t s) {
    auto slots = slots_;
    auto constraints = constraints_;
    auto origins = origins_;
    const bool more = slots[s].need > 1;
    if (more) {
      --slots[s].need;
      slots.insert(slots.begin() + static_cast<std::ptrdiff_t>(s), BindingSlot{});
      origins.insert(origins.begin() + static_cast<std::ptrdiff_t>(s), Origin(origins[s]));
      for (TimeConstraint& constraint : constraints) {
        for (SlotRange* const range : {&constraint.left, &constraint.right}) {
          range->begin += range->begin > s ? 1 : 0;
          range->end += range->end > s ? 1 : 0;
        }
      }
    }
    slots[s] = {.need = 1, .candidates = {*must_bind_}};
    return Try(slots, constraints, origins);
  }

  struct Origin {
    const ObservationNode* node;
    std::size_t qualifiers;
    Between between;
  };

  bool Try(const std::vector<BindingSlot>& slots, const std::vector<TimeConstraint>& constraints,
           const std::vector<Origin>& origins) {
    auto bindings = SolveBinding(slots, constraints, all_, budget_);
    if (bindings.empty()) return false;
    const auto earlier = [&](const SlotBinding& a, const SlotBinding& b) {
      return std::pair(all_[a.observation].first, a.observation) <
             std::pair(all_[b.observation].first, b.observation);
    };
    // The repeats of one leaf, which stand side by side, in time.
    for (auto from = bindings.begin(); from != bindings.end();) {
      const auto to = std::find_if(from, bindings.end(), [&](const SlotBinding& other) {
        return origins[other.slot].node != origins[from->slot].node;
      });
      std::sort(from, to, earlier);
      from = to;
    }
    for (const SlotBinding& binding : bindings) {
      const Origin& origin = origins[binding.slot];
      const auto leaf = LeafFor(*origin.node, origin.qualifiers, origin.between, binding.observation);
      result_.bound.push_back({leaf.value_or(0), binding.observation, binding.times});
    }
    result_.verdict = SequenceResult::Verdict::kMatch;
    return true;
  }

  const StixPattern& pattern_;
  std::span<const ObservedTimes> all_;
  std::optional<std::size_t> must_bind_;
  SearchBudget budget_;
  std::vector<std::vector<std::size_t>> by_leaf_;  // observations, in ascending order
  std::vector<BindingSlot> slots_;
  std::vector<Origin> origins_;  // of the slots
  std::vector<TimeConstraint> constraints_;
  std::uint64_t observed_ = 0;  // how often all observations were made
  std::uint64_t needed_ = 0;    // of them, by slots_
  SequenceResult result_;
};

}  // namespace

SequenceResult FindSequence(const StixPattern& pattern, std::span<const ObservedTimes> observations,
                            std::optional<std::size_t> must_bind, std::uint64_t most_steps) {
  return Expansion(pattern, observations, must_bind, most_steps).Find();
}

SequenceNeeds NeedsOf(const StixPattern& pattern) {
  return {.single = IsSingle(pattern.root, pattern.root.qualifiers.size()),
          .horizon = Horizon(pattern.root),
          .observations = LeastObservations(pattern.root)};
}

}  // namespace polder
