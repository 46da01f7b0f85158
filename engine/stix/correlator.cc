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

// When what is still of use may have been at the earliest.
TimeUs OldestOfUse(TimeUs newest, TimeUs horizon) {
  TimeUs oldest = 0;
  const bool overflows = __builtin_sub_overflow(newest, horizon, &oldest);
  return overflows || horizon == kEndOfTime ? kBeginningOfTime : oldest;
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
  if (time < OldestOfUse(state.newest, state.needs.horizon)) ++counts_.late;
  const std::size_t at = Remember(state, leaves, time, event);
  auto parts = Search(state, pattern, at);
  if (state.needs.single) state.matches.clear();
  ForgetOld(state);
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
    state.newest = kBeginningOfTime;
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
  state.newest = std::max(state.newest, time);
  const auto behind = std::upper_bound(state.matches.begin(), state.matches.end(), time,
                                       [](TimeUs t, const Match& match) { return t < match.times.first; });
  const ObservedTimes times = {.first = time,
                               .last = time,
                               .count = 1,
                               .leaves = std::vector<std::size_t>(leaves.begin(), leaves.end())};
  std::size_t at = static_cast<std::size_t>(behind - state.matches.begin());
  state.matches.insert(behind, Match{std::string(event), times});
  const std::uint64_t most = std::max<std::uint64_t>(
      limits_.matches_per_leaf, std::min<std::uint64_t>(state.needs.observations, limits_.most_observations));
  ForgetMost(state, leaves, static_cast<std::size_t>(most), at);
  return at;
}

// Of each leaf the oldest that are too many, but never the event `keep`, whose place it keeps up to date.
void Correlator::ForgetMost(State& state, std::span<const std::size_t> leaves, std::size_t most,
                            std::size_t& keep) {
  for (const std::size_t leaf : leaves) {
    const auto has_leaf = [leaf](const Match& match) { return HasLeaf(match.times, leaf); };
    if (static_cast<std::size_t>(std::count_if(state.matches.begin(), state.matches.end(), has_leaf)) <=
        most) {
      continue;
    }
    auto oldest = std::find_if(state.matches.begin(), state.matches.end(), has_leaf);
    if (static_cast<std::size_t>(oldest - state.matches.begin()) == keep) {
      oldest = std::find_if(oldest + 1, state.matches.end(), has_leaf);
    }
    ++counts_.forgotten;
    std::erase(oldest->times.leaves, leaf);
    if (!oldest->times.leaves.empty()) continue;
    keep -= static_cast<std::size_t>(oldest - state.matches.begin()) < keep ? 1 : 0;
    state.matches.erase(oldest);
  }
}

std::optional<std::vector<Correlator::Part>> Correlator::Search(const State& state,
                                                                const StixPattern& pattern, std::size_t at) {
  if (state.matches.size() < state.needs.observations) return std::nullopt;
  std::vector<ObservedTimes> observations;
  observations.reserve(state.matches.size());
  for (const Match& match : state.matches) observations.push_back(match.times);
  const SequenceResult result = FindSequence(pattern, observations, at, limits_.search_steps);
  if (result.verdict == SequenceResult::Verdict::kGaveUp) ++counts_.gave_up;
  if (result.verdict != SequenceResult::Verdict::kMatch) return std::nullopt;
  std::vector<Part> parts;
  parts.reserve(result.bound.size());
  for (const Bound& bound : result.bound) {
    const Match& match = state.matches[bound.observation];
    parts.push_back({bound.leaf, match.event, match.times.first});
  }
  return parts;
}

void Correlator::ForgetOld(State& state) {
  const TimeUs oldest = OldestOfUse(state.newest, state.needs.horizon);
  std::erase_if(state.matches, [oldest](const Match& match) { return match.times.first < oldest; });
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
