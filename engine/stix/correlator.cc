#include "engine/stix/correlator.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace polder {
namespace {

// What the containers take beside what is in them, roughly.
constexpr std::size_t kBytesPerState = 256;
constexpr std::size_t kBytesPerMatch = 96;

// Whether two events may belong to one match.
bool MayMeet(TimeUs a, TimeUs b, TimeUs horizon) {
  TimeUs apart = 0;
  if (horizon == kEndOfTime) return true;
  return !__builtin_sub_overflow(std::max(a, b), std::min(a, b), &apart) && apart <= horizon;
}

bool HasLeaf(const ObservedTimes& times, std::size_t leaf) {
  return std::binary_search(times.leaves.begin(), times.leaves.end(), leaf);
}

}  // namespace

absl::Status Correlator::Check(const StixPattern& pattern) const {
  const std::uint64_t needed = NeedsOf(pattern).observations;
  if (needed <= limits_.most_observations) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("it takes {} events to match; no more than {} are kept of one pattern; lower its REPEATS",
                  needed, limits_.most_observations));
}

std::optional<std::vector<Correlator::Part>> Correlator::See(std::string_view key, const StixPattern& pattern,
                                                             std::span<const std::size_t> leaves, TimeUs time,
                                                             std::string_view event) {
  ++counts_.events;
  if (leaves.empty()) return std::nullopt;
  State& state = StateOf(key, pattern);
  if (time < state.last && !MayMeet(time, state.last, state.needs.horizon)) ++counts_.late;
  const std::size_t at = Remember(state, leaves, time, event);
  auto parts = Search(state, pattern, at);
  if (state.needs.single) state.matches.clear();
  Measure(state);
  EvictBeyondLimit(key);
  counts_.satisfied += parts ? 1 : 0;
  return parts;
}

Correlator::State& Correlator::StateOf(std::string_view key, const StixPattern& pattern) {
  const std::size_t digest = std::hash<std::string_view>()(pattern.text);
  const auto [found, is_new] = states_.try_emplace(std::string(key));
  State& state = found->second;
  if (is_new) {
    state.age = ages_.insert(ages_.begin(), &found->first);
  } else {
    ages_.splice(ages_.begin(), ages_, state.age);
  }
  if (is_new || state.digest != digest) {
    state.digest = digest;
    state.needs = NeedsOf(pattern);
    state.last = kBeginningOfTime;
    state.matches.clear();
  }
  return state;
}

// Returns where in `matches` it is.
std::size_t Correlator::Remember(State& state, std::span<const std::size_t> leaves, TimeUs time,
                                 std::string_view event) {
  std::erase_if(state.matches, [&](const Match& match) {
    const bool same = !event.empty() && match.event == event;
    counts_.repeated += same ? 1 : 0;
    return same;
  });
  state.last = time;
  const auto behind = std::upper_bound(state.matches.begin(), state.matches.end(), time,
                                       [](TimeUs t, const Match& match) { return t < match.times.first; });
  const ObservedTimes times = {.first = time,
                               .last = time,
                               .count = 1,
                               .leaves = std::vector<std::size_t>(leaves.begin(), leaves.end())};
  std::size_t at = static_cast<std::size_t>(behind - state.matches.begin());
  state.matches.insert(behind, Match{std::string(event), times, state.came++});
  const std::uint64_t most = std::max<std::uint64_t>(
      limits_.matches_per_leaf, std::min<std::uint64_t>(state.needs.observations, limits_.most_observations));
  ForgetMost(state, leaves, static_cast<std::size_t>(most), at);
  return at;
}

// Of each leaf those that came first if there are too many, but never the event `keep`, whose place it keeps
// up to date.
void Correlator::ForgetMost(State& state, std::span<const std::size_t> leaves, std::size_t most,
                            std::size_t& keep) {
  const TimeUs now = state.matches[keep].times.first;
  for (const std::size_t leaf : leaves) {
    std::size_t count = 0;
    auto first = state.matches.end();
    for (auto match = state.matches.begin(); match != state.matches.end(); ++match) {
      if (!HasLeaf(match->times, leaf)) continue;
      ++count;
      const bool kept = static_cast<std::size_t>(match - state.matches.begin()) == keep;
      if (!kept && (first == state.matches.end() || match->came < first->came)) first = match;
    }
    if (count <= most || first == state.matches.end()) continue;
    const bool of_use =
        state.needs.horizon != kEndOfTime && MayMeet(first->times.first, now, state.needs.horizon);
    counts_.forgotten += of_use ? 1 : 0;
    std::erase(first->times.leaves, leaf);
    if (!first->times.leaves.empty()) continue;
    keep -= static_cast<std::size_t>(first - state.matches.begin()) < keep ? 1 : 0;
    state.matches.erase(first);
  }
}

std::optional<std::vector<Correlator::Part>> Correlator::Search(const State& state,
                                                                const StixPattern& pattern, std::size_t at) {
  if (state.matches.size() < state.needs.observations) return std::nullopt;
  const TimeUs now = state.matches[at].times.first;
  std::vector<ObservedTimes> observations;
  std::vector<std::size_t> places;
  std::size_t must_bind = 0;
  for (std::size_t i = 0; i < state.matches.size(); ++i) {
    const ObservedTimes& times = state.matches[i].times;
    if (!MayMeet(times.first, now, state.needs.horizon)) continue;
    if (i == at) must_bind = observations.size();
    observations.push_back(times);
    places.push_back(i);
  }
  const SequenceResult result = FindSequence(pattern, observations, must_bind, limits_.search_steps);
  if (result.verdict == SequenceResult::Verdict::kGaveUp) ++counts_.gave_up;
  if (result.verdict != SequenceResult::Verdict::kMatch) return std::nullopt;
  std::vector<Part> parts;
  parts.reserve(result.bound.size());
  for (const Bound& bound : result.bound) {
    const Match& match = state.matches[places[bound.observation]];
    parts.push_back({bound.leaf, match.event, match.times.first});
  }
  return parts;
}

void Correlator::Measure(State& state) {
  bytes_ -= state.bytes;
  state.bytes = kBytesPerState + 2 * (*state.age)->size();
  for (const Match& match : state.matches) {
    state.bytes +=
        kBytesPerMatch + match.event.capacity() + sizeof(std::size_t) * match.times.leaves.capacity();
  }
  bytes_ += state.bytes;
}

void Correlator::EvictBeyondLimit(std::string_view keep) {
  while (bytes_ > limits_.bytes && !ages_.empty() && *ages_.back() != keep) {
    ++counts_.evicted;
    Erase(states_.find(*ages_.back()));
  }
}

void Correlator::Drop(std::string_view key) {
  if (const auto found = states_.find(std::string(key)); found != states_.end()) Erase(found);
}

void Correlator::Erase(States::iterator state) {
  bytes_ -= state->second.bytes;
  ages_.erase(state->second.age);
  states_.erase(state);
}

}  // namespace polder
