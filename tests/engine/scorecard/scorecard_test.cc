#include "engine/scorecard/scorecard.h"

#include <gtest/gtest.h>

#include "engine/scorecard/evidence.h"
#include "tests/engine/scorecard/fixture.h"

namespace polder {
namespace {

TEST(Scorecard, CountsWhatEachSourceHadInForce) {
  SmallCommunity community;
  community.Share("a", "one.example");
  community.Share("a", "new.example", 30);
  community.Share("a", "new.example", 40);  // twice by the same source: one value
  community.Share("b", "one.example", -12);
  community.Share("b", "gone.example").withdrawn = kMay6;
  community.Share("b", "expired.example").valid_until = kMay6 - 1;
  community.Share("b", "future.example").valid_from = kMay6 + 2 * kDayUs;
  community.Share("b", "unpublished.example", 48);
  const Scorecard card = community.Card();
  EXPECT_EQ(card.all.indicators, 2U);
  EXPECT_EQ(card.all.exclusive, 1U);
  EXPECT_EQ(card.all.shared, 1U);
  const ScorecardRow a = RowOf(card, "a");
  EXPECT_EQ(a.indicators, 2U);
  EXPECT_EQ(a.exclusive, 1U);
  EXPECT_DOUBLE_EQ(a.new_per_day, 0.5);  // one in two days
  const ScorecardRow b = RowOf(card, "b");
  EXPECT_EQ(b.indicators, 1U);
  EXPECT_EQ(b.exclusive, 0U);
  EXPECT_DOUBLE_EQ(b.new_per_day, 0);
}

TEST(Scorecard, TellsHowFarBehindTheFirstASourceWas) {
  SmallCommunity community;
  for (const int delay : {0, 10, 40}) {
    const std::string value = fmt::format("shared{}.example", delay);
    community.Share("first", value, -100);
    community.Share("second", value, -100 + delay);
  }
  community.Share("second", "own.example", -1);
  const Scorecard card = community.Card();
  EXPECT_DOUBLE_EQ(*RowOf(card, "first").delay_hours, 0);
  EXPECT_DOUBLE_EQ(*RowOf(card, "first").first_share, 1);
  EXPECT_DOUBLE_EQ(*RowOf(card, "second").delay_hours, 10);
  EXPECT_DOUBLE_EQ(*RowOf(card, "second").first_share, 1.0 / 3);
  EXPECT_FALSE(card.all.delay_hours.has_value());
}

TEST(Scorecard, KeepsTheFourStatesApart) {
  SmallCommunity community;
  community.Share("a", "seen.example");
  community.Share("a", "zero.example");
  community.Share("a", "mutex", -24, Kind::kMutex);     // makes no feedback
  community.Share("a", "192.0.2.1", -24, Kind::kIp);    // watched by two
  community.Share("a", "red.example").tlp = Tlp::kRed;  // may not be told
  community.Share("a", "strict.example").tlp = Tlp::kAmberStrict;
  community.Share("a", "pap.example").pap = Pap::kRed;
  for (int i = 0; i < 60; ++i) community.Share("a", fmt::format("few{}.example", i));
  for (int i = 0; i < 2; ++i) community.Report(0, i).watched.Add(Kind::kIp);
  community.See("seen.example", 0, 3);
  community.See("red.example", 0, 5);
  for (int i = 0; i < 60; ++i) community.See(fmt::format("few{}.example", i), 0, 1, i % 3);
  const ScorecardRow a = RowOf(community.Card(), "a");
  EXPECT_EQ(a.indicators, 67U);
  EXPECT_EQ(a.not_observable(), 5U);
  EXPECT_EQ(a.observable, 62U);
  EXPECT_EQ(a.seen, 1U);
  EXPECT_EQ(a.below_k, CoarseTotal(60, 3));  // three groups, each with twenty
  EXPECT_GT(a.below_k, 0U);
  EXPECT_EQ(a.zero_at_most(), 61 - a.below_k);
  EXPECT_EQ(a.group_epochs, Coarsely(10, 3));  // five groups watched domains on two days
}

TEST(Scorecard, HidesTogetherWithZeroWhatFewerThanKGroupsSaw) {
  SmallCommunity community;
  for (int i = 0; i < 9; ++i) {
    community.Share("a", fmt::format("few{}.example", i));
    community.See(fmt::format("few{}.example", i), 0, 1, i % 2);
  }
  const ScorecardRow a = RowOf(community.Card(), "a");
  EXPECT_EQ(a.below_k, 0U);
  EXPECT_EQ(a.zero_at_most(), 9U);
}

TEST(Scorecard, SharesTheCreditOfAHitAmongItsSources) {
  SmallCommunity community;
  community.Share("a", "both.example", -48);
  community.Share("b", "both.example", -24);
  community.Share("b", "own.example");
  community.Share("b", "late.example", 30);  // published after it was seen: the hit is not its
  community.Share("a", "late.example", -48);
  community.Share("b", "benign.example").known_as = "Top sites";
  community.See("both.example", 0, 3);
  community.See("own.example", 1, 4);
  community.See("late.example", 0, 3);
  community.See("benign.example", 0, 5);
  const Scorecard card = community.Card();
  const ScorecardRow a = RowOf(card, "a");
  const ScorecardRow b = RowOf(card, "b");
  EXPECT_EQ(card.all.seen, 4U);
  EXPECT_DOUBLE_EQ(card.all.credit, 3);
  EXPECT_EQ(a.seen, 2U);
  EXPECT_DOUBLE_EQ(a.credit, 1.5);
  EXPECT_DOUBLE_EQ(a.credit_share, 0.5);
  EXPECT_EQ(a.exclusive_hits, 0U);
  EXPECT_EQ(b.seen, 3U);
  EXPECT_DOUBLE_EQ(b.credit, 1.5);
  EXPECT_EQ(b.exclusive_hits, 2U);
  EXPECT_EQ(b.known_benign, 1U);
  // Of the whole weight of 3 seen values at 10; without b the community loses own.example.
  EXPECT_DOUBLE_EQ(b.differential, 10.0 / 30);
  EXPECT_DOUBLE_EQ(a.differential, 0);
}

TEST(Scorecard, PutsTheMostUsefulSourceFirst) {
  SmallCommunity community;
  for (int i = 0; i < 9; ++i) community.Share("large", fmt::format("unseen{}.example", i));
  community.Share("small", "seen.example");
  community.See("seen.example", 0, 3);
  const Scorecard card = community.Card();
  ASSERT_EQ(card.sources.size(), 2U);
  EXPECT_EQ(*card.sources.front().all.source, "small");
}

TEST(Scorecard, TellsLeadTimesWithoutRetroHitsAmongThem) {
  SmallCommunity community;
  const std::vector<std::pair<std::string, LatencyBucket>> sights = {
      {"retro", LatencyBucket::kRetro}, {"day1", LatencyBucket::kDay},
      {"day2", LatencyBucket::kDay},    {"week", LatencyBucket::kWeek},
      {"later", LatencyBucket::kLater}, {"untold", LatencyBucket::kUnknown}};
  for (const auto& [value, latency] : sights) {
    community.Share("a", value);
    community.See(value, 0, 3, 0, Verdict::kSeen, latency);
  }
  // Three saw it within a week; that one saw it within a day is not told.
  community.Share("a", "mixed");
  community.See("mixed", 0, 1, 0, Verdict::kSeen, LatencyBucket::kDay);
  community.See("mixed", 0, 2, 1, Verdict::kSeen, LatencyBucket::kWeek);
  community.See("mixed", 0, 1, 3, Verdict::kSeen, LatencyBucket::kLater);
  const ScorecardRow a = RowOf(community.Card(), "a");
  EXPECT_EQ(a.retro, 1U);
  EXPECT_EQ(a.within_day, 2U);
  EXPECT_EQ(a.within_week, 2U);
  EXPECT_EQ(a.later, 1U);
  EXPECT_EQ(a.lead_untold, 1U);
}

TEST(Scorecard, TellsTheMedianAgeAtTheFirstRelease) {
  SmallCommunity community(3);
  community.Share("a", "old.example", -72);
  community.Share("a", "fresh.example", 12);
  community.Share("a", "middle.example", -24);
  community.See("old.example", 0, 3);     // three days old
  community.See("fresh.example", 0, 3);   // published in the course of that day
  community.See("middle.example", 1, 3);  // two days old
  community.See("middle.example", 2, 3);  // not the first time
  EXPECT_DOUBLE_EQ(*RowOf(community.Card(), "a").age_days, 2);
}

TEST(Scorecard, CountsVerdictsOnlyOfKGroups) {
  SmallCommunity community;
  for (const char* value : {"false.example", "disputed.example", "true.example"}) community.Share("a", value);
  community.See("false.example", 0, 3, 0, Verdict::kFalsePositive);
  community.See("disputed.example", 0, 2, 0, Verdict::kFalsePositive);
  community.See("disputed.example", 0, 1, 2);
  community.See("true.example", 0, 4, 0, Verdict::kConfirmed);
  const ScorecardRow a = RowOf(community.Card(), "a");
  EXPECT_EQ(a.false_positive, 1U);
  EXPECT_EQ(a.confirmed, 1U);
  EXPECT_EQ(a.false_positive_any, 0U);  // two indicators: fewer than k can be told
  EXPECT_DOUBLE_EQ(a.credit, 2);        // nothing for the false one
}

TEST(Scorecard, SumsFalsePositivesOfASourceOverManyIndicators) {
  SmallCommunity community;
  for (int i = 0; i < 60; ++i) {
    community.Share("a", fmt::format("v{}.example", i));
    community.See(fmt::format("v{}.example", i), 0, 1, i % 3, Verdict::kFalsePositive);
  }
  const ScorecardRow a = RowOf(community.Card(), "a");
  EXPECT_EQ(a.false_positive, 0U);
  EXPECT_EQ(a.false_positive_any, CoarseTotal(60, 3));
}

TEST(Scorecard, CountsTheMembersOfOneGroupOnce) {
  SmallCommunity community(2, 7);
  community.Share("a", "one.example");
  community.See("one.example", 0, 3);
  for (int day = 0; day < 2; ++day) {
    for (int i = 0; i < 3; ++i) community.Report(day, i).group = "together";
  }
  const Scorecard card = community.Card();
  EXPECT_EQ(card.all.seen, 0U);
  EXPECT_EQ(RowOf(card, "a").group_epochs, Coarsely(5 * 2, 3));
}

TEST(Scorecard, SaysNothingOfIndicatorsInACommunityWithoutK) {
  SmallCommunity community(2, 4);
  community.Share("a", "one.example");
  community.See("one.example", 0, 4);
  const Scorecard card = community.Card();
  EXPECT_FALSE(card.least_k().has_value());
  EXPECT_EQ(card.all.seen, 0U);
  EXPECT_EQ(card.all.not_observable(), 1U);
  EXPECT_EQ(card.all.below_k, 0U);
}

TEST(Scorecard, LeavesReportsOfNewcomersOutOfSums) {
  const auto below_k = [](TimeUs joined) {
    SmallCommunity community;
    for (int i = 0; i < 60; ++i) {
      community.Share("a", fmt::format("v{}.example", i));
      community.See(fmt::format("v{}.example", i), 1, 1, i % 3);
    }
    community.Report(1, 2).joined = joined;
    return RowOf(community.Card(), "a").below_k;
  };
  EXPECT_EQ(below_k(kMay6), CoarseTotal(60, 3));
  EXPECT_EQ(below_k(kMay6 + kDayUs), 0U);
}

TEST(Scorecard, TellsGroupEpochsCoarselyAndWithoutNewcomers) {
  const auto told = [](int drop_a_kind, bool newcomer) {
    SmallCommunity community(2, newcomer ? 8 : 7);
    community.Share("a", "one.example");
    for (int i = 0; i < drop_a_kind; ++i) community.Report(1, i).watched = {};
    if (newcomer) {
      community.Report(0, 7).watched = {};
      community.Report(1, 7).joined = kMay6 + kDayUs / 2;
    }
    return RowOf(community.Card(), "a").group_epochs;
  };
  EXPECT_EQ(told(0, false), 12U);
  EXPECT_EQ(told(1, false), 12U) << "one that drops a kind does not show";
  EXPECT_EQ(told(0, true), told(0, false));
  EXPECT_EQ(told(4, true), told(4, false)) << "3 watch it still";
  EXPECT_EQ(told(5, true), told(5, false)) << "fewer than k, the newcomer left out";
}

TEST(Scorecard, OfNothingIsEmpty) {
  const Scorecard card = MakeScorecard({});
  EXPECT_TRUE(card.sources.empty());
  EXPECT_EQ(card.all.indicators, 0U);
}

TEST(GuardedSum, CountsAGroupForNoMoreThanTheKthLargest) {
  EXPECT_EQ(GuardedSum({{1, 1000}, {2, 20}, {3, 20}}, 3), CoarseTotal(60, 3));
  EXPECT_EQ(GuardedSum({{1, 1000}, {2, 900}, {3, 100}, {4, 10}}, 3), CoarseTotal(310, 3));
  EXPECT_EQ(GuardedSum({{1, 1000}, {2, 1000}}, 3), 0U);
  EXPECT_EQ(GuardedSum({{1, 1000}, {2, 1}, {3, 1}}, 3), 0U);
  EXPECT_EQ(GuardedSum({}, 3), 0U);
  EXPECT_EQ(GuardedSum({{1, 500}, {2, 500}, {3, 500}}, 0), 0U);
}

}  // namespace
}  // namespace polder
