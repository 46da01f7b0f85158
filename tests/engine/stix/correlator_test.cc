#include "engine/stix/correlator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/stix/pattern_parser.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

// Feeds one pattern; events are named by how many came before.
class Stream {
 public:
  explicit Stream(std::string_view text, Correlator::Limits limits = {})
      : correlator_(limits), pattern_(*ParseStixPattern(text)) {}

  // The events that the match is made of, empty if there is none.
  std::string See(TimeUs at_s, std::vector<std::size_t> leaves, std::string event = "") {
    if (event.empty()) event = fmt::format("e{}", count_++);
    const auto parts = correlator_.See("key", pattern_, leaves, at_s * kSecondUs, event);
    std::string text;
    if (!parts) return text;
    for (const auto& part : *parts)
      text += fmt::format("{}{}:{}", text.empty() ? "" : " ", part.leaf, part.event);
    return text;
  }
  const Correlator& correlator() const { return correlator_; }

 private:
  Correlator correlator_;
  StixPattern pattern_;
  int count_ = 0;
};

TEST(Correlator, FiresForEveryEventThatCompletesAMatch) {
  Stream stream("[a:b = 1] FOLLOWEDBY [a:b = 2]");
  EXPECT_EQ(stream.See(1, {1}), "");
  EXPECT_EQ(stream.See(2, {0}), "");
  EXPECT_EQ(stream.See(3, {1}), "0:e1 1:e2");
  EXPECT_EQ(stream.See(4, {0}), "");
  EXPECT_EQ(stream.See(5, {1}), "0:e1 1:e4");
  EXPECT_EQ(stream.See(6, {0, 1}), "0:e1 1:e5");
  EXPECT_EQ(stream.See(7, {}), "");
  EXPECT_EQ(stream.correlator().counts().satisfied, 3U);
}

TEST(Correlator, CountsRepeatsInASlidingWindow) {
  Stream stream("[a:b = 1] REPEATS 3 TIMES WITHIN 10 SECONDS");
  EXPECT_EQ(stream.See(0, {0}), "");
  EXPECT_EQ(stream.See(5, {0}), "");
  EXPECT_EQ(stream.See(11, {0}), "");
  EXPECT_EQ(stream.See(15, {0}), "0:e1 0:e2 0:e3");
  EXPECT_EQ(stream.See(30, {0}), "");
  EXPECT_EQ(stream.correlator().counts().forgotten, 0U);
}

TEST(Correlator, LooksAtLateEventsAndCountsThem) {
  Stream stream("([a:b = 1] AND [a:b = 2]) WITHIN 10 SECONDS");
  EXPECT_EQ(stream.See(100, {0}), "");
  EXPECT_EQ(stream.See(95, {1}), "0:e0 1:e1");  // out of order, but in time
  EXPECT_EQ(stream.correlator().counts().late, 0U);
  EXPECT_EQ(stream.See(80, {0}), "");
  EXPECT_EQ(stream.correlator().counts().late, 1U);
}

TEST(Correlator, CountsAReplayedEventOnce) {
  Stream stream("[a:b = 1] REPEATS 2 TIMES");
  EXPECT_EQ(stream.See(1, {0}, "x"), "");
  EXPECT_EQ(stream.See(1, {0}, "x"), "");
  EXPECT_EQ(stream.See(2, {0}, "y"), "0:x 0:y");
  EXPECT_EQ(stream.correlator().counts().repeated, 1U);
}

TEST(Correlator, ForgetsTheOldestOfALeafAndSaysSo) {
  Stream stream("([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 60 SECONDS", {.matches_per_leaf = 2});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(stream.See(i, {0}), "");
  EXPECT_EQ(stream.correlator().counts().forgotten, 3U);
  EXPECT_EQ(stream.See(9, {1}), "0:e3 1:e5");
}

TEST(Correlator, KeepsAsManyAsThePatternNeeds) {
  Stream stream("[a:b = 1] REPEATS 100 TIMES", {.matches_per_leaf = 2});
  for (int i = 0; i < 99; ++i) EXPECT_EQ(stream.See(i, {0}), "");
  EXPECT_NE(stream.See(99, {0}), "");
}

TEST(Correlator, RefusesAPatternThatNeedsMoreThanItKeeps) {
  const Correlator correlator;
  EXPECT_TRUE(correlator.Check(*ParseStixPattern("[a:b = 1] REPEATS 4096 TIMES")).ok());
  EXPECT_THAT(std::string(correlator.Check(*ParseStixPattern("[a:b = 1] REPEATS 5000 TIMES")).message()),
              HasSubstr("it takes 5000 events to match; no more than 4096"));
}

TEST(Correlator, BoundsItsMemoryOverAllPatterns) {
  Correlator correlator({.bytes = 100'000});
  const StixPattern pattern = *ParseStixPattern("[a:b = 1] FOLLOWEDBY [a:b = 2]");
  const std::vector<std::size_t> first = {0}, second = {1};
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(correlator.See(fmt::format("pattern {}", i), pattern, first, i, fmt::format("event {}", i)));
    EXPECT_LE(correlator.bytes(), 100'000U);
  }
  EXPECT_GT(correlator.counts().evicted, 9'000U);
  EXPECT_EQ(correlator.counts().evicted + correlator.patterns(), 10'000U);
  EXPECT_TRUE(correlator.See("pattern 9999", pattern, second, 10'000, "last"));
  EXPECT_FALSE(correlator.See("pattern 0", pattern, second, 10'000, "last"));  // it went first
  const std::size_t before = correlator.bytes();
  correlator.Drop("pattern 9999");
  EXPECT_LT(correlator.bytes(), before);
}

TEST(Correlator, BeginsAnewWhereAPatternHasChanged) {
  Correlator correlator;
  const std::vector<std::size_t> first = {0}, second = {1};
  EXPECT_FALSE(correlator.See("k", *ParseStixPattern("[a:b = 1] AND [a:b = 2]"), first, 1, "x"));
  EXPECT_FALSE(correlator.See("k", *ParseStixPattern("[a:b = 1] AND [a:b = 3]"), second, 2, "y"));
  EXPECT_TRUE(correlator.See("k", *ParseStixPattern("[a:b = 1] AND [a:b = 3]"), first, 2, "z"));
}

TEST(Correlator, GivesUpWithinItsStepsAndCountsIt) {
  Stream stream(
      "(([a:b = 1] FOLLOWEDBY [a:b = 2]) OR ([a:b = 2] FOLLOWEDBY [a:b = 1])) WITHIN 1 SECONDS REPEATS 20 "
      "TIMES",
      {.search_steps = 1'000});
  for (int i = 0; i < 60; ++i) stream.See(3 * i, {0, 1, 2, 3});
  EXPECT_GT(stream.correlator().counts().gave_up, 0U);
}

}  // namespace
}  // namespace polder
