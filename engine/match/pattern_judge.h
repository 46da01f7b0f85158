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
// Where no field is known for addresses of a connection, for command lines and other texts, any of the event
// will do: without a field map a pattern is judged more widely, not less.
class PatternJudge {
 public:
  // `stream` outlives it.
  explicit PatternJudge(PatternStream& stream) : stream_(stream) {}

  void Clear();
  bool empty() const { return triggered_.empty(); }

  // A pattern that was added before, for another anchor, is passed over.
  void Trigger(Hit anchor, const Snapshot& snapshot);

  // The map of the event that is about to be shown; null if there is none.
  void SetMap(const FieldMap* map) { map_ = map; }
  void SeeString(std::string_view path, std::string_view value);
  void SeeNumber(std::string_view path, double value);
  void See(const Observable& observable);
  // What was seen does not count: the event turned out to be something else.
  void Forget() { observation_.Clear(); }

  // Calls `keep` with a hit for every pattern that holds: with this event, or, of patterns over several
  // events, with it as the last.
  void Judge(TimeUs time, const Snapshot& snapshot, absl::FunctionRef<void(Hit hit, bool shadow)> keep);

 private:
  struct Triggered {
    Hit anchor;
    std::string_view pattern;  // lives as long as the snapshot
    std::string key;           // of the indicator: source, identifier and pattern
  };

  const CompiledPattern* Compiled(std::string_view pattern);
  bool Holds(const Triggered& triggered, TimeUs time);
  void SeeMeaning(std::string_view path, std::string_view value);

  PatternStream& stream_;
  std::vector<Triggered> triggered_;
  EventObservation observation_;
  const FieldMap* map_ = nullptr;
  std::string path_;
  std::string pattern_;
  // Null for what does not compile, which readers do not let through.
  absl::flat_hash_map<std::string, std::unique_ptr<const CompiledPattern>> compiled_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_PATTERN_JUDGE_H_
