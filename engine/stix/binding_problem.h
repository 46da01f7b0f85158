// The search beneath sequence.h, when every OR has been decided: slots, each to be filled with so many of its
// candidates, and what has to hold of their times.
#ifndef POLDER_ENGINE_STIX_BINDING_PROBLEM_H_
#define POLDER_ENGINE_STIX_BINDING_PROBLEM_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/stix/sequence.h"

namespace polder {

// Takes `need` of its candidates, each as often as it was observed.
struct BindingSlot {
  std::uint64_t need = 1;
  std::vector<std::size_t> candidates;  // observations, in ascending order
};

// Slots begin <= s < end.
struct SlotRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Of all that is bound, nothing in `left` begins more than `slack` after anything in `right` ends.
struct TimeConstraint {
  SlotRange left;
  SlotRange right;
  TimeUs slack = 0;
};

// What may still be done; shared by the searches for one answer.
struct SearchBudget {
  std::uint64_t steps = 0;
  bool exhausted = false;

  bool Spend(std::uint64_t cost) {
    exhausted = exhausted || cost > steps;
    steps -= exhausted ? 0 : cost;
    return !exhausted;
  }
};

struct SlotBinding {
  std::size_t slot = 0;
  std::size_t observation = 0;
  std::uint64_t times = 1;
};

// A choice for every slot, or nothing: there is none, or the budget is exhausted.
//
// A constraint holds if there is a threshold that nothing in `right` ends before and nothing in `left` begins
// after (but for the slack). So the search halves the range of thresholds, drops the candidates that a half
// leaves no room for, and when no candidate that is left can break a constraint, a maximum flow says whether
// every slot can have its own.
std::vector<SlotBinding> SolveBinding(std::vector<BindingSlot> slots,
                                      const std::vector<TimeConstraint>& constraints,
                                      std::span<const ObservedTimes> observations, SearchBudget& budget);

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_BINDING_PROBLEM_H_
