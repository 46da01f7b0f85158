#include "rules/merge/rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

Statements Make(std::vector<Indicator> indicators) {
  return std::make_shared<const std::vector<Indicator>>(std::move(indicators));
}

std::vector<std::string> InForce(const RuleSet& rules, RuleSet::Dropped* dropped = nullptr) {
  RuleSet::Dropped ignored;
  std::vector<std::string> texts;
  for (const Indicator* indicator : rules.InForce(dropped != nullptr ? dropped : &ignored)) {
    texts.push_back(indicator->source + "/" + indicator->id + "/" + indicator->value);
  }
  return texts;
}

TEST(RuleSet, HasNothingInForceAtFirst) {
  RuleSet::Dropped dropped;
  EXPECT_THAT(RuleSet().InForce(&dropped), IsEmpty());
}

TEST(RuleSet, KeepsEverySourceOfAValue) {
  RuleSet rules;
  rules.Replace("f1", Make({Of("a", "1", "x.example")}));
  rules.Replace("f2", Make({Of("b", "1", "x.example")}));
  EXPECT_THAT(InForce(rules), ElementsAre("a/1/x.example", "b/1/x.example"));
  rules.Withdraw("f1");
  EXPECT_THAT(InForce(rules), ElementsAre("b/1/x.example"));
  rules.Withdraw("f1");
  rules.Withdraw("f2");
  EXPECT_THAT(InForce(rules), IsEmpty());
}

TEST(RuleSet, ReplacesADeliveryAsAWhole) {
  RuleSet rules;
  rules.Replace("f1", Make({Of("a", "1", "x.example"), Of("a", "2", "y.example")}));
  rules.Replace("f1", Make({Of("a", "2", "y.example"), Of("a", "3", "z.example")}));
  EXPECT_THAT(InForce(rules), ElementsAre("a/2/y.example", "a/3/z.example"));
}

TEST(RuleSet, KeepsTheLastVersionOfAnId) {
  RuleSet rules;
  rules.Replace("f1", Make({Of("a", "1", "new.example", 9)}));
  rules.Replace("f2", Make({Of("a", "1", "old.example", 5), Of("b", "1", "other.example", 1)}));
  RuleSet::Dropped dropped;
  EXPECT_THAT(InForce(rules, &dropped), ElementsAre("a/1/new.example", "b/1/other.example"));
  EXPECT_EQ(dropped.superseded, 1U);
}

TEST(RuleSet, KeepsAllValuesOfTheLastVersion) {
  RuleSet rules;
  rules.Replace(
      "f1", Make({Of("a", "1", "x.example", 9), Of("a", "1", "y.example", 9), Of("a", "1", "z.example", 5)}));
  EXPECT_THAT(InForce(rules), ElementsAre("a/1/x.example", "a/1/y.example"));
}

TEST(RuleSet, TakesNothingOfAnIdWhoseLastVersionIsRevoked) {
  RuleSet rules;
  rules.Replace("f1", Make({Of("a", "1", "x.example", 5)}));
  rules.Replace("f2", Make({Of("a", "1", "", 9, true)}));
  RuleSet::Dropped dropped;
  EXPECT_THAT(InForce(rules, &dropped), IsEmpty());
  EXPECT_EQ(dropped.revoked, 2U);
  rules.Replace("f3", Make({Of("a", "1", "x.example", 10)}));
  EXPECT_THAT(InForce(rules), ElementsAre("a/1/x.example"));
}

TEST(RuleSet, LetsTheRevocationWinOfTwoVersionsOfOneTime) {
  RuleSet rules;
  rules.Replace("f1", Make({Of("a", "1", "x.example", 5), Of("a", "1", "", 5, true)}));
  EXPECT_THAT(InForce(rules), IsEmpty());
}

TEST(RuleSet, RevokesForOneSourceOnly) {
  RuleSet rules;
  rules.Replace("f1", Make({Of("a", "1", "x.example", 5), Of("b", "1", "", 9, true)}));
  EXPECT_THAT(InForce(rules), ElementsAre("a/1/x.example"));
}

TEST(RuleSet, CountsARepeatedValueOnce) {
  RuleSet rules;
  rules.Replace("f1", Make({Of("a", "1", "x.example"), Of("a", "1", "x.example")}));
  rules.Replace("f2", Make({Of("a", "1", "x.example"), Of("a", "2", "x.example")}));
  RuleSet::Dropped dropped;
  EXPECT_THAT(InForce(rules, &dropped), ElementsAre("a/1/x.example", "a/2/x.example"));
  EXPECT_EQ(dropped.repeated, 2U);
}

}  // namespace
}  // namespace polder
