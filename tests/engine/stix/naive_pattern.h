// Judges STIX patterns as slowly and plainly as can be: every choice is tried. Shares nothing with the engine
// but the tree of the pattern. For small patterns and small data only.
#ifndef POLDER_TESTS_ENGINE_STIX_NAIVE_PATTERN_H_
#define POLDER_TESTS_ENGINE_STIX_NAIVE_PATTERN_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "engine/stix/pattern.h"
#include "engine/stix/sequence.h"

namespace polder {

// Whether the leaf holds for the objects of one observation (`objects` of an observed-data object 2.0).
bool NaivelyMatches(const ObservationExpression& leaf, const nlohmann::json& objects);

// Whether a choice of observations satisfies the pattern, among those with `must_bind` if it is given.
bool NaivelySatisfied(const StixPattern& pattern, const std::vector<ObservedTimes>& observations,
                      std::optional<std::size_t> must_bind = std::nullopt);

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_STIX_NAIVE_PATTERN_H_
