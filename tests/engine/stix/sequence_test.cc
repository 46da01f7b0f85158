#include "engine/stix/sequence.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/stix/pattern_parser.h"

namespace polder {
namespace {

using Verdict = SequenceResult::Verdict;

constexpr std::uint64_t kSteps = 5'000'000;

ObservedTimes At(TimeUs first_s, TimeUs last_s, std::vector<std::size_t> leaves, std::uint64_t count = 1) {
  return {
      .first = first_s * kSecondUs, .last = last_s * kSecondUs, .count = count, .leaves = std::move(leaves)};
}

// "no", "gave up", or which observation stands for which leaf.
std::string Find(std::string_view text, const std::vector<ObservedTimes>& observations,
                 std::uint64_t steps = kSteps) {
  const auto pattern = ParseStixPattern(text);
  if (!pattern.ok()) return std::string(pattern.status().message());
  const SequenceResult result = FindSequence(*pattern, observations, std::nullopt, steps);
  if (result.verdict == Verdict::kNoMatch) return "no";
  if (result.verdict == Verdict::kGaveUp) return "gave up";
  std::string bound;
  for (const Bound& one : result.bound) {
    bound += fmt::format("{}{}={}", bound.empty() ? "" : " ", one.leaf, one.observation);
    if (one.times > 1) bound += fmt::format("x{}", one.times);
  }
  return bound;
}

TEST(Sequence, TakesDifferentObservationsForTheirParts) {
  const std::vector<ObservedTimes> one = {At(1, 1, {0, 1})};
  const std::vector<ObservedTimes> two = {At(1, 1, {0, 1}), At(2, 2, {0})};
  EXPECT_EQ(Find("[a:b = 1] AND [a:b = 2]", one), "no");
  EXPECT_EQ(Find("[a:b = 1] AND [a:b = 2]", two), "0=1 1=0");
  EXPECT_EQ(Find("[a:b = 1] OR [a:b = 2]", one), "0=0");
  EXPECT_EQ(Find("[a:b = 1] REPEATS 2 TIMES", two), "0=0 0=1");
  EXPECT_EQ(Find("[a:b = 1] REPEATS 3 TIMES", two), "no");
  // Observed twice, it is two observations.
  EXPECT_EQ(Find("[a:b = 1] AND [a:b = 2]", {At(1, 1, {0, 1}, 2)}), "0=0 1=0");
  EXPECT_EQ(Find("[a:b = 1] REPEATS 1000000 TIMES", {At(1, 1, {0}, 1'000'000)}), "0=0x1000000");
}

TEST(Sequence, FollowsInTimeAndWithinIt) {
  const std::vector<ObservedTimes> in_order = {At(10, 10, {0}), At(15, 15, {1})};
  const std::vector<ObservedTimes> reverse = {At(15, 15, {0}), At(10, 10, {1})};
  EXPECT_EQ(Find("[a:b = 1] FOLLOWEDBY [a:b = 2]", in_order), "0=0 1=1");
  EXPECT_EQ(Find("[a:b = 1] FOLLOWEDBY [a:b = 2]", reverse), "no");
  EXPECT_EQ(Find("([a:b = 1] AND [a:b = 2]) WITHIN 5 SECONDS", reverse), "0=0 1=1");
  EXPECT_EQ(Find("([a:b = 1] AND [a:b = 2]) WITHIN 4.9 SECONDS", reverse), "no");
  EXPECT_EQ(Find("[a:b = 1] AND [a:b = 2] WITHIN 1 SECONDS", reverse), "0=0 1=1");  // it is about one alone
  // At the same time is in order; so are times that may have been.
  EXPECT_EQ(Find("[a:b = 1] FOLLOWEDBY [a:b = 2]", {At(10, 10, {1}), At(10, 10, {0})}), "0=1 1=0");
  EXPECT_EQ(Find("[a:b = 1] FOLLOWEDBY [a:b = 2]", {At(12, 12, {0}), At(10, 15, {1})}), "0=0 1=1");
}

TEST(Sequence, BeginsAtStartAndEndsBeforeStop) {
  const std::string start = "[a:b = 1] START t'1970-01-01T00:00:10Z' STOP t'1970-01-01T00:00:20Z'";
  EXPECT_EQ(Find(start, {At(10, 10, {0})}), "0=0");
  EXPECT_EQ(Find(start, {At(20, 20, {0})}), "no");
  EXPECT_EQ(Find(start, {At(5, 9, {0})}), "no");
  EXPECT_EQ(Find(start, {At(5, 10, {0})}), "0=0");
  EXPECT_EQ(Find("[a:b = 1] START t'1970-01-01T00:00:10Z' STOP t'1970-01-01T00:00:10Z'", {At(5, 15, {0})}),
            "no");
}

TEST(Sequence, FindsTheNeedleAmongManyObservations) {
  std::vector<ObservedTimes> many;
  for (TimeUs t = 0; t < 5'000; ++t) many.push_back(At(10 * t, 10 * t, {0}));
  many[3'000] = At(30'001, 30'001, {1});
  many[3'001] = At(30'002, 30'002, {2});
  many[3'002] = At(30'003, 30'003, {3});
  EXPECT_EQ(Find("[a:b = 1] REPEATS 100 TIMES WITHIN 989 SECONDS", many, 4 * kSteps), "no");
  EXPECT_NE(Find("[a:b = 1] REPEATS 100 TIMES WITHIN 990 SECONDS", many, 4 * kSteps), "gave up");
  EXPECT_EQ(
      Find("([a:b = 1] FOLLOWEDBY [a:b = 2] FOLLOWEDBY [a:b = 3] FOLLOWEDBY [a:b = 4]) WITHIN 13 SECONDS",
           many, 100 * kSteps),
      "0=2999 1=3000 2=3001 3=3002");
  EXPECT_EQ(Find("[a:b = 1] FOLLOWEDBY [a:b = 2]", {At(2, 2, {0}), At(1, 1, {1})}), "no");
}

TEST(Sequence, TellsThatTenPartsCannotShareNineObservations) {
  std::string text = "[a:b = 1]";
  std::vector<ObservedTimes> nine;
  std::vector<std::size_t> leaves = {0};
  for (std::size_t i = 1; i < 10; ++i) {
    text += " AND [a:b = 1]";
    leaves.push_back(i);
  }
  for (int i = 0; i < 9; ++i) nine.push_back(At(i, i, leaves));
  EXPECT_EQ(Find(text, nine), "no");
  nine.push_back(At(9, 9, leaves));
  EXPECT_NE(Find(text, nine), "no");
}

TEST(Sequence, GivesUpWithinItsSteps) {
  // Every copy may choose, and no choice will do: the last part is missing in time.
  const std::string text =
      "((([a:b = 1] FOLLOWEDBY [a:b = 2]) OR ([a:b = 2] FOLLOWEDBY [a:b = 1])) WITHIN 1 SECONDS) REPEATS 20 "
      "TIMES";
  std::vector<ObservedTimes> observations;
  for (int i = 0; i < 60; ++i) observations.push_back(At(3 * i, 3 * i + i % 2, {0, 1, 2, 3}));
  EXPECT_EQ(Find(text, observations, 100'000), "gave up");
  EXPECT_EQ(Find("([a:b = 1] AND [a:b = 2]) REPEATS 1000000000 TIMES", {At(1, 1, {0, 1}, 10'000'000'000)}),
            "gave up");
  EXPECT_EQ(Find("([a:b = 1] AND [a:b = 2]) REPEATS 1000000000 TIMES", {At(1, 1, {0, 1}, 5)}), "no");
}

TEST(Sequence, KnowsWhatHasToBeRemembered) {
  const auto needs = [](std::string_view text) {
    const SequenceNeeds needed = NeedsOf(*ParseStixPattern(text));
    return fmt::format("{} {} {}", needed.single ? "single" : "several",
                       needed.horizon == kEndOfTime ? -1 : needed.horizon / kSecondUs, needed.observations);
  };
  EXPECT_EQ(needs("[a:b = 1]"), "single 0 1");
  EXPECT_EQ(needs("[a:b = 1] OR ([a:b = 2] WITHIN 5 SECONDS)"), "single 0 1");
  EXPECT_EQ(needs("[a:b = 1] REPEATS 1 TIMES START t'2024-01-01T00:00:00Z' STOP t'2024-01-02T00:00:00Z'"),
            "single 0 1");
  EXPECT_EQ(needs("[a:b = 1] REPEATS 5 TIMES WITHIN 60 SECONDS"), "several 60 5");
  EXPECT_EQ(needs("[a:b = 1] WITHIN 60 SECONDS REPEATS 5 TIMES"), "several -1 5");
  EXPECT_EQ(needs("([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 9 SECONDS OR [a:b = 3]"), "several 9 1");
  EXPECT_EQ(needs("[a:b = 1] FOLLOWEDBY [a:b = 2]"), "several -1 2");
}

}  // namespace
}  // namespace polder
