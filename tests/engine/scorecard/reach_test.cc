// What a scorecard says of reach by sector and role, and of whom it says nothing.
#include <gtest/gtest.h>

#include "tests/engine/scorecard/fixture.h"

namespace polder {
namespace {

// Of forty groups (k = 5) the first `energy` are of one sector, the others of another.
class ReachTest : public ::testing::Test {
 protected:
  static constexpr int kGroups = 40;

  void Sectors(int energy) {
    for (int i = 0; i < kGroups; ++i) community_.Report(0, i).sector = i < energy ? "energy" : "water";
  }
  void Share(int values, Tlp tlp = Tlp::kGreen) {
    for (int i = 0; i < values; ++i) community_.Share("a", Value(i)).tlp = tlp;
  }
  // The first `values` are reported by so many members.
  void See(int values, int members, int from = 0) {
    for (int i = 0; i < values; ++i) community_.See(Value(i), 0, members, from);
  }
  std::size_t Told(const std::string& name) {
    for (const Reach& one : RowOf(community_.Card(), "a").reach) {
      if (one.name == name) return one.at_least;
    }
    ADD_FAILURE() << name;
    return 0;
  }
  static std::string Value(int i) { return fmt::format("v{}.example", i); }

  SmallCommunity community_{1, kGroups};
};

TEST_F(ReachTest, IsToldOfKGroupsOfALargeSectorOrRole) {
  Sectors(20);
  Share(8);
  See(8, 28);
  EXPECT_EQ(Told("energy"), 5U) << "all twenty, of which half is ten, less four";
  EXPECT_EQ(Told("water"), 0U) << "eight, less four, are too few";
  EXPECT_EQ(Told("member"), 10U) << "twenty-eight of forty, of which half is twenty, less four";
}

TEST_F(ReachTest, IsNotToldOfASectorOfWhichItWouldBeMoreThanHalf) {
  Sectors(17);
  Share(8);
  See(8, kGroups);
  EXPECT_EQ(Told("energy"), 0U) << "eight, less four, are too few";
  EXPECT_EQ(Told("water"), 5U);
}

TEST_F(ReachTest, IsNotToldOfASourceWithFewReleasedIndicators) {
  Sectors(20);
  Share(7);
  See(7, kGroups);
  EXPECT_EQ(Told("member"), 0U);
}

TEST_F(ReachTest, OfOneIndicatorDoesNotHangOnWhetherOneMoreGroupSawIt) {
  for (const bool victim_saw : {false, true}) {
    community_ = SmallCommunity(1, kGroups);
    Sectors(20);
    Share(1);
    See(1, 4);
    See(1, 10, 20);
    if (victim_saw) See(1, 1, 4);
    EXPECT_EQ(Told("energy"), 0U);
    EXPECT_EQ(Told("member"), 0U);
  }
}

TEST_F(ReachTest, DoesNotTellKLessOnePeersWhetherOneMoreGroupOfTheirSectorSawWhatTheySaw) {
  for (const bool victim_saw : {false, true}) {
    community_ = SmallCommunity(1, kGroups);
    Sectors(20);
    Share(8);
    See(7, kGroups);
    community_.See(Value(7), 0, 4);       // k - 1 peers
    community_.See(Value(7), 0, 10, 20);  // elsewhere, so that it is released
    if (victim_saw) community_.See(Value(7), 0, 1, 4);
    EXPECT_EQ(Told("energy"), 0U);
  }
}

TEST_F(ReachTest, CountsOnlyIndicatorsWhoseMarkingAllowsReach) {
  for (const Tlp tlp : {Tlp::kAmber, Tlp::kGreen, Tlp::kClear}) {
    community_ = SmallCommunity(1, kGroups);
    Sectors(20);
    Share(10, tlp);
    See(10, kGroups);
    EXPECT_EQ(RowOf(community_.Card(), "a").seen, 10U);
    EXPECT_EQ(Told("energy") > 0, tlp != Tlp::kAmber) << TlpName(tlp);
    EXPECT_EQ(Told("member") > 0, tlp != Tlp::kAmber) << TlpName(tlp);
  }
}

TEST_F(ReachTest, AndAllElseFollowsAMarkingThatBecameStricterSince) {
  Sectors(20);
  Share(10);
  for (int i = 0; i < 10; ++i)
    community_.See(Value(i), 0, kGroups, 0, Verdict::kConfirmed, LatencyBucket::kRetro);
  ScorecardInput input = community_.Input();
  const auto row = [&](Tlp tlp, bool one_organisation) {
    for (auto& [ioc_id, indicator] : input.catalogue) indicator.shared_by[0].tlp = tlp;
    input.one_organisation = one_organisation;
    return RowOf(MakeScorecard(input), "a");
  };
  EXPECT_EQ(row(Tlp::kGreen, false).confirmed, 10U);
  EXPECT_EQ(row(Tlp::kGreen, false).retro, 10U);
  EXPECT_EQ(row(Tlp::kAmber, false).confirmed, 10U);
  for (const Reach& one : row(Tlp::kAmber, false).reach) EXPECT_EQ(one.at_least, 0U) << one.name;
  EXPECT_EQ(row(Tlp::kAmberStrict, true).seen, 10U);
  EXPECT_EQ(row(Tlp::kAmberStrict, true).confirmed, 0U);
  EXPECT_EQ(row(Tlp::kAmberStrict, true).retro, 0U);
  EXPECT_EQ(row(Tlp::kAmberStrict, true).lead_untold, 10U);
  EXPECT_EQ(row(Tlp::kRed, false).seen, 0U);
  EXPECT_EQ(row(Tlp::kRed, false).observable, 0U);
}

TEST_F(ReachTest, AndVerdictsBelowKAreNotSummedWhereTheMarkingTellsOnlySeenOrNot) {
  for (const Tlp tlp : {Tlp::kAmberStrict, Tlp::kAmber}) {
    community_ = SmallCommunity(1, kGroups);
    for (int i = 0; i < 60; ++i) {
      community_.Share("a", Value(i)).tlp = tlp;
      community_.See(Value(i), 0, 1, i % 6, Verdict::kFalsePositive);
    }
    ScorecardInput input = community_.Input();
    input.one_organisation = true;
    const ScorecardRow row = RowOf(MakeScorecard(input), "a");
    EXPECT_EQ(row.below_k, CoarseTotal(60, 5));
    EXPECT_EQ(row.false_positive_any, tlp == Tlp::kAmber ? CoarseTotal(60, 5) : 0U) << TlpName(tlp);
  }
}

}  // namespace
}  // namespace polder
