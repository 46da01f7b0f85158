// The rule set against a model that is too simple to be wrong: all statements in a list, judged from scratch.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rules/merge/rule_set.h"
#include "tests/rules/merge/in_force.h"

namespace polder {
namespace {

const std::vector<std::string> kNames = {"x.example", "y.example", "z.example"};

// Few of each, so that they meet.
Indicator AnyIndicator() {
  Indicator indicator;
  indicator.source = *rc::gen::element<std::string>("a", "b");
  // A UUID, other text, and none.
  indicator.id = *rc::gen::element<std::string>("indicator--00000000-0000-4000-8000-000000000001", "two", "");
  indicator.modified = *rc::gen::inRange(1, 4);
  if (indicator.modified == 2) indicator.valid_until = 50;
  indicator.revoked = !indicator.id.empty() && *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
  if (!indicator.revoked) indicator.value = *rc::gen::elementOf(kNames);
  indicator.kind = Kind::kDomain;
  indicator.tlp = *rc::gen::element(Tlp::kUnmarked, Tlp::kGreen, Tlp::kRed);
  return indicator;
}

// A hundred cases each time are too few for what is rare.
template <typename Property>
bool CheckOften(const Property& property) {
  bool agreed = true;
  for (int i = 0; i < 20 && agreed; ++i) agreed = rc::check(property);
  return agreed;
}

using Delivered = std::vector<Indicator>;
using Deliveries = std::map<std::string, Delivered>;

Delivered AnyStatements() {
  Delivered statements;
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) statements.push_back(AnyIndicator());
  return statements;
}

// "source/id/value/modified", as InForce has it, of what has an identifier or none.
std::vector<std::string> ModelInForce(const Deliveries& deliveries, TimeUs time = 0) {
  std::vector<Indicator> all;
  for (const auto& [name, statements] : deliveries)
    all.insert(all.end(), statements.begin(), statements.end());
  std::set<std::string> in_force;
  for (const Indicator& one : all) {
    const bool replaced = std::any_of(all.begin(), all.end(), [&](const Indicator& other) {
      if (other.source != one.source || other.id != one.id) return false;
      if (one.id.empty() && other.value != one.value) return false;
      return other.modified > one.modified || (other.modified == one.modified && other.revoked);
    });
    if (replaced || one.revoked || !one.ValidAt(time)) continue;
    const std::string id = one.id.empty() ? DerivedIndicatorId(one.source, one.kind, one.value) : one.id;
    in_force.insert(one.source + '/' + id + '/' + one.value + '/' + std::to_string(one.modified));
  }
  return {in_force.begin(), in_force.end()};
}

void Replace(RuleSet& rules, const std::string& delivery, const Delivered& statements) {
  rules.Begin(delivery);
  for (const Indicator& indicator : statements) rules.Add(indicator);
}

TEST(RuleSetModel, AgreesAfterAnyDeliveriesObjectsWithdrawalsAndExpiry) {
  const bool agreed = CheckOften([] {
    RuleSet rules(FingerprintKey{4});
    Deliveries model;
    const int steps = *rc::gen::inRange(1, 25);
    for (int i = 0; i < steps; ++i) {
      const int what = *rc::gen::inRange(0, 6);
      const std::string delivery = *rc::gen::element<std::string>("f1", "f2", "f3");
      if (what == 0) {
        rules.Begin(delivery);
        model.erase(delivery);
      } else if (what < 4) {
        model[delivery] = AnyStatements();
        Replace(rules, delivery, model[delivery]);
      } else {
        // One object of a topic.
        Indicator object = AnyIndicator();
        if (object.id.empty()) object.id = "three";
        Delivered& topic = model["topic"];
        std::erase_if(topic, [&](const Indicator& other) {
          return other.source == object.source && other.id == object.id;
        });
        const bool withdrawn = *rc::gen::inRange(0, 4) == 0;
        if (!withdrawn) topic.push_back(object);
        rules.Put("topic", object.source, object.id,
                  withdrawn ? std::span<const Indicator>() : std::span<const Indicator>(&object, 1), false);
      }
      if (*rc::gen::inRange(0, 3) == 0) continue;
      rules.Commit();
      const auto snapshot = rules.Publish();
      RC_ASSERT(InForce(*snapshot, kNames) == ModelInForce(model));
      RC_ASSERT(InForce(*snapshot, kNames, 60) == ModelInForce(model, 60));
      RC_ASSERT(snapshot->indicator_count() == ModelInForce(model).size());
      for (const auto& [name, statements] : model) {
        RC_ASSERT(rules.StatementsOf(name) <= statements.size());
      }
    }
  });
  EXPECT_TRUE(agreed);
}

std::string DigestOf(RuleSet& rules) {
  rules.Commit();
  return rules.Publish()->digest();
}

TEST(RuleSetModel, GivesOneDigestForAnyOrderOfDeliveryAndAnyKey) {
  const bool agreed = CheckOften([] {
    Deliveries deliveries;
    for (const char* name : {"f1", "f2", "f3", "f4"}) deliveries[name] = AnyStatements();
    std::vector<std::string> order = {"f4", "f2", "f1", "f3"};
    const auto swaps = *rc::gen::container<std::vector<int>>(4, rc::gen::inRange(0, 4));
    for (std::size_t i = 0; i < swaps.size(); ++i)
      std::swap(order[i], order[static_cast<std::size_t>(swaps[i])]);

    RuleSet straight(FingerprintKey{1});
    for (const auto& [name, statements] : deliveries) Replace(straight, name, statements);
    RuleSet shuffled(FingerprintKey{99, 3, 7});
    Replace(shuffled, order[0], AnyStatements());
    Replace(shuffled, "gone", AnyStatements());
    for (const std::string& name : order) {
      if (*rc::gen::arbitrary<bool>()) shuffled.Commit();
      Replace(shuffled, name, deliveries[name]);
    }
    shuffled.Begin("gone");
    RC_ASSERT(DigestOf(straight) == DigestOf(shuffled));
  });
  EXPECT_TRUE(agreed);
}

TEST(RuleSetModel, GivesAnotherDigestForOtherIndicators) {
  const bool agreed = CheckOften([] {
    Deliveries one, other;
    one["f1"] = AnyStatements();
    other["f1"] = AnyStatements();
    RuleSet a(FingerprintKey{1}), b(FingerprintKey{1});
    Replace(a, "f1", one["f1"]);
    Replace(b, "f1", other["f1"]);
    if (ModelInForce(one) != ModelInForce(other)) RC_ASSERT(DigestOf(a) != DigestOf(b));
  });
  EXPECT_TRUE(agreed);
}

}  // namespace
}  // namespace polder
