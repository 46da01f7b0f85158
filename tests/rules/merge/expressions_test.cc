// Expressions among the indicators of a rule set: compiled as they come, found under every source.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/expression/expression_set.h"
#include "rules/merge/rule_set.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// Keeps in memory what it is told to, and counts what is asked.
class CountingCache : public ExpressionCache {
 public:
  std::optional<std::string> Load(std::string_view digest) override {
    const auto found = entries_.find(std::string(digest));
    if (found == entries_.end()) return std::nullopt;
    ++loaded;
    return found->second;
  }
  void Store(std::string_view digest, std::string_view bytes) override {
    entries_[std::string(digest)] = bytes;
  }

  std::size_t loaded = 0;

 private:
  std::map<std::string, std::string> entries_;
};

Indicator Pattern(const std::string& value, const std::string& source) {
  Indicator indicator;
  indicator.kind = Kind::kPattern;
  indicator.value = value;
  indicator.source = source;
  return indicator;
}

void Replace(RuleSet& rules, const std::string& delivery, const std::vector<Indicator>& indicators) {
  rules.Begin(delivery);
  for (const Indicator& indicator : indicators) rules.Add(indicator);
  rules.Commit();
}

// "SOURCE expression" of all that is found in the text.
std::set<std::string> Found(RuleSet& rules, std::string_view text) {
  const auto snapshot = rules.Publish();
  EXPECT_TRUE(rules.expression_problem().ok());
  std::set<std::string> found;
  ExpressionSet::Scratch scratch;
  for (const auto& set : snapshot->expressions()) {
    set->Find(text, scratch, [&](std::uint32_t index) {
      const std::string expression = FormatExpression(set->expression(index));
      snapshot->Find({Kind::kPattern, text, expression, {}}, [&](const Snapshot::Match& match) {
        EXPECT_EQ(match.type, MatchType::kPattern);
        found.insert(std::string(snapshot->Describe(match.indicator, match.value).source) + ' ' + expression);
      });
    });
  }
  return found;
}

TEST(Expressions, AreFoundUnderEverySourceAndWithdrawnByOneAlone) {
  RuleSet rules{FingerprintKey{1}};
  Replace(rules, "a", {Pattern("/mimikatz/i", "one"), Pattern("/gate\\.php$/", "one")});
  Replace(rules, "b", {Pattern("/mimikatz/i", "two")});
  EXPECT_THAT(Found(rules, "c:\\Mimikatz.exe"), UnorderedElementsAre("one /mimikatz/i", "two /mimikatz/i"));
  EXPECT_THAT(Found(rules, "http://x/gate.php"), ElementsAre("one /gate\\.php$/"));
  Replace(rules, "a", {});
  EXPECT_THAT(Found(rules, "c:\\Mimikatz.exe http://x/gate.php"), ElementsAre("two /mimikatz/i"));
  Replace(rules, "b", {});
  EXPECT_THAT(Found(rules, "c:\\Mimikatz.exe"), IsEmpty());
}

TEST(Expressions, ComeAndGoManyTimesWithoutPilingUp) {
  RuleSet rules{FingerprintKey{1}};
  Replace(rules, "kept", {Pattern("/mimikatz/", "kept")});
  for (int i = 0; i < 40; ++i) {
    Replace(rules, "changing", {Pattern(fmt::format("/tool-{:04}/", i), "feed")});
    EXPECT_THAT(Found(rules, fmt::format("mimikatz tool-{:04} tool-{:04}", i, i - 1)),
                UnorderedElementsAre("kept /mimikatz/", fmt::format("feed /tool-{:04}/", i)));
  }
  const auto snapshot = rules.Publish();
  std::size_t compiled = 0;
  for (const auto& set : snapshot->expressions()) compiled += set->size();
  EXPECT_LE(snapshot->expressions().size(), 4U);
  EXPECT_LE(compiled, 8U) << "what was withdrawn is forgotten in time";
}

TEST(Expressions, AreTakenFromTheCacheByAnotherRuleSet) {
  CountingCache cache;
  const std::vector<Indicator> indicators = {Pattern("/mimikatz/", "feed"),
                                             Pattern("/(?<=x)evil-tool/", "feed")};
  for (const std::size_t round : {0U, 1U}) {
    RuleSet rules{FingerprintKey{1}, &cache};
    Replace(rules, "a", indicators);
    EXPECT_THAT(Found(rules, "mimikatz xevil-tool"),
                UnorderedElementsAre("feed /mimikatz/", "feed /(?<=x)evil-tool/"));
    EXPECT_EQ(cache.loaded > 0, round == 1);
  }
}

}  // namespace
}  // namespace polder
