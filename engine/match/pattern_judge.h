// Judges the STIX patterns that an event may match: those of which it holds an anchor
// (Indicator::pattern). Only such events come here.
#ifndef POLDER_ENGINE_MATCH_PATTERN_JUDGE_H_
#define POLDER_ENGINE_MATCH_PATTERN_JUDGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "engine/event/field_map.h"
#include "engine/match/hit.h"
#include "engine/match/pattern_stream.h"
#include "engine/snapshot/snapshot.h"
#include "engine/stix/compiled_pattern.h"
#include "engine/stix/event_observation.h"

namespace polder {

// Add every anchor that was hit, then show it all that the event holds, then ask. Keeps the patterns that it
// compiled, up to a bound. One per worker.
//
// What stands at an object path is what the event's field map says. Besides, addresses, names, URLs, digests
// and file names that the search finds are there as SCOs of their own (`ipv4-addr:value`, `file:hashes.MD5`).
// Where the map knows no field for the addresses of a connection, for command lines and other texts, any of
// the event will do: without a field map a pattern is judged more widely, not less.
class PatternJudge {
 public:
  // `stream` outlives it.
  explicit PatternJudge(PatternStream& stream) : stream_(stream) {}

  void Clear();
  bool empty() const { return triggered_.empty(); }

  // A pattern that was added before, for another anchor, is passed over.
  void Trigger(Hit anchor, const Snapshot& snapshot);

  // The map of the event that is about to be shown; null if there is none.
  void SetMap(const FieldMap* map);
  void SeeString(std::string_view path, std::string_view value);
  void SeeNumber(std::string_view path, double value);
  void See(const Observable& observable);
  // What was seen does not count: the event turned out to be something else.
  void Forget() { observation_.Clear(); }

  // Calls `keep` with a hit for every pattern that holds: with this event, or, of patterns over several
  // events, with it as the last.
  void Judge(TimeUs time, const Snapshot& snapshot, absl::FunctionRef<void(Hit hit, bool shadow)> keep);

  // Calls `sink` for every pattern that was judged, in no particular order: how often, and how often a hit
  // came of it. Those that are forgotten at the bound count no more.
  void ForEachTally(
      absl::FunctionRef<void(std::string_view pattern, std::uint64_t judged, std::uint64_t held)> sink) const;

 private:
  struct Triggered {
    Hit anchor;
    std::string_view pattern;  // lives as long as the snapshot
    std::string key;           // of the indicator: source, identifier and pattern
  };

  struct Known {
    std::unique_ptr<const CompiledPattern> compiled;  // null for what does not compile: readers refuse it
    std::uint64_t judged = 0;
    std::uint64_t held = 0;
  };

  Known& KnownOf(std::string_view pattern);
  bool Holds(const CompiledPattern& compiled, const std::string& key, TimeUs time);
  void SeeMeaning(std::string_view path, std::string_view value);
  void SeePartOfPath(std::string_view stix, std::string_view value);
  template <typename Meant>
  void SeeFallbacks(std::string_view value, Meant meant);

  PatternStream& stream_;
  std::vector<Triggered> triggered_;
  EventObservation observation_;
  const FieldMap* map_ = nullptr;
  std::uint32_t known_paths_ = 0;  // of the map: see KnownPaths
  absl::flat_hash_map<const FieldMap*, std::uint32_t> paths_of_map_;
  std::string path_;
  std::string pattern_;
  absl::flat_hash_map<std::string, Known> known_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_PATTERN_JUDGE_H_
