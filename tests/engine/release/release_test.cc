#include "engine/release/release.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/engine/release/fixture.h"

namespace polder {
namespace {

Release Made(const std::vector<MemberReport>& reports, const Catalogue& catalogue, std::size_t members = 6) {
  return MakeRelease(reports, catalogue, PlanOfDay(RosterOf(members), 0));
}

TEST(ReleaseThreshold, NeedsMoreGroupsInALargerCommunity) {
  const struct {
    std::size_t groups;
    std::optional<std::size_t> k;
  } kCases[] = {{0, std::nullopt}, {4, std::nullopt}, {5, 3},  {9, 3},  {10, 4},
                {24, 4},           {25, 5},           {50, 5}, {500, 5}};
  for (const auto& test : kCases) EXPECT_EQ(ReleaseThreshold(test.groups), test.k) << test.groups;
}

TEST(Release, HoldsBackWhatFewerThanKGroupsReported) {
  for (std::size_t reporters = 0; reporters <= 5; ++reporters) {
    const auto release = Made(ReportsOf(reporters, {FeedbackOn("x.example")}), CatalogueOf({"x.example"}));
    EXPECT_EQ(release.k, 3U);
    EXPECT_EQ(release.released.size(), reporters >= 3 ? 1U : 0U) << reporters;
  }
}

TEST(Release, CountsTheMembersOfTheRosterAndNotThoseWhoSent) {
  const auto reports = ReportsOf(3, {FeedbackOn("x.example")});
  EXPECT_EQ(Made(reports, CatalogueOf({"x.example"}), 9).released.size(), 1U);
  EXPECT_EQ(Made(reports, CatalogueOf({"x.example"}), 10).k, 4U);
  EXPECT_TRUE(Made(reports, CatalogueOf({"x.example"}), 10).released.empty());
}

TEST(Release, CountsTheMembersOfOneGroupOnce) {
  Roster roster = RosterOf(7);
  for (RosterEntry& entry : roster.entries) {
    if (entry.name <= MemberName(2)) entry.group = "holding";
  }
  const auto plan = PlanOfDay(roster, 0);
  const Catalogue catalogue = CatalogueOf({"x.example"});
  EXPECT_TRUE(MakeRelease(ReportsOf(4, {FeedbackOn("x.example")}), catalogue, plan).released.empty());
  EXPECT_EQ(MakeRelease(ReportsOf(5, {FeedbackOn("x.example")}), catalogue, plan).released.size(), 1U);
}

TEST(Release, OfFewerThanFiveGroupsHoldsNothingHoweverManyMembersTheyHave) {
  for (const std::size_t groups : {1, 3, 4, 5}) {
    Roster roster = RosterOf(20);
    for (std::size_t i = 0; i < 20; ++i) roster.entries[i + 1].group = MemberName(i % groups);
    std::vector<Feedback> hidden = {FeedbackOn("x.example")};
    for (int i = 0; i < 50; ++i) hidden.push_back(FeedbackOn(std::to_string(i) + ".example"));
    const auto release = MakeRelease(ReportsOf(20, hidden), CatalogueOf({"x.example"}), PlanOfDay(roster, 0));
    EXPECT_EQ(release.k.has_value(), groups == 5) << groups;
    EXPECT_EQ(release.released.size(), groups == 5 ? 1U : 0U) << groups;
    EXPECT_EQ(release.suppressed.reports > 0, groups == 5) << groups << ": all of them have something hidden";
  }
}

TEST(Release, OfACommunityBelowFiveMembersOrItsOwnMinimumHoldsNothing) {
  const auto four = Made(ReportsOf(4, {FeedbackOn("x.example")}), CatalogueOf({"x.example"}), 4);
  EXPECT_EQ(four.k, std::nullopt);
  EXPECT_TRUE(four.released.empty());
  EXPECT_EQ(four.exactly_suppressed.indicators, 1U);

  Roster strict = RosterOf(7);
  strict.terms.minimum_members = 8;
  const auto reports = ReportsOf(7, {FeedbackOn("x.example")});
  EXPECT_TRUE(MakeRelease(reports, CatalogueOf({"x.example"}), PlanOfDay(strict, 0)).released.empty());
}

TEST(Release, SaysOfAnIndicatorWhatItsMarkingAllows) {
  const Feedback feedback =
      FeedbackOn("x.example", Verdict::kConfirmed, LatencyBucket::kDay, CountBucket::kTens);
  const struct {
    Tlp tlp;
    bool one_organisation;
    bool released;
    bool latency, reach, count;
    bool to_peers, to_public;
  } kCases[] = {{Tlp::kRed, false, false, false, false, false, false, false},
                {Tlp::kRed, true, false, false, false, false, false, false},
                {Tlp::kUnmarked, false, false, false, false, false, false, false},
                {Tlp::kUnmarked, true, true, false, false, false, false, false},
                {Tlp::kAmberStrict, false, false, false, false, false, false, false},
                {Tlp::kAmberStrict, true, true, false, false, false, false, false},
                {Tlp::kAmber, false, true, true, false, false, false, false},
                {Tlp::kGreen, false, true, true, true, false, true, false},
                {Tlp::kClear, false, true, true, true, true, true, true}};
  for (const auto& test : kCases) {
    SCOPED_TRACE(std::string(TlpName(test.tlp)) + (test.one_organisation ? ", one organisation" : ""));
    Roster roster = RosterOf(6);
    roster.terms.one_organisation = test.one_organisation;
    const auto release =
        MakeRelease(ReportsOf(6, {feedback}), CatalogueOf({"x.example"}, test.tlp), PlanOfDay(roster, 0));
    ASSERT_EQ(release.released.size(), test.released ? 1U : 0U);
    const auto count_for = [&](Audience audience) { return ReleaseFor(release, audience).by_kind.size(); };
    EXPECT_EQ(count_for(Audience::kRecipients), test.released ? 1U : 0U);
    EXPECT_EQ(count_for(Audience::kMembersAndPeers), test.to_peers ? 1U : 0U);
    EXPECT_EQ(count_for(Audience::kAnyone), test.to_public ? 1U : 0U);
    EXPECT_EQ(count_for(Audience::kNobody), 0U);
    if (!test.released) continue;
    const ReleasedIndicator& one = release.released[0];
    EXPECT_EQ(one.confirmed, test.latency);
    EXPECT_EQ(one.latency_at_most.has_value(), test.latency);
    EXPECT_EQ(one.reach_at_least.has_value(), test.reach);
    EXPECT_EQ(one.count_at_least.has_value(), test.count);
  }
}

TEST(Release, TakesTheStrictestMarkingOfAllWhoShareAnIndicator) {
  Catalogue catalogue = CatalogueOf({"x.example"}, Tlp::kClear);
  Share(catalogue, "x.example", Tlp::kAmber, "other");
  const auto release = Made(ReportsOf(3, {FeedbackOn("x.example")}), catalogue);
  ASSERT_EQ(release.released.size(), 1U);
  EXPECT_EQ(release.released[0].tlp, Tlp::kAmber);
  EXPECT_EQ(release.released[0].references.size(), 2U);
  Share(catalogue, "x.example", Tlp::kUnmarked, "third");
  EXPECT_TRUE(Made(ReportsOf(3, {FeedbackOn("x.example")}), catalogue).released.empty());
}

TEST(Release, KeepsToItselfWhatIsMarkedPapRedOrNotCatalogued) {
  Catalogue catalogue = CatalogueOf({"x.example"});
  catalogue.begin()->second.shared_by[0].pap = Pap::kRed;
  const auto release =
      Made(ReportsOf(6, {FeedbackOn("x.example"), FeedbackOn("unknown.example")}), catalogue);
  EXPECT_TRUE(release.released.empty());
  EXPECT_EQ(release.exactly_suppressed, (Suppressed{2, 12}));
}

std::vector<MemberReport> EachSays(const std::vector<Feedback>& words) {
  std::vector<MemberReport> reports;
  for (std::size_t i = 0; i < words.size(); ++i) reports.push_back(ReportOf(MemberName(i), {words[i]}));
  return reports;
}

TEST(Release, GivesAVerdictOnlyIfKGroupsGaveIt) {
  const auto verdicts = [](std::vector<Verdict> given) {
    std::vector<Feedback> words;
    for (const Verdict verdict : given) words.push_back(FeedbackOn("x.example", verdict));
    const auto release = Made(EachSays(words), CatalogueOf({"x.example"}));
    return std::pair(release.released.at(0).confirmed, release.released.at(0).false_positive);
  };
  constexpr auto kS = Verdict::kSeen, kC = Verdict::kConfirmed, kF = Verdict::kFalsePositive;
  EXPECT_EQ(verdicts({kS, kS, kS}), std::pair(false, false));
  EXPECT_EQ(verdicts({kC, kC, kS, kF}), std::pair(false, false));
  EXPECT_EQ(verdicts({kC, kC, kC, kF}), std::pair(true, false));
  EXPECT_EQ(verdicts({kF, kF, kF}), std::pair(false, true));
  EXPECT_EQ(verdicts({kF, kF, kF, kC, kC, kC}), std::pair(true, true));
}

TEST(Release, GivesTheLatencyWithinWhichKGroupsSawIt) {
  const auto latency = [](std::vector<LatencyBucket> given) {
    std::vector<Feedback> words;
    for (const LatencyBucket one : given) words.push_back(FeedbackOn("x.example", Verdict::kSeen, one));
    return Made(EachSays(words), CatalogueOf({"x.example"})).released.at(0).latency_at_most;
  };
  using enum LatencyBucket;
  EXPECT_EQ(latency({kRetro, kDay, kLater}), kLater);
  EXPECT_EQ(latency({kRetro, kDay, kWeek, kLater}), kWeek);
  EXPECT_EQ(latency({kDay, kDay, kDay, kRetro}), kDay);
  EXPECT_EQ(latency({kDay, kDay, kUnknown}), std::nullopt) << "only two groups know";
  EXPECT_EQ(latency({kDay, kDay, kUnknown, kLater}), kLater);
}

TEST(Release, GivesTheCountThatKGroupsReach) {
  const auto count = [](std::vector<CountBucket> given) {
    std::vector<Feedback> words;
    for (const CountBucket one : given)
      words.push_back(FeedbackOn("x.example", Verdict::kSeen, std::nullopt, one));
    return Made(EachSays(words), CatalogueOf({"x.example"})).released.at(0).count_at_least;
  };
  using enum CountBucket;
  EXPECT_EQ(count({kOne, kFew, kHundreds}), kOne);
  EXPECT_EQ(count({kOne, kFew, kHundreds, kTens}), kFew);
  EXPECT_EQ(count({kHundreds, kHundreds, kHundreds}), kHundreds);
}

TEST(Release, GivesTheReachInDoublingsOfK) {
  const struct {
    std::size_t groups, reach;
  } kCases[] = {{5, 5}, {9, 5}, {10, 10}, {19, 10}, {20, 20}, {45, 20}};
  for (const auto& test : kCases) {
    const auto release =
        Made(ReportsOf(test.groups, {FeedbackOn("x.example")}), CatalogueOf({"x.example"}), 45);
    EXPECT_EQ(release.released.at(0).reach_at_least, test.reach) << test.groups;
  }
}

TEST(Release, NeverSaysThatMoreThanHalfOfTheGroupsSawIt) {
  for (std::size_t members = 5; members <= 50; ++members) {
    const auto release =
        Made(ReportsOf(members, {FeedbackOn("x.example")}), CatalogueOf({"x.example"}), members);
    ASSERT_EQ(release.released.size(), 1U);
    const std::size_t reach = release.released[0].reach_at_least.value_or(0);
    EXPECT_LE(reach, members / 2) << members;
    EXPECT_EQ(reach > 0, *release.k <= members / 2) << members;
  }
}

TEST(Release, CountsForReachTheGroupsAndNotTheMembers) {
  Roster roster = RosterOf(24);
  for (std::size_t i = 0; i < 24; ++i) roster.entries[i + 1].group = MemberName(i % 12);
  const auto release =
      MakeRelease(ReportsOf(24, {FeedbackOn("x.example")}), CatalogueOf({"x.example"}), PlanOfDay(roster, 0));
  EXPECT_EQ(release.released.at(0).reach_at_least, 4U) << "half of twelve is less than eight";
}

TEST(Release, TellsOfWhatIsHiddenNoMoreThanKGroupsBear) {
  // One group alone with a thousand indicators is not to be seen in the totals, nor whether it has any.
  std::vector<MemberReport> reports = ReportsOf(2, {FeedbackOn("a.example")});
  reports.push_back(ReportOf(MemberName(4), {}));
  for (int i = 0; i < 1000; ++i) {
    reports.back().feedback.push_back(FeedbackOn("only" + std::to_string(i) + ".example"));
  }
  auto release = Made(reports, {});
  EXPECT_EQ(release.exactly_suppressed, (Suppressed{1001, 1002}));
  EXPECT_EQ(release.suppressed, Suppressed{}) << "one report of each of three groups is too little to tell";

  std::vector<Feedback> ten;
  for (int i = 0; i < 10; ++i) ten.push_back(FeedbackOn(std::to_string(i) + ".example"));
  reports = ReportsOf(2, ten);
  for (const int more : {10, 1000}) {
    reports.push_back(ReportOf(MemberName(4), {}));
    for (int i = 0; i < more; ++i) {
      reports.back().feedback.push_back(FeedbackOn("only" + std::to_string(i) + ".example"));
    }
    EXPECT_EQ(Made(reports, {}).suppressed, (Suppressed{0, 24})) << "20 indicators, 30 reports";
    reports.pop_back();
  }
  EXPECT_EQ(Made(reports, {}).suppressed, Suppressed{}) << "only two groups bear it";
}

TEST(Coarsely, DoublesK) {
  EXPECT_EQ(Coarsely(2, 3), 0U);
  EXPECT_EQ(Coarsely(3, 3), 3U);
  EXPECT_EQ(Coarsely(5, 3), 3U);
  EXPECT_EQ(Coarsely(6, 3), 6U);
  EXPECT_EQ(Coarsely(100, 3), 96U);
  EXPECT_EQ(Coarsely(100, 0), 0U);
}

TEST(CoarseTotal, BeginsAtEightTimesKAndGoesInFours) {
  const struct {
    std::size_t number, k, told;
  } kCases[] = {{0, 3, 0},     {23, 3, 0}, {24, 3, 24}, {95, 3, 24}, {96, 3, 96}, {383, 3, 96},
                {384, 3, 384}, {39, 5, 0}, {40, 5, 40}, {7, 0, 0},   {8, 0, 8}};
  for (const auto& test : kCases) EXPECT_EQ(CoarseTotal(test.number, test.k), test.told) << test.number;
  constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max();
  EXPECT_LE(CoarseTotal(kMost, 3), kMost);
}

TEST(Release, IgnoresReportsOfMembersThatDoNotCount) {
  Roster roster = RosterOf(6);
  roster.entries.push_back(EntryOf("revoked", 0, kMay6 + 10 * kDayUs));
  roster.issued = kMay6 + 10 * kDayUs;
  std::vector<MemberReport> reports = ReportsOf(2, {FeedbackOn("x.example")});
  for (const char* name : {"revoked", "stranger", "operator"}) {
    reports.push_back(ReportOf(name, {FeedbackOn("x.example")}));
  }
  const auto release = MakeRelease(reports, CatalogueOf({"x.example"}), PlanOfDay(roster, 0));
  EXPECT_TRUE(release.released.empty());
  EXPECT_EQ(release.exactly_suppressed.reports, 2U);
}

TEST(Release, PointsToTheNamesThatAreInForce) {
  Catalogue catalogue = CatalogueOf({"x.example"});
  Share(catalogue, "x.example", Tlp::kClear, "withdrew");
  auto& shared = catalogue.begin()->second.shared_by;
  shared[1].withdrawn = kMay6 - 1;
  const auto reports = ReportsOf(3, {FeedbackOn("x.example")});
  ASSERT_EQ(Made(reports, catalogue).released.at(0).references.size(), 1U);
  EXPECT_EQ(Made(reports, catalogue).released.at(0).references[0].source, "feed");
  shared[0].withdrawn = kMay6 - 1;  // a late report of what both withdrew
  EXPECT_EQ(Made(reports, catalogue).released.at(0).references.size(), 2U);
}

TEST(Release, OfAPlanToHoldHoldsNoIndicator) {
  Roster roster = RosterOf(6);
  roster.entries.push_back(EntryOf("newcomer", kMay6 + 5));
  const auto plan = PlanOfDay(roster, 0);
  ASSERT_TRUE(plan.hold);
  EXPECT_TRUE(MakeRelease(ReportsOf(6, {FeedbackOn("x.example")}), CatalogueOf({"x.example"}), plan)
                  .released.empty());
}

}  // namespace
}  // namespace polder
