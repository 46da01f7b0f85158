// What STIX patterns that span several events remember of a stream.
#ifndef POLDER_ENGINE_STIX_CORRELATOR_H_
#define POLDER_ENGINE_STIX_CORRELATOR_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "engine/base/time.h"
#include "engine/stix/pattern.h"
#include "engine/stix/sequence.h"

namespace polder {

// Told of every event that matches a leaf of a pattern; says when the pattern is satisfied. Time is the time
// of the events, never a clock: the same events in the same order give the same answers. Not thread-safe.
//
// It remembers events, not their content: identifier, time and the leaves they match. It forgets
// - of each leaf all but the `matches_per_leaf` that came last, more where the pattern itself needs more:
//   counted in `forgotten` if it was within the pattern's outermost WITHIN of the event that came instead. By
//   their coming and not by their time, so that an event with a wrong clock blinds nothing;
// - the patterns longest not told of, when all together take more than `bytes`: counted in `evicted`.
class Correlator {
 public:
  struct Limits {
    std::size_t matches_per_leaf = 64;
    // A pattern that needs more events than this for one match is none for a stream.
    std::size_t most_observations = 4096;
    std::size_t bytes = 64 << 20;
    std::uint64_t search_steps = 200'000;  // for one event and pattern
  };

  struct Counts {
    std::uint64_t events = 0;     // told of
    std::uint64_t satisfied = 0;  // and fired
    // Older than the event before by more than the WITHIN of their pattern: they are looked at all the same,
    // but what they belonged to may be gone.
    std::uint64_t late = 0;
    std::uint64_t repeated = 0;  // told of before, as after a replay: they count once
    std::uint64_t forgotten = 0;
    std::uint64_t evicted = 0;
    std::uint64_t gave_up = 0;  // searches that reached their limit: a match may have been missed
  };

  struct Part {
    std::size_t leaf = 0;
    std::string event;
    TimeUs time = 0;
  };

  Correlator() : Correlator(Limits()) {}
  explicit Correlator(Limits limits) : limits_(limits) {}

  // InvalidArgument, with the reason, for a pattern that no stream can satisfy within the limits.
  absl::Status Check(const StixPattern& pattern) const;

  // The event matches these leaves of `pattern`, in ascending order. If it completes a match the parts of it
  // are returned, of several matches one: a pattern fires once for every event that is part of a match with
  // events before it. `event` tells a replay from another event; nothing is known of one without a name.
  // `key` names the pattern over its changes: a pattern whose text is another than that
  // remembered under its key begins anew.
  std::optional<std::vector<Part>> See(std::string_view key, const StixPattern& pattern,
                                       std::span<const std::size_t> leaves, TimeUs time,
                                       std::string_view event);

  // Forgets the pattern, as when it is withdrawn.
  void Drop(std::string_view key);

  const Counts& counts() const { return counts_; }
  // What is remembered takes about so much.
  std::size_t bytes() const { return bytes_; }
  std::size_t patterns() const { return states_.size(); }

 private:
  struct Match {
    std::string event;
    ObservedTimes times;
    std::uint64_t came = 0;  // counts up
  };
  struct State {
    std::size_t digest = 0;  // of the pattern's text
    SequenceNeeds needs;
    TimeUs last = kBeginningOfTime;  // of the event that came last
    std::uint64_t came = 0;
    std::vector<Match> matches;  // in the order of time, then as they came
    std::size_t bytes = 0;
    std::list<const std::string*>::iterator age;
  };
  using States = absl::node_hash_map<std::string, State>;

  State& StateOf(std::string_view key, const StixPattern& pattern);
  std::size_t Remember(State& state, std::span<const std::size_t> leaves, TimeUs time,
                       std::string_view event);
  void ForgetMost(State& state, std::span<const std::size_t> leaves, std::size_t most, std::size_t& keep);
  std::optional<std::vector<Part>> Search(const State& state, const StixPattern& pattern, std::size_t at);
  void Measure(State& state);
  void EvictBeyondLimit(std::string_view keep);
  void Erase(States::iterator state);

  Limits limits_;
  States states_;
  std::list<const std::string*> ages_;  // keys of states_, the one last told of at the front
  std::size_t bytes_ = 0;
  Counts counts_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_STIX_CORRELATOR_H_
