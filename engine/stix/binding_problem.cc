#include "engine/stix/binding_problem.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace polder {
namespace {

using Slots = std::vector<BindingSlot>;

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

TimeUs Plus(TimeUs time, TimeUs slack) {
  TimeUs sum = 0;
  return __builtin_add_overflow(time, slack, &sum) ? kEndOfTime : sum;
}

TimeUs Minus(TimeUs time, TimeUs slack) {
  TimeUs difference = 0;
  return __builtin_sub_overflow(time, slack, &difference) ? kBeginningOfTime : difference;
}

// Maximum flow from slots to observations, by shortest augmenting paths.
class Flow {
 public:
  Flow(const Slots& slots, std::span<const ObservedTimes> observations, SearchBudget& budget)
      : slots_(slots), all_(observations), budget_(budget) {
    for (const BindingSlot& slot : slots) {
      taken_.emplace_back(slot.candidates.size());
      used_ids_.insert(used_ids_.end(), slot.candidates.begin(), slot.candidates.end());
    }
    std::sort(used_ids_.begin(), used_ids_.end());
    used_ids_.erase(std::unique(used_ids_.begin(), used_ids_.end()), used_ids_.end());
    of_observation_.resize(used_ids_.size());
    free_.reserve(used_ids_.size());
    for (const std::size_t id : used_ids_) free_.push_back(all_[id].count);
    for (std::size_t s = 0; s < slots.size(); ++s) {
      for (std::size_t c = 0; c < slots[s].candidates.size(); ++c) {
        of_observation_[IndexOf(slots[s].candidates[c])].push_back({s, c});
      }
    }
  }

  bool FillsAll() {
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      std::uint64_t missing = slots_[s].need;
      if (!TakeFree(s, missing)) return false;
      while (missing > 0) {
        const std::uint64_t more = Augment(s, missing);
        if (more == 0) return false;
        missing -= more;
      }
    }
    return true;
  }

  std::vector<SlotBinding> Bindings() const {
    std::vector<SlotBinding> bindings;
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      for (std::size_t c = 0; c < taken_[s].size(); ++c) {
        if (taken_[s][c] > 0) bindings.push_back({s, slots_[s].candidates[c], taken_[s][c]});
      }
    }
    return bindings;
  }

 private:
  struct Edge {
    std::size_t slot;
    std::size_t candidate;
  };
  // How the search came to a slot: it may take `candidate` from there, as it has other candidates itself.
  struct Step {
    std::size_t slot;
    std::size_t parent;    // in steps
    std::size_t wanted;    // the candidate of the parent's slot that this slot has
    std::size_t given_up;  // the same observation as a candidate of this slot
  };

  std::size_t IndexOf(std::size_t id) const {
    return static_cast<std::size_t>(std::lower_bound(used_ids_.begin(), used_ids_.end(), id) -
                                    used_ids_.begin());
  }

  // False if the budget is exhausted.
  bool TakeFree(std::size_t slot, std::uint64_t& missing) {
    const auto& candidates = slots_[slot].candidates;
    if (!budget_.Spend(1 + candidates.size())) return false;
    for (std::size_t c = 0; c < candidates.size() && missing > 0; ++c) {
      std::uint64_t& free = free_[IndexOf(candidates[c])];
      const std::uint64_t more = std::min(missing, free);
      taken_[slot][c] += more;
      free -= more;
      missing -= more;
    }
    return true;
  }

  std::uint64_t Augment(std::size_t start, std::uint64_t wanted) {
    std::vector<Step> steps = {{start, kNone, kNone, kNone}};
    std::vector<bool> seen(slots_.size());
    seen[start] = true;
    for (std::size_t at = 0; at < steps.size(); ++at) {
      const std::size_t slot = steps[at].slot;
      if (!budget_.Spend(1 + slots_[slot].candidates.size())) return 0;
      for (std::size_t c = 0; c < slots_[slot].candidates.size(); ++c) {
        const std::size_t observation = IndexOf(slots_[slot].candidates[c]);
        if (free_[observation] > 0) return Take(steps, at, c, std::min(wanted, free_[observation]));
        for (const Edge& edge : of_observation_[observation]) {
          if (seen[edge.slot] || taken_[edge.slot][edge.candidate] == 0) continue;
          seen[edge.slot] = true;
          steps.push_back({edge.slot, at, c, edge.candidate});
        }
      }
    }
    return 0;
  }

  // The slot of the last step takes what is free, and gives up to the one before what that wants, and so on.
  std::uint64_t Take(const std::vector<Step>& steps, std::size_t last, std::size_t candidate,
                     std::uint64_t most) {
    for (std::size_t at = last; steps[at].parent != kNone; at = steps[at].parent) {
      most = std::min(most, taken_[steps[at].slot][steps[at].given_up]);
    }
    free_[IndexOf(slots_[steps[last].slot].candidates[candidate])] -= most;
    for (std::size_t at = last; at != kNone; at = steps[at].parent) {
      taken_[steps[at].slot][candidate] += most;
      if (steps[at].parent == kNone) break;
      taken_[steps[at].slot][steps[at].given_up] -= most;
      candidate = steps[at].wanted;
    }
    return most;
  }

  const Slots& slots_;
  std::span<const ObservedTimes> all_;
  SearchBudget& budget_;
  std::vector<std::size_t> used_ids_;
  std::vector<std::vector<Edge>> of_observation_;  // by index in used_ids_, as free_
  std::vector<std::uint64_t> free_;
  std::vector<std::vector<std::uint64_t>> taken_;  // by slot and candidate
};

class Search {
 public:
  Search(const std::vector<TimeConstraint>& constraints, std::span<const ObservedTimes> observations,
         SearchBudget& budget)
      : constraints_(constraints), all_(observations), budget_(budget) {}

  std::vector<SlotBinding> Solve(Slots slots) {
    std::vector<Slots> open;
    open.push_back(std::move(slots));
    while (!open.empty()) {
      Slots state = std::move(open.back());
      open.pop_back();
      if (!Narrow(state)) {
        if (budget_.exhausted) return {};
        continue;
      }
      Flow flow(state, all_, budget_);
      if (!flow.FillsAll()) {
        if (budget_.exhausted) return {};
        continue;
      }
      const TimeConstraint* const broken = FirstThatMayBreak(state);
      if (broken == nullptr) return flow.Bindings();
      Split(state, *broken, open);
    }
    return {};
  }

 private:
  // Drops candidates that no choice can hold, until nothing changes. False if a slot cannot be filled.
  bool Narrow(Slots& slots) {
    std::size_t before = kNone;
    for (std::size_t now = Count(slots); now != before; now = Count(slots)) {
      before = now;
      if (!budget_.Spend(1 + now)) return false;
      for (const TimeConstraint& constraint : constraints_) {
        TimeUs begin = kBeginningOfTime, end = kEndOfTime;
        for (std::size_t s = constraint.left.begin; s < constraint.left.end; ++s) {
          const auto earliest = EarliestBegin(slots[s]);
          if (!earliest) return false;
          begin = std::max(begin, *earliest);
        }
        for (std::size_t s = constraint.right.begin; s < constraint.right.end; ++s) {
          const auto latest = LatestEnd(slots[s]);
          if (!latest) return false;
          end = std::min(end, *latest);
        }
        if (begin > Plus(end, constraint.slack)) return false;
        KeepBegins(slots, constraint.left, Plus(end, constraint.slack));
        KeepEnds(slots, constraint.right, Minus(begin, constraint.slack));
      }
    }
    return std::all_of(slots.begin(), slots.end(),
                       [this](const BindingSlot& slot) { return EarliestBegin(slot).has_value(); });
  }

  static std::size_t Count(const Slots& slots) {
    std::size_t count = 0;
    for (const BindingSlot& slot : slots) count += slot.candidates.size();
    return count;
  }

  // When the last of what fills the slot begins at the earliest.
  std::optional<TimeUs> EarliestBegin(const BindingSlot& slot) {
    return Nth(slot, [this](std::size_t id) { return all_[id].first; });
  }
  // When the first of what fills the slot ends at the latest.
  std::optional<TimeUs> LatestEnd(const BindingSlot& slot) {
    // Counted downwards: ~ turns the order round without overflow.
    const auto end = Nth(slot, [this](std::size_t id) { return ~all_[id].last; });
    return end ? std::optional(~*end) : std::nullopt;
  }

  // The `need`th in ascending order of `key`.
  template <typename Key>
  std::optional<TimeUs> Nth(const BindingSlot& slot, Key key) {
    if (slot.need == 1) {
      std::optional<TimeUs> least;
      for (const std::size_t id : slot.candidates) least = std::min(least.value_or(kEndOfTime), key(id));
      return least;
    }
    sorted_.clear();
    for (const std::size_t id : slot.candidates) sorted_.push_back({key(id), all_[id].count});
    std::sort(sorted_.begin(), sorted_.end());
    std::uint64_t missing = slot.need;
    for (const auto& [time, count] : sorted_) {
      if (count >= missing) return time;
      missing -= count;
    }
    return std::nullopt;
  }

  void KeepBegins(Slots& slots, const SlotRange& range, TimeUs not_after) {
    for (std::size_t s = range.begin; s < range.end; ++s) {
      std::erase_if(slots[s].candidates, [&](std::size_t id) { return all_[id].first > not_after; });
    }
  }
  void KeepEnds(Slots& slots, const SlotRange& range, TimeUs not_before) {
    for (std::size_t s = range.begin; s < range.end; ++s) {
      std::erase_if(slots[s].candidates, [&](std::size_t id) { return all_[id].last < not_before; });
    }
  }

  TimeUs LastBegin(const Slots& slots, const SlotRange& range) const {
    TimeUs last = kBeginningOfTime;
    for (std::size_t s = range.begin; s < range.end; ++s) {
      for (const std::size_t id : slots[s].candidates) last = std::max(last, all_[id].first);
    }
    return last;
  }

  const TimeConstraint* FirstThatMayBreak(const Slots& slots) const {
    for (const TimeConstraint& constraint : constraints_) {
      const TimeUs last = LastBegin(slots, constraint.left);
      for (std::size_t s = constraint.right.begin; s < constraint.right.end; ++s) {
        for (const std::size_t id : slots[s].candidates) {
          if (Plus(all_[id].last, constraint.slack) < last) return &constraint;
        }
      }
    }
    return nullptr;
  }

  // Both halves have fewer candidates: one loses what begins last, the other what ends first.
  void Split(const Slots& slots, const TimeConstraint& constraint, std::vector<Slots>& open) {
    const TimeUs last = LastBegin(slots, constraint.left);
    std::vector<TimeUs> thresholds;
    for (std::size_t s = constraint.right.begin; s < constraint.right.end; ++s) {
      for (const std::size_t id : slots[s].candidates) {
        if (Plus(all_[id].last, constraint.slack) < last) thresholds.push_back(all_[id].last);
      }
    }
    const auto middle = thresholds.begin() + static_cast<std::ptrdiff_t>(thresholds.size() / 2);
    std::nth_element(thresholds.begin(), middle, thresholds.end());
    Slots later = slots;
    KeepEnds(later, constraint.right, *middle + 1);
    open.push_back(std::move(later));
    Slots earlier = slots;
    KeepBegins(earlier, constraint.left, Plus(*middle, constraint.slack));
    open.push_back(std::move(earlier));
  }

  const std::vector<TimeConstraint>& constraints_;
  std::span<const ObservedTimes> all_;
  SearchBudget& budget_;
  std::vector<std::pair<TimeUs, std::uint64_t>> sorted_;
};

}  // namespace

std::vector<SlotBinding> SolveBinding(std::vector<BindingSlot> slots,
                                      const std::vector<TimeConstraint>& constraints,
                                      std::span<const ObservedTimes> observations, SearchBudget& budget) {
  return Search(constraints, observations, budget).Solve(std::move(slots));
}

}  // namespace polder
