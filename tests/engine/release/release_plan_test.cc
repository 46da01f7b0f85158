// Who comes and who goes, and what that makes of releases.
#include "engine/release/release_plan.h"

#include <gtest/gtest.h>

#include "engine/release/release.h"
#include "tests/engine/release/fixture.h"

namespace polder {
namespace {

constexpr TimeUs kNoon = kDayUs / 2;

std::vector<Epoch> Days(int first, int count) {
  std::vector<Epoch> days;
  for (int i = 0; i < count; ++i) days.push_back(Day(first + i));
  return days;
}

TEST(PlanRelease, ReleasesAnEpochInWhichNobodyCameOrWent) {
  const auto plan = PlanOfDay(RosterOf(6), 0);
  EXPECT_FALSE(plan.hold);
  EXPECT_EQ(plan.epochs, Days(0, 1));
  EXPECT_EQ(plan.members, 6U);
  EXPECT_EQ(plan.k, 3U);
}

TEST(PlanRelease, TakesTheFirstPeriodOfManyEpochs) {
  const auto plan = PlanRelease(RosterOf(6), Days(0, 5));
  EXPECT_FALSE(plan.hold);
  EXPECT_EQ(plan.epochs, Days(0, 1));
}

TEST(PlanRelease, HoldsAnEpochInWhichSomebodyJoinedAndReleasesItWithTheNext) {
  Roster roster = RosterOf(9);
  roster.entries.push_back(EntryOf("newcomer", kMay6 + kNoon));
  EXPECT_TRUE(PlanRelease(roster, Days(0, 1)).hold);
  const auto plan = PlanRelease(roster, Days(0, 3));
  EXPECT_FALSE(plan.hold);
  EXPECT_EQ(plan.epochs, Days(0, 2));
  EXPECT_EQ(plan.Find("newcomer"), nullptr) << "he did not belong throughout";
  EXPECT_EQ(plan.k, 4U) << "he makes the community larger all the same";
  const auto next = PlanRelease(roster, Days(2, 1));
  EXPECT_FALSE(next.hold);
  EXPECT_NE(next.Find("newcomer"), nullptr);
}

TEST(PlanRelease, HoldsAnEpochInWhichSomebodyLeftAndCountsHimNoMore) {
  Roster roster = RosterOf(9);
  roster.entries.push_back(EntryOf("leaver", 0, kMay6 + kNoon));
  EXPECT_TRUE(PlanRelease(roster, Days(0, 1)).hold);
  const auto plan = PlanRelease(roster, Days(0, 2));
  EXPECT_FALSE(plan.hold);
  EXPECT_EQ(plan.epochs, Days(0, 2));
  EXPECT_EQ(plan.Find("leaver"), nullptr);
  EXPECT_EQ(plan.k, 3U);
}

TEST(PlanRelease, HoldsNoMoreThanThreeEpochs) {
  Roster roster = RosterOf(9);
  for (int day = 0; day < 10; ++day) {
    roster.entries.push_back(EntryOf("newcomer" + std::to_string(day), Day(day).start + kNoon));
  }
  EXPECT_TRUE(PlanRelease(roster, Days(0, 3)).hold);
  const auto plan = PlanRelease(roster, Days(0, 5));
  EXPECT_FALSE(plan.hold);
  EXPECT_EQ(plan.epochs, Days(0, 4));
  EXPECT_EQ(
      std::count_if(plan.reporters.begin(), plan.reporters.end(), [](const auto& r) { return r.counts; }), 9);
}

TEST(PlanRelease, CountsTheFoundersFromTheEpochInWhichTheyJoined) {
  Roster roster = RosterOf(0);
  for (std::size_t i = 0; i < 5; ++i) {
    roster.entries.push_back(EntryOf(MemberName(i), kMay6 + static_cast<TimeUs>(i) * kSecondUs));
  }
  const auto plan = PlanOfDay(roster, 0);
  EXPECT_FALSE(plan.hold);
  EXPECT_EQ(plan.k, 3U);
  EXPECT_NE(plan.Find(MemberName(4)), nullptr);
}

TEST(PlanRelease, CountsNeitherSuppliersNorTheOperator) {
  Roster roster = RosterOf(4);
  roster.entries.push_back(EntryOf("supplier"));
  roster.entries.back().role = Role::kSupplier;
  EXPECT_EQ(PlanOfDay(roster, 0).members, 4U);
  EXPECT_EQ(PlanOfDay(roster, 0).k, std::nullopt);
  roster.entries.back().role = Role::kCsirt;
  EXPECT_EQ(PlanOfDay(roster, 0).k, 3U);
}

TEST(PlanRelease, CountsWhoHasLeftNoMoreEvenForEpochsBeforeWhateverTheReasonIsCalled) {
  for (const char* reason : {"revoked: its key was stolen", "Revoked", "left", ""}) {
    Roster roster = RosterOf(9);
    roster.entries.push_back(EntryOf("leaver", 0, Day(3).start));
    roster.entries.back().reason = reason;
    roster.issued = Day(2).start;
    EXPECT_NE(PlanOfDay(roster, 0).Find("leaver"), nullptr) << reason;
    roster.issued = Day(3).start;
    EXPECT_EQ(PlanOfDay(roster, 0).Find("leaver"), nullptr) << reason;
  }
}

TEST(ThresholdAt, CountsTheGroupsOfThoseWhoSendFeedbackThen) {
  Roster roster = RosterOf(12);
  for (std::size_t i = 0; i < 12; ++i) roster.entries[i + 1].group = MemberName(i % 6);
  EXPECT_EQ(ThresholdAt(roster, kMay6), 3U) << "six groups, though twelve members";
  EXPECT_EQ(PlanOfDay(roster, 0).k, ThresholdAt(roster, Day(0).end() - 1));
  roster.entries[1].left = roster.entries[7].left = kMay6;
  EXPECT_EQ(ThresholdAt(roster, kMay6 - 1), 3U);
  EXPECT_EQ(ThresholdAt(roster, kMay6), 3U);
  roster.entries[2].left = roster.entries[8].left = kMay6;
  EXPECT_EQ(ThresholdAt(roster, kMay6), std::nullopt) << "four groups, though eight members";
  roster.terms.minimum_members = 13;
  EXPECT_EQ(ThresholdAt(roster, kMay6 - 1), std::nullopt);
}

TEST(PlanRelease, OfNoEpochIsToHold) { EXPECT_TRUE(PlanRelease(RosterOf(9), {}).hold); }

// --- Runs ----------------------------------------------------------------------------------------

// The operator, day after day: who of `reporters` reports x.example on which day; and whether the release of
// that day has it (`-` for a day that is held).
class Operator {
 public:
  explicit Operator(Roster roster) : roster_(std::move(roster)) {}

  char Day(int day, const std::vector<std::string>& reporters) {
    unreleased_.push_back(polder::Day(day));
    for (const std::string& name : reporters) reports_.push_back(ReportOf(name, {FeedbackOn("x.example")}));
    const ReleasePlan plan = PlanRelease(roster_, unreleased_);
    if (plan.hold) return '-';
    const Release release = MakeRelease(reports_, CatalogueOf({"x.example"}), plan, runs_);
    const Runs next = NextRuns(runs_, reports_, plan, release);
    EXPECT_EQ(NextRuns(next, reports_, plan, MakeRelease(reports_, CatalogueOf({"x.example"}), plan, next)),
              next);
    runs_ = next;
    unreleased_.clear();
    reports_.clear();
    return release.released.empty() ? '0' : '1';
  }
  std::string Days(int first, int last, const std::vector<std::string>& reporters) {
    std::string seen;
    for (int day = first; day <= last; ++day) seen += Day(day, reporters);
    return seen;
  }
  Roster& roster() { return roster_; }

 private:
  Roster roster_;
  Runs runs_;
  std::vector<Epoch> unreleased_;
  std::vector<MemberReport> reports_;
};

std::vector<std::string> First(std::size_t count, const std::string& and_also = "") {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(MemberName(i));
  if (!and_also.empty()) names.push_back(and_also);
  return names;
}

TEST(Runs, ANewcomerMakesNoDifferenceToWhatWasReportedBeforeHeCame) {
  Roster roster = RosterOf(6);
  roster.entries.push_back(EntryOf("newcomer", Day(3).start + kNoon));
  Operator one(roster);
  EXPECT_EQ(one.Days(0, 2, First(2)), "000");
  EXPECT_EQ(one.Days(3, 30, First(2, "newcomer")).find('1'), std::string::npos);
}

TEST(Runs, ANewcomerCountsAtOnceForWhatIsNewOrWasQuietForLong) {
  Roster roster = RosterOf(6);
  roster.entries.push_back(EntryOf("newcomer", Day(3).start + kNoon));
  {
    Operator one(roster);
    EXPECT_EQ(one.Days(0, 4, {}), "000-0");
    EXPECT_EQ(one.Day(5, First(2, "newcomer")), '1');
  }
  {
    Operator one(roster);
    EXPECT_EQ(one.Days(0, 4, First(2)), "000-0");
    EXPECT_EQ(one.Days(5, 10, {}), "000000");
    EXPECT_EQ(one.Day(11, First(2, "newcomer")), '0') << "six quiet epochs are a pause";
    EXPECT_EQ(one.Days(12, 18, {}), "0000000");
    EXPECT_EQ(one.Day(19, First(2, "newcomer")), '1') << "seven are an end";
  }
}

TEST(Runs, WhatWasReportedInThePeriodOfANewcomersArrivalIsOldToHim) {
  Roster roster = RosterOf(6);
  roster.entries.push_back(EntryOf("newcomer", Day(3).start + kNoon));
  Operator one(roster);
  EXPECT_EQ(one.Days(0, 3, {}), "000-");
  EXPECT_EQ(one.Day(4, First(2, "newcomer")), '0');
  EXPECT_EQ(one.Days(5, 9, First(2, "newcomer")), "00000");
}

TEST(Runs, ALeaverMakesTheSameDifferenceWhetherHeReportedOrNot) {
  for (const bool leaver_reports : {false, true}) {
    Roster roster = RosterOf(7);
    roster.entries.push_back(EntryOf("leaver", 0, Day(3).start + kNoon));
    Operator one(roster);
    EXPECT_EQ(one.Days(0, 2, First(3, leaver_reports ? "leaver" : "")), "111");
    EXPECT_EQ(one.Days(3, 9, First(3)), "-000000") << "one group more is asked for";
    EXPECT_EQ(one.Days(10, 12, First(4)), "111");
  }
}

TEST(Runs, ALeaverRaisesNothingForWhatWasNotReleasedBefore) {
  Roster roster = RosterOf(7);
  roster.entries.push_back(EntryOf("leaver", 0, Day(3).start + kNoon));
  Operator one(roster);
  EXPECT_EQ(one.Days(0, 3, First(2)), "000-");
  EXPECT_EQ(one.Day(4, First(3)), '1');
}

TEST(Runs, OverARunKNeverFalls) {
  Roster roster = RosterOf(9);
  roster.entries.push_back(EntryOf("leaver", 0, Day(3).start + kNoon));
  Operator one(roster);
  EXPECT_EQ(one.Days(0, 2, First(3)), "000") << "four are needed of ten";
  EXPECT_EQ(one.Days(3, 9, First(3)), "-000000") << "and for this run still, though nine would need three";
  Operator other(roster);
  EXPECT_EQ(other.Days(0, 4, {}), "000-0");
  EXPECT_EQ(other.Day(5, First(3)), '1');
}

TEST(Runs, AreNotReleasedWhenTooFewMembersCountForThem) {
  Roster roster = RosterOf(0);
  for (std::size_t i = 0; i < 5; ++i) roster.entries.push_back(EntryOf(MemberName(i)));
  roster.entries.back().left = Day(2).start + kNoon;
  roster.entries.push_back(EntryOf("newcomer", Day(2).start + kNoon));
  Operator one(roster);
  EXPECT_EQ(one.Days(0, 1, First(4)), "11");
  EXPECT_EQ(one.Days(2, 9, First(4, "newcomer")), "-0000000");
}

TEST(Runs, AreNotReleasedWhereHardlyMoreGroupsCountThanTheyAskFor) {
  Roster roster = RosterOf(5);
  roster.entries.push_back(EntryOf("leaver", 0, Day(2).start + kNoon));
  Operator one(roster);
  EXPECT_EQ(one.Days(0, 1, First(5)), "11");
  EXPECT_EQ(one.Days(2, 9, First(5)), "-0000000") << "four of five groups would be asked for";
  EXPECT_EQ(one.Days(10, 17, {}), "00000000");
  EXPECT_EQ(one.Day(18, First(3)), '1') << "a new run asks for three";
}

TEST(Runs, AMemberOfAGroupThatJoinsLaterAddsNothingToItsOldRuns) {
  Roster roster = RosterOf(6);
  roster.entries.push_back(EntryOf("subsidiary", Day(3).start + kNoon));
  roster.entries.back().group = MemberName(5);
  Operator one(roster);
  EXPECT_EQ(one.Days(0, 9, First(2, "subsidiary")).find('1'), std::string::npos);
}

}  // namespace
}  // namespace polder
