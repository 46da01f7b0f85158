// The engine against the naive judge, on random patterns and observations.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/stix/compiled_pattern.h"
#include "engine/stix/correlator.h"
#include "engine/stix/observed_data.h"
#include "engine/stix/pattern_parser.h"
#include "engine/stix/sequence.h"
#include "tests/engine/stix/naive_pattern.h"
#include "tests/engine/stix/random_pattern.h"

namespace polder {
namespace {

constexpr std::uint64_t kSteps = 1'000'000;

std::string Shown(const std::vector<ObservedTimes>& observations) {
  std::string text;
  for (const ObservedTimes& times : observations) {
    text += fmt::format("{}..{} x{} [{}]\n", times.first / kSecondUs, times.last / kSecondUs, times.count,
                        fmt::join(times.leaves, " "));
  }
  return text;
}

TEST(PatternOracle, ComparisonsHoldWhereTheNaiveJudgeSaysSo) {
  RandomPattern random(1);
  int matches = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random.Leaf();
    const auto pattern = CompiledPattern::Compile(text);
    ASSERT_TRUE(pattern.ok()) << text << ": " << pattern.status();
    for (int j = 0; j < 3; ++j) {
      const nlohmann::json objects = random.Objects();
      const nlohmann::json document = {{"type", "observed-data"}, {"objects", objects}};
      const auto data = ReadObservedData(document);
      ASSERT_TRUE(data.ok()) << data.status();
      const bool expected = NaivelyMatches(pattern->pattern().leaves[0], objects);
      const auto verdict = pattern->Matches(0, data->observations[0]);
      ASSERT_NE(verdict, CompiledPattern::Verdict::kGaveUp) << text;
      ASSERT_EQ(verdict == CompiledPattern::Verdict::kMatch, expected) << text << "\n" << objects.dump(1);
      matches += expected ? 1 : 0;
    }
  }
  EXPECT_GT(matches, 5'000);
  EXPECT_LT(matches, 45'000);
}

// What was bound satisfies the pattern by itself, and no more than was observed.
void CheckBound(const StixPattern& pattern, const std::vector<ObservedTimes>& observations,
                const SequenceResult& result) {
  std::vector<ObservedTimes> bound = observations;
  for (ObservedTimes& times : bound) times.count = 0;
  for (const Bound& one : result.bound) {
    bound[one.observation].count += one.times;
    const auto& leaves = observations[one.observation].leaves;
    EXPECT_NE(std::find(leaves.begin(), leaves.end(), one.leaf), leaves.end());
  }
  for (std::size_t i = 0; i < bound.size(); ++i) EXPECT_LE(bound[i].count, observations[i].count);
  EXPECT_TRUE(NaivelySatisfied(pattern, bound)) << pattern.text << "\n" << Shown(bound);
}

TEST(PatternOracle, SequencesAreFoundWhereTheNaiveJudgeFindsThem) {
  RandomPattern random(2);
  int matches = 0;
  constexpr int kRounds = 20'000;
  for (int i = 0; i < kRounds; ++i) {
    const std::string text = random.Sequence(2);
    const auto pattern = ParseStixPattern(text);
    ASSERT_TRUE(pattern.ok()) << text << ": " << pattern.status();
    if (NeedsOf(*pattern).observations > 7) continue;
    const auto observations =
        random.Observations(static_cast<std::size_t>(random.Below(7)), pattern->leaves.size(),
                            /*as_events=*/false);
    const bool expected = NaivelySatisfied(*pattern, observations);
    const SequenceResult result = FindSequence(*pattern, observations, std::nullopt, kSteps);
    ASSERT_NE(result.verdict, SequenceResult::Verdict::kGaveUp) << text;
    ASSERT_EQ(result.verdict == SequenceResult::Verdict::kMatch, expected) << text << "\n"
                                                                           << Shown(observations);
    if (expected) CheckBound(*pattern, observations, result);
    matches += expected ? 1 : 0;
  }
  EXPECT_GT(matches, kRounds / 20);
}

TEST(PatternOracle, TheCorrelatorFiresForTheEventsThatCompleteAMatch) {
  RandomPattern random(3);
  int fired = 0;
  for (int i = 0; i < 8'000; ++i) {
    const std::string text = random.Sequence(2);
    const auto pattern = ParseStixPattern(text);
    ASSERT_TRUE(pattern.ok()) << text << ": " << pattern.status();
    if (NeedsOf(*pattern).observations > 7) continue;
    auto events = random.Observations(static_cast<std::size_t>(random.Below(8)), pattern->leaves.size(),
                                      /*as_events=*/true);
    std::stable_sort(events.begin(), events.end(),
                     [](const ObservedTimes& a, const ObservedTimes& b) { return a.first < b.first; });
    Correlator correlator;
    std::vector<ObservedTimes> seen;
    for (std::size_t e = 0; e < events.size(); ++e) {
      seen.push_back(events[e]);
      const bool expected = NaivelySatisfied(*pattern, seen, e);
      const auto parts =
          correlator.See("p", *pattern, events[e].leaves, events[e].first, fmt::format("event {}", e));
      ASSERT_EQ(parts.has_value(), expected) << text << "\n" << Shown(seen);
      fired += expected ? 1 : 0;
    }
    EXPECT_EQ(correlator.counts().late, 0U);
    EXPECT_EQ(correlator.counts().gave_up, 0U);
    EXPECT_EQ(correlator.counts().forgotten, 0U);
  }
  EXPECT_GT(fired, 1'000);
}

TEST(PatternOracle, TheCorrelatorInventsNothingWhenEventsComeOutOfOrderAndAreForgotten) {
  RandomPattern random(4);
  for (int i = 0; i < 4'000; ++i) {
    const std::string text = random.Sequence(2);
    const auto pattern = ParseStixPattern(text);
    ASSERT_TRUE(pattern.ok()) << text << ": " << pattern.status();
    if (NeedsOf(*pattern).observations > 7) continue;
    const auto events = random.Observations(7, pattern->leaves.size(), /*as_events=*/true);
    Correlator correlator({.matches_per_leaf = 1});
    std::vector<ObservedTimes> seen;
    for (std::size_t e = 0; e < events.size(); ++e) {
      seen.push_back(events[e]);
      const auto parts =
          correlator.See("p", *pattern, events[e].leaves, events[e].first, fmt::format("event {}", e));
      ASSERT_TRUE(!parts || NaivelySatisfied(*pattern, seen, e)) << text << "\n" << Shown(seen);
    }
  }
}

}  // namespace
}  // namespace polder
