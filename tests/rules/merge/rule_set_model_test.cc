// The rule set against a model that is too simple to be wrong, and the snapshots compiled from it.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "engine/snapshot/builder.h"
#include "rules/merge/rule_set.h"

namespace polder {
namespace {

// Few of each, so that they meet.
Indicator AnyIndicator() {
  Indicator indicator;
  indicator.source = *rc::gen::element<std::string>("a", "b");
  indicator.id = "indicator--" + *rc::gen::element<std::string>("1", "2", "3");
  indicator.modified = *rc::gen::inRange(1, 4);
  indicator.revoked = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
  if (*rc::gen::arbitrary<bool>()) {
    indicator.kind = Kind::kDomain;
    indicator.value = *rc::gen::element<std::string>("x.example", "y.example");
  } else {
    indicator.kind = Kind::kNetwork;
    indicator.value = *rc::gen::element<std::string>("192.0.2.0/24", "192.0.2.7/32");
  }
  return indicator;
}

Statements AnyStatements() {
  std::vector<Indicator> indicators;
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) indicators.push_back(AnyIndicator());
  return std::make_shared<const std::vector<Indicator>>(std::move(indicators));
}

using Deliveries = std::map<std::string, Statements>;
using Entry = std::tuple<std::string, std::string, Kind, std::string, TimeUs>;

Entry EntryOf(const Indicator& i) { return {i.source, i.id, i.kind, i.value, i.modified}; }

std::set<Entry> ModelInForce(const Deliveries& deliveries) {
  std::vector<Indicator> all;
  for (const auto& [name, statements] : deliveries)
    all.insert(all.end(), statements->begin(), statements->end());
  std::set<Entry> in_force;
  for (const Indicator& one : all) {
    const bool replaced = std::any_of(all.begin(), all.end(), [&](const Indicator& other) {
      const bool same_id = other.source == one.source && other.id == one.id;
      return same_id && (other.modified > one.modified || (other.modified == one.modified && other.revoked));
    });
    if (!replaced) in_force.insert(EntryOf(one));
  }
  return in_force;
}

std::size_t CountOf(const Deliveries& deliveries) {
  std::size_t count = 0;
  for (const auto& [name, statements] : deliveries) count += statements->size();
  return count;
}

std::string DigestOf(const RuleSet& rules, const FingerprintKey& key, std::uint64_t generation) {
  RuleSet::Dropped dropped;
  return SnapshotBuilder(key).Build(rules.InForce(&dropped), generation)->digest();
}

TEST(RuleSetModel, AgreesAfterAnyDeliveriesAndWithdrawals) {
  const bool agreed = rc::check([] {
    RuleSet rules;
    Deliveries model;
    const int steps = *rc::gen::inRange(1, 20);
    for (int i = 0; i < steps; ++i) {
      const std::string delivery = *rc::gen::element<std::string>("f1", "f2", "f3", "f4");
      if (*rc::gen::inRange(0, 4) == 0) {
        rules.Withdraw(delivery);
        model.erase(delivery);
      } else {
        const Statements statements = AnyStatements();
        rules.Replace(delivery, statements);
        model[delivery] = statements;
      }
      RuleSet::Dropped dropped;
      const auto in_force = rules.InForce(&dropped);
      std::set<Entry> entries;
      for (const Indicator* indicator : in_force) RC_ASSERT(entries.insert(EntryOf(*indicator)).second);
      RC_ASSERT(entries == ModelInForce(model));
      RC_ASSERT(in_force.size() + dropped.superseded + dropped.repeated + dropped.revoked == CountOf(model));
    }
  });
  EXPECT_TRUE(agreed);
}

TEST(RuleSetModel, GivesOneDigestForAnyOrderOfDeliveryAndAnyKey) {
  const bool agreed = rc::check([] {
    Deliveries deliveries;
    for (const char* name : {"f1", "f2", "f3", "f4"}) deliveries[name] = AnyStatements();
    std::vector<std::string> order = {"f4", "f2", "f1", "f3"};
    const auto swaps = *rc::gen::container<std::vector<int>>(4, rc::gen::inRange(0, 4));
    for (std::size_t i = 0; i < swaps.size(); ++i)
      std::swap(order[i], order[static_cast<std::size_t>(swaps[i])]);

    RuleSet straight;
    for (const auto& [name, statements] : deliveries) straight.Replace(name, statements);
    RuleSet shuffled;
    shuffled.Replace(order[0], AnyStatements());
    shuffled.Replace("gone", AnyStatements());
    for (const std::string& name : order) shuffled.Replace(name, deliveries[name]);
    shuffled.Withdraw("gone");
    RC_ASSERT(DigestOf(straight, {1}, 1) == DigestOf(shuffled, {99, 3, 7}, 5));
  });
  EXPECT_TRUE(agreed);
}

TEST(RuleSetModel, GivesAnotherDigestForOtherIndicators) {
  const bool agreed = rc::check([] {
    Deliveries one, other;
    one["f1"] = AnyStatements();
    other["f1"] = AnyStatements();
    RuleSet a, b;
    a.Replace("f1", one["f1"]);
    b.Replace("f1", other["f1"]);
    RC_ASSERT((DigestOf(a, {1}, 1) == DigestOf(b, {1}, 1)) == (ModelInForce(one) == ModelInForce(other)));
  });
  EXPECT_TRUE(agreed);
}

}  // namespace
}  // namespace polder
