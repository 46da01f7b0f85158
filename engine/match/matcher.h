// Matches batches of records against a snapshot: the first look sieves, the second decides.
#ifndef POLDER_ENGINE_MATCH_MATCHER_H_
#define POLDER_ENGINE_MATCH_MATCHER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/event/field_map.h"
#include "engine/event/record.h"
#include "engine/match/first_look.h"
#include "engine/match/second_look.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// What a matcher has done since it was made. Every record is in `events` and in exactly one of `empty`, the
// candidates and the rest, which could not hold a hit.
struct MatchCounters {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
  std::uint64_t empty = 0;
  std::uint64_t candidates = 0;  // needed the second look
  std::uint64_t unparsable = 0;  // of the records looked into: not of the format they were taken for
  std::uint64_t events_with_hits = 0;
  std::uint64_t hits = 0;
  std::uint64_t hits_dropped = 0;  // beyond kMaxHitsPerEvent
  std::uint64_t shadow_hits = 0;   // of sources that are only tried

  MatchCounters& operator+=(const MatchCounters& other);
};

// One per worker; not shared between threads. Allocates only while its buffers grow, and for hits.
class Matcher {
 public:
  // What is looked into. kEverything parses every record, so that all that is unparsable is found; it gives
  // the same hits, and costs what parsing costs.
  enum class Depth : std::uint8_t { kCandidates, kEverything };

  // `maps` and `stream` outlive it. `stream` remembers what patterns over several events have seen, and may
  // be shared by several matchers; without one the matcher has its own.
  explicit Matcher(const FieldMaps& maps, Depth depth = Depth::kCandidates, PatternStream* stream = nullptr)
      : depth_(depth), first_(maps, scratch_), second_(maps, scratch_, stream != nullptr ? *stream : own_) {}

  // Calls `sink(index, match)` in order for every record of the batch that has hits, be it shadow hits alone,
  // or is unparsable. The
  // whole batch is judged by `snapshot` alone. `match` is valid during the call.
  using Sink = absl::FunctionRef<void(std::size_t index, const EventMatch& match)>;
  void Match(std::span<const Record> records, Format format, const Snapshot& snapshot, Sink sink);

  const MatchCounters& counters() const { return counters_; }
  // The STIX patterns that were judged, for reports.
  const PatternJudge& patterns() const { return second_.patterns(); }
  // Of expressions: see ExpressionSet::Scratch.
  const ExpressionSet::Scratch& scratch() const { return scratch_; }

 private:
  Depth depth_;
  ExpressionSet::Scratch scratch_;
  PatternStream own_;
  FirstLook first_;
  SecondLook second_;
  std::vector<std::uint8_t> candidates_;
  MatchCounters counters_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_MATCHER_H_
