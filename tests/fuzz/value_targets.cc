#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/stix/compiled_pattern.h"
#include "engine/stix/event_observation.h"
#include "engine/stix/pattern_parser.h"
#include "engine/stix/sequence.h"
#include "rules/read/refang.h"
#include "rules/read/stix_anchors.h"
#include "rules/read/stix_pattern.h"
#include "rules/read/text_decoding.h"
#include "rules/read/value_kind.h"
#include "rules/read/value_shape.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

void CheckTyped(const absl::StatusOr<std::vector<TypedValue>>& typed, std::string_view text) {
  if (!typed.ok()) {
    Require(!typed.status().message().empty(), "an error says why", text);
    Require(!RefusalCategory(typed.status()).empty(), "an error has a category", text);
    return;
  }
  Require(!typed->empty(), "what is taken has a value", text);
}

bool SameAtoms(const PatternAtoms& one, const PatternAtoms& other) {
  const auto same_value = [](const PatternAtom& a, const PatternAtom& b) {
    return a.kind == b.kind && a.value == b.value && a.conditions == b.conditions;
  };
  const auto same_refusal = [](const PatternRefusal& a, const PatternRefusal& b) {
    return a.reason == b.reason && a.category == b.category;
  };
  return std::equal(one.values.begin(), one.values.end(), other.values.begin(), other.values.end(),
                    same_value) &&
         std::equal(one.refused.begin(), one.refused.end(), other.refused.begin(), other.refused.end(),
                    same_refusal);
}

}  // namespace

// Refang is not idempotent by design: it takes off one layer of marks, as what is inside may be the value's
// own. It never makes a value longer, and so comes to an end.
void FuzzValue(std::string_view input) {
  std::string value(input);
  for (std::size_t round = 0;; ++round) {
    const std::string refanged = Refang(value);
    Require(refanged.size() <= value.size(), "refanging makes no value longer", value);
    if (refanged == value) break;
    Require(round <= input.size() + 1, "refanging comes to an end", input);
    value = refanged;
  }
  const auto typed = TypeValue(Refang(input));
  CheckTyped(typed, input);
  if (typed.ok() && IsUtf8(input)) {
    for (const TypedValue& one : *typed) {
      CheckValue(one.kind, one.value, one.conditions);
      if (!IsReadAlike(one.kind, one.value)) continue;
      const auto again = TypeValue(AsRead(one.kind, one.value));
      Require(again.ok() && again->size() == 1 && again->front().kind == one.kind &&
                  again->front().value == one.value,
              "a canonical value is of the kind that its spelling shows", one.value);
    }
  }
  if (const auto shape = CanonicalShape(input)) {
    Require(Refang(input) == input, "a canonical value has nothing to refang", input);
    Require(typed.ok() && typed->size() == 1 && typed->front().kind == *shape &&
                typed->front().value == input && typed->front().conditions.empty(),
            "a canonical shape is the value", input);
    const auto canonical = CanonicaliseValue(*shape, input);
    Require(canonical.ok() && *canonical == input, "a canonical shape is canonical", input);
  }
  if (const auto kind = KindForSize(input.size())) {
    const auto as = TypeValueAs(*kind, input);
    CheckTyped(as, input);
    if (as.ok() && IsUtf8(input) && *kind != Kind::kPort) {
      for (const TypedValue& one : *as) CheckValue(one.kind, one.value, one.conditions);
    }
  }
}

// Judges a pattern on an event that has all that it names, and on as many such as it needs.
static void CheckEngine(std::string_view input) {
  auto pattern = ParseStixPattern(input);
  if (!pattern.ok()) return;
  const auto anchors = AnchorsOf(*pattern);
  Require(anchors.ok() || !anchors.status().message().empty(), "a pattern without an anchor has a reason");
  EventObservation event;
  std::vector<ObservedTimes> events(4);
  for (std::size_t leaf = 0; leaf < pattern->leaves.size(); ++leaf) {
    for (const Comparison& comparison : pattern->leaves[leaf].comparisons) {
      for (const PatternConstant& constant : comparison.constants) {
        event.AddString(comparison.path.text, constant.text);
      }
    }
    for (ObservedTimes& times : events) times.leaves.push_back(leaf);
  }
  const auto result = FindSequence(*pattern, events, 0, 10'000);
  const bool match = result.verdict == SequenceResult::Verdict::kMatch;
  Require(match == !result.bound.empty(), "a match has parts", input);
  const auto compiled = CompiledPattern::Compile(*std::move(pattern));
  if (!compiled.ok()) return Require(!compiled.status().message().empty(), "an error says why");
  for (std::size_t leaf = 0; leaf < std::min<std::size_t>(compiled->leaf_count(), 8); ++leaf) {
    compiled->Matches(leaf, event);
  }
}

void FuzzPattern(std::string_view input) {
  CheckEngine(input);
  const auto atoms = ReadPatternAtoms(input);
  if (!atoms.ok()) {
    Require(absl::IsInvalidArgument(atoms.status()) || absl::IsUnimplemented(atoms.status()),
            "a pattern is no STIX or nested too deeply", atoms.status().ToString());
    Require(!atoms.status().message().empty(), "an error says why");
    return;
  }
  Require(atoms->values.size() + atoms->refused.size() <= 2 * input.size(),
          "alternatives are no more than the pattern pays for", fmt::format("{}", atoms->values.size()));
  Require(!atoms->values.empty() || !atoms->refused.empty(), "a pattern without a value has a reason", input);
  for (const PatternAtom& atom : atoms->values) {
    if (IsUtf8(input)) CheckValue(atom.kind, atom.value, atom.conditions);
    Require(std::is_sorted(atom.conditions.begin(), atom.conditions.end()), "conditions are sorted");
    Require(std::adjacent_find(atom.conditions.begin(), atom.conditions.end()) == atom.conditions.end(),
            "no condition stands twice");
  }
  for (const PatternRefusal& refusal : atoms->refused) {
    Require(!refusal.reason.empty() && !refusal.category.empty(), "a refusal has a reason and a category");
  }
  // Parentheses around all of it mean nothing; the line end closes a comment.
  const auto grouped = ReadPatternAtoms("(" + std::string(input) + "\n)");
  if (absl::IsUnimplemented(grouped.status())) return;
  Require(grouped.ok() && SameAtoms(*grouped, *atoms), "parentheses around a pattern mean nothing", input);
}

}  // namespace polder
