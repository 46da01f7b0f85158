// What STIX patterns over several events (AND, FOLLOWEDBY, REPEATS, WITHIN, START-STOP) have seen so far of a
// stream.
#ifndef POLDER_ENGINE_MATCH_PATTERN_STREAM_H_
#define POLDER_ENGINE_MATCH_PATTERN_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>

#include "engine/base/time.h"
#include "engine/snapshot/snapshot.h"
#include "engine/stix/correlator.h"
#include "engine/stix/pattern.h"

namespace polder {

// Shared by the workers of a process, so that a pattern may span their partitions; events of other processes
// are not seen. Locked only for events that match a part of such a pattern. What it remembers is bounded, and
// is gone when the process ends.
class PatternStream {
 public:
  // An event of that time matches these leaves of the pattern. Whether the pattern holds with it, and what
  // was seen before. `key` names the pattern among all.
  bool See(std::string_view key, const StixPattern& pattern, std::span<const std::size_t> leaves,
           TimeUs time);
  // An expression of a pattern was given up at its step limit.
  void CountGaveUp();

  struct Counters {
    std::uint64_t late = 0;       // events older than what their pattern still remembers
    std::uint64_t forgotten = 0;  // events that were forgotten for want of room
    std::uint64_t evicted = 0;    // patterns of which all was forgotten for want of room
    std::uint64_t gave_up = 0;    // questions that took too many steps: no hit
  };
  Counters counters() const;

 private:
  mutable std::mutex mutex_;
  Correlator correlator_{Correlator::Limits()};
  std::uint64_t events_ = 0;
  std::uint64_t expressions_given_up_ = 0;
};

// Whether the snapshot has patterns over several events: for these the order of events counts. Looks at every
// row if it has patterns at all.
bool HasSequences(const Snapshot& snapshot);

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_PATTERN_STREAM_H_
