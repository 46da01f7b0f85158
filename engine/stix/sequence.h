// What lies between the brackets of a STIX pattern: which observations, taken together, satisfy AND, OR,
// FOLLOWEDBY and the qualifiers. In the flow: compiled_pattern.h says which observation matches which leaf;
// `polder pattern` asks here for a file of observations, correlator.h for what it remembers of a stream.
#ifndef POLDER_ENGINE_STIX_SEQUENCE_H_
#define POLDER_ENGINE_STIX_SEQUENCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/time.h"
#include "engine/stix/pattern.h"

namespace polder {

// An observation was made so many times between `first` and `last`.
struct ObservedTimes {
  TimeUs first = 0;
  TimeUs last = 0;
  std::uint64_t count = 1;
  std::vector<std::size_t> leaves;  // those of the pattern that it matches, in ascending order
};

// Which observation stands for which leaf.
struct Bound {
  std::size_t leaf = 0;
  std::size_t observation = 0;
  std::uint64_t times = 1;  // more than 1 where it was observed, and is needed, more often
};

struct SequenceResult {
  enum class Verdict : std::uint8_t { kNoMatch, kMatch, kGaveUp };
  Verdict verdict = Verdict::kNoMatch;
  std::vector<Bound> bound;  // of a match: in the order of the pattern, in time where that says nothing
};

// Looks for observations that satisfy `pattern`:
// - AND, FOLLOWEDBY and REPEATS take different observations for each of their parts; one that was observed
//   n times counts as n;
// - OR takes those of one of its parts;
// - FOLLOWEDBY: those of its right side can have been made at or after those of its left, that is, none on
// the
//   left begins after one on the right ends;
// - WITHIN: all can have been made within so long a time, that is, none begins later than so long after
//   another ends;
// - START STOP: each can have been made at or after START and before STOP.
//
// With `must_bind`, only what takes that observation counts. `most_steps` bounds the work; a step is one
// observation looked at for one leaf. kGaveUp: it was reached, and nothing is known. Deterministic.
SequenceResult FindSequence(const StixPattern& pattern, std::span<const ObservedTimes> observations,
                            std::optional<std::size_t> must_bind, std::uint64_t most_steps);

// What a pattern needs to be remembered on a stream of events, each observed once.
struct SequenceNeeds {
  bool single = false;  // one event satisfies it, nothing has to be remembered
  // The longest time that may lie between two events of one match; kEndOfTime without an end.
  TimeUs horizon = kEndOfTime;
  std::uint64_t observations = 1;  // how many it takes at least
};
SequenceNeeds NeedsOf(const StixPattern& pattern);

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_SEQUENCE_H_
