// A STIX pattern, ready to be matched. In the flow: pattern_parser.h -> here -> sequence.h (a file of
// observations) or correlator.h (a stream).
#ifndef POLDER_ENGINE_STIX_COMPILED_PATTERN_H_
#define POLDER_ENGINE_STIX_COMPILED_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/stix/compiled_comparison.h"
#include "engine/stix/observation.h"
#include "engine/stix/pattern.h"

namespace polder {

// Immutable; any number of threads may match with it.
class CompiledPattern {
 public:
  // An InvalidArgument as of ParseStixPattern where an expression of MATCHES is none or a constant of
  // ISSUBSET no network.
  static absl::StatusOr<CompiledPattern> Compile(StixPattern pattern);
  static absl::StatusOr<CompiledPattern> Compile(std::string_view text);

  const StixPattern& pattern() const { return *pattern_; }
  std::size_t leaf_count() const { return pattern_->leaves.size(); }

  enum class Verdict : std::uint8_t { kNoMatch, kMatch, kGaveUp };
  // Whether `observation` is as the leaf's brackets want it. Comparisons of one object type are about one
  // object of that type; those of different types, about objects of the same observation. (The
  // specification's own matcher lets an AND of different types never hold.)
  //
  // kGaveUp: it is not found to match, but an expression was given up at its step limit, or there are too
  // many combinations of objects of different types.
  Verdict Matches(std::size_t leaf, const Observation& observation) const;

 private:
  CompiledPattern() = default;

  // Behind a pointer, as the comparisons point into it.
  std::unique_ptr<const StixPattern> pattern_;
  std::vector<std::vector<CompiledComparison>> leaves_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_COMPILED_PATTERN_H_
