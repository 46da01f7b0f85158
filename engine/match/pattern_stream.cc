#include "engine/match/pattern_stream.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "engine/stix/pattern_parser.h"
#include "engine/stix/sequence.h"

namespace polder {

bool PatternStream::See(std::string_view key, const StixPattern& pattern, std::span<const std::size_t> leaves,
                        TimeUs time) {
  const std::lock_guard lock(mutex_);
  // Two events of the same content are two.
  const std::string event = std::to_string(events_++);
  return correlator_.See(key, pattern, leaves, time, event).has_value();
}

void PatternStream::CountGaveUp() {
  const std::lock_guard lock(mutex_);
  ++expressions_given_up_;
}

PatternStream::Counters PatternStream::counters() const {
  const std::lock_guard lock(mutex_);
  const Correlator::Counts& counts = correlator_.counts();
  return {.late = counts.late,
          .forgotten = counts.forgotten,
          .evicted = counts.evicted,
          .gave_up = counts.gave_up + expressions_given_up_};
}

bool HasSequences(const Snapshot& snapshot) {
  for (const Snapshot::Part& part : snapshot.parts()) {
    const Segment& segment = *part.segment;
    bool any = false;
    for (const RowFacts& facts : segment.all_facts()) any = any || facts.has_pattern;
    if (!any) continue;
    // A pattern stands with each of its anchors.
    absl::flat_hash_set<std::string_view> seen;
    for (std::uint32_t row = 0; row < segment.size(); ++row) {
      if (!segment.facts(row).has_pattern || part.hidden.Contains(row)) continue;
      const std::string_view text = segment.texts(row).pattern;
      if (!seen.insert(text).second) continue;
      const auto pattern = ParseStixPattern(text);
      if (pattern.ok() && !NeedsOf(*pattern).single) return true;
    }
  }
  return false;
}

}  // namespace polder
