#include "rules/merge/rule_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/rules/merge/in_force.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Indicator Of(std::string source, std::string id, std::string value, TimeUs modified = 1,
             bool revoked = false) {
  Indicator indicator;
  indicator.kind = Kind::kDomain;
  indicator.source = std::move(source);
  indicator.id = std::move(id);
  indicator.value = std::move(value);
  indicator.modified = modified;
  indicator.revoked = revoked;
  return indicator;
}

class RuleSetTest : public ::testing::Test {
 protected:
  RuleSet::Change Replace(const std::string& delivery, const std::vector<Indicator>& indicators) {
    rules_.Begin(delivery);
    for (const Indicator& indicator : indicators) rules_.Add(indicator);
    return rules_.Commit();
  }
  void Put(const Indicator& indicator) {
    rules_.Put("topic", indicator.source, indicator.id, std::span(&indicator, 1), /*unless_older=*/false);
  }
  std::vector<std::string> Now() {
    return InForce(*rules_.Publish(), {"x.example", "y.example", "z.example", "new.example", "old.example"});
  }

  RuleSet rules_{FingerprintKey{1}};
};

TEST_F(RuleSetTest, HasNothingInForceAtFirst) {
  EXPECT_THAT(Now(), IsEmpty());
  EXPECT_EQ(rules_.Publish()->indicator_count(), 0U);
}

TEST_F(RuleSetTest, KeepsEverySourceOfAValue) {
  Replace("f1", {Of("a", "1", "x.example")});
  Replace("f2", {Of("b", "1", "x.example")});
  EXPECT_THAT(Now(), ElementsAre("a/1/x.example/1", "b/1/x.example/1"));
  Replace("f1", {});
  EXPECT_THAT(Now(), ElementsAre("b/1/x.example/1"));
  Replace("f1", {});
  Replace("f2", {});
  EXPECT_THAT(Now(), IsEmpty());
}

TEST_F(RuleSetTest, ReplacesADeliveryAsAWholeAndTellsWhatChanged) {
  EXPECT_EQ(Replace("f1", {Of("a", "1", "x.example"), Of("a", "2", "y.example")}).added, 2U);
  const RuleSet::Change change = Replace("f1", {Of("a", "2", "y.example"), Of("a", "3", "z.example")});
  EXPECT_EQ(change.added, 1U);
  EXPECT_EQ(change.removed, 1U);
  EXPECT_THAT(Now(), ElementsAre("a/2/y.example/1", "a/3/z.example/1"));
  EXPECT_FALSE(Replace("f1", {Of("a", "2", "y.example"), Of("a", "3", "z.example")}).any());
}

TEST_F(RuleSetTest, KeepsTheLastVersionOfAnIdAndReturnsToTheOneBeforeIfItIsWithdrawn) {
  Replace("f1", {Of("a", "1", "new.example", 9)});
  Replace("f2", {Of("a", "1", "old.example", 5), Of("b", "1", "z.example", 1)});
  EXPECT_THAT(Now(), ElementsAre("a/1/new.example/9", "b/1/z.example/1"));
  EXPECT_EQ(rules_.CountDropped().superseded, 1U);
  Replace("f1", {});
  EXPECT_THAT(Now(), ElementsAre("a/1/old.example/5", "b/1/z.example/1"));
}

TEST_F(RuleSetTest, KeepsAllValuesOfTheLastVersion) {
  Replace("f1", {Of("a", "1", "x.example", 9), Of("a", "1", "y.example", 9), Of("a", "1", "z.example", 5)});
  EXPECT_THAT(Now(), ElementsAre("a/1/x.example/9", "a/1/y.example/9"));
}

TEST_F(RuleSetTest, TakesNothingOfAnIdWhoseLastVersionIsRevoked) {
  Replace("f1", {Of("a", "1", "x.example", 5)});
  Replace("f2", {Of("a", "1", "", 9, true)});
  EXPECT_THAT(Now(), IsEmpty());
  EXPECT_EQ(rules_.CountDropped().revoked, 2U);
  Replace("f3", {Of("a", "1", "x.example", 10)});
  EXPECT_THAT(Now(), ElementsAre("a/1/x.example/10"));
}

TEST_F(RuleSetTest, LetsTheRevocationWinOfTwoVersionsOfOneTime) {
  Replace("f1", {Of("a", "1", "x.example", 5), Of("a", "1", "", 5, true)});
  EXPECT_THAT(Now(), IsEmpty());
}

TEST_F(RuleSetTest, RevokesForOneSourceOnly) {
  Replace("f1", {Of("a", "1", "x.example", 5), Of("b", "1", "", 9, true)});
  EXPECT_THAT(Now(), ElementsAre("a/1/x.example/5"));
}

TEST_F(RuleSetTest, CountsARepeatedValueOnce) {
  EXPECT_EQ(Replace("f1", {Of("a", "1", "x.example"), Of("a", "1", "x.example")}).repeated, 1U);
  Replace("f2", {Of("a", "1", "x.example"), Of("a", "2", "x.example")});
  EXPECT_THAT(Now(), ElementsAre("a/1/x.example/1", "a/2/x.example/1"));
  EXPECT_EQ(rules_.CountDropped().repeated, 1U);
}

TEST_F(RuleSetTest, TakesTheStricterMarkingOfTwoWordingsWhicheverComesFirst) {
  Indicator green = Of("a", "", "x.example");
  green.tlp = Tlp::kGreen;
  Indicator unmarked = green;
  unmarked.tlp = Tlp::kUnmarked;
  Indicator red = green;
  red.tlp = Tlp::kRed;
  const auto marking = [&] {
    Tlp tlp = Tlp::kClear;
    const auto snapshot = rules_.Publish();
    snapshot->Find({Kind::kDomain, {}, "x.example", {}}, [&](const Snapshot::Match& match) {
      tlp = snapshot->Describe(match.indicator, match.value).tlp;
    });
    EXPECT_EQ(snapshot->indicator_count(), 1U);
    return tlp;
  };
  Replace("f1", {green});
  Replace("f2", {unmarked});
  EXPECT_EQ(marking(), Tlp::kUnmarked);
  Replace("f3", {red});
  Replace("f1", {});
  EXPECT_EQ(marking(), Tlp::kRed);
  Replace("f3", {});
  EXPECT_EQ(marking(), Tlp::kUnmarked);
}

TEST_F(RuleSetTest, ReplacesSingleObjectsOfATopic) {
  Put(Of("t", "1", "x.example", 1));
  Put(Of("t", "2", "y.example", 1));
  Put(Of("t", "1", "z.example", 1));
  rules_.Commit();
  EXPECT_THAT(Now(), ElementsAre("t/1/z.example/1", "t/2/y.example/1"));
  EXPECT_TRUE(rules_.Put("topic", "t", "2", {}, false));
  rules_.Commit();
  EXPECT_THAT(Now(), ElementsAre("t/1/z.example/1"));
  EXPECT_EQ(rules_.StatementsOf("topic"), 1U);
}

TEST_F(RuleSetTest, IgnoresAnObjectOlderThanItsOwnIfAskedTo) {
  const std::vector<Indicator> now = {Of("t", "1", "new.example", 5)};
  const std::vector<Indicator> before = {Of("t", "1", "old.example", 4)};
  EXPECT_TRUE(rules_.Put("topic", "t", "1", now, true));
  rules_.Commit();
  EXPECT_FALSE(rules_.Put("topic", "t", "1", before, true));
  rules_.Commit();
  EXPECT_THAT(Now(), ElementsAre("t/1/new.example/5"));
  EXPECT_TRUE(rules_.Put("topic", "t", "1", before, false));
  rules_.Commit();
  EXPECT_THAT(Now(), ElementsAre("t/1/old.example/4"));
}

TEST_F(RuleSetTest, KeepsAConjunctionBesideItsValue) {
  Indicator plain = Of("a", "", "x.example");
  Indicator with_port = plain;
  with_port.conditions = {{Kind::kPort, "443"}};
  Indicator with_other = plain;
  with_other.conditions = {{Kind::kPort, "80"}};
  Replace("f1", {with_port, plain, with_other, with_port});
  const auto snapshot = rules_.Publish();
  EXPECT_EQ(snapshot->indicator_count(), 3U);
  std::vector<std::string> ports;
  snapshot->Find({Kind::kDomain, {}, "x.example", {}}, [&](const Snapshot::Match& match) {
    EXPECT_EQ(snapshot->HasConditions(match.indicator), !snapshot->ConditionsOf(match.indicator).empty());
    for (const Condition& condition : snapshot->ConditionsOf(match.indicator))
      ports.push_back(condition.value);
  });
  EXPECT_THAT(ports, ::testing::UnorderedElementsAre("443", "80"));
}

TEST_F(RuleSetTest, ForgetsWhatWasRolledBack) {
  rules_.Begin("f1");
  rules_.Add(Of("a", "1", "x.example"));
  rules_.Rollback();
  EXPECT_FALSE(rules_.Commit().any());
  EXPECT_THAT(Now(), IsEmpty());
}

TEST_F(RuleSetTest, LeavesOldSnapshotsAsTheyWere) {
  Replace("f1", {Of("a", "1", "x.example"), Of("a", "2", "y.example")});
  const auto before = rules_.Publish();
  Replace("f1", {Of("a", "2", "y.example")});
  EXPECT_THAT(InForce(*before, {"x.example", "y.example"}),
              ElementsAre("a/1/x.example/1", "a/2/y.example/1"));
  EXPECT_THAT(Now(), ElementsAre("a/2/y.example/1"));
}

TEST_F(RuleSetTest, OpensTheGatesOfWhatIsAddedLater) {
  Replace("f1", {Of("a", "1", "x.example")});
  const auto before = rules_.Publish();
  std::vector<Indicator> many;
  for (int i = 0; i < 100'000; ++i) many.push_back(Of("a", "", fmt::format("n{}.later.test", i)));
  Replace("f2", many);
  const auto after = rules_.Publish();
  for (const Indicator& indicator : many) {
    const ValueKey key = KeyOf(after->gates().hasher(), Kind::kDomain, indicator.value);
    ASSERT_TRUE(after->gates().filter().MayHold(key.gate));
  }
  EXPECT_EQ(after->indicator_count(), 100'001U);
  EXPECT_EQ(before->indicator_count(), 1U);
}

TEST_F(RuleSetTest, OpensTheGatesOfASmallChangeInPlace) {
  Replace("f1", {Of("a", "1", "x.example")});
  const auto before = rules_.Publish();
  Replace("f2", {Of("a", "2", "y.example")});
  const auto after = rules_.Publish();
  EXPECT_EQ(&before->gates(), &after->gates());
  const ValueKey key = KeyOf(after->gates().hasher(), Kind::kDomain, "y.example");
  EXPECT_TRUE(after->gates().filter().MayHold(key.gate));
}

TEST_F(RuleSetTest, TakesChangesWhileACompactionRuns) {
  constexpr int kCount = 120'000;
  const auto name = [](int i) { return fmt::format("n{}.test", i); };
  std::vector<Indicator> base;
  for (int i = 0; i < kCount; ++i) base.push_back(Of("a", "", name(i)));
  Replace("base", base);
  for (int i = 0; i < kCount; ++i) base[static_cast<std::size_t>(i)].source = "b";
  Replace("more", base);
  auto compaction = rules_.PlanCompaction();
  ASSERT_TRUE(compaction.has_value());
  EXPECT_FALSE(rules_.PlanCompaction().has_value());
  std::thread beside([&] { compaction->Run(); });
  base.resize(kCount / 2);
  Replace("more", base);
  Replace("third", {Of("c", "7", "x.example")});
  beside.join();
  const std::string digest = rules_.Publish()->digest();
  rules_.Adopt(*std::move(compaction));
  const auto after = rules_.Publish();
  EXPECT_EQ(after->digest(), digest);
  EXPECT_EQ(after->indicator_count(), static_cast<std::size_t>(kCount + kCount / 2 + 1));
  EXPECT_EQ(InForce(*after, {name(0)}).size(), 2U);
  EXPECT_EQ(InForce(*after, {name(kCount - 1)}).size(), 1U);
  EXPECT_THAT(Now(), ElementsAre("c/7/x.example/1"));
  Replace("base", {});
  Replace("more", {});
  EXPECT_EQ(rules_.Publish()->indicator_count(), 1U);
}

TEST_F(RuleSetTest, CountsTheFiguresOfEachSource) {
  Indicator expired = Of("a", "2", "y.example");
  expired.valid_until = 100;
  Replace("f1", {Of("a", "1", "x.example"), expired});
  Replace("f2", {Of("b", "1", "x.example")});
  const auto figures = rules_.Publish()->CountBySource(/*now=*/200);
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].name, "a");
  EXPECT_EQ(figures[0].indicators, 2U);
  EXPECT_EQ(figures[0].expired, 1U);
  EXPECT_EQ(figures[0].shared, 1U);
  EXPECT_EQ(figures[1].shared, 1U);
}

}  // namespace
}  // namespace polder
