#include "engine/scorecard/render_scorecard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "engine/scorecard/metrics.h"
#include "tests/engine/scorecard/example_community.h"
#include "tests/engine/scorecard/fixture.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

Scorecard SmallCard() {
  SmallCommunity community;
  community.Share("CSIRT", "seen.example");
  community.Share("CSIRT", "zero.example");
  community.Share("Copy, \"Ltd\"", "zero.example", -2);
  community.See("seen.example", 0, 3);
  return community.Card();
}

TEST(Metrics, HaveNamesOfTheirOwnAndAFormula) {
  std::set<std::string_view> names;
  for (const Metric& metric : Metrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_FALSE(metric.title.empty()) << metric.name;
    EXPECT_GT(metric.formula.size(), 10U) << metric.name;
    EXPECT_EQ(FindMetric(metric.name), &metric);
  }
  EXPECT_EQ(FindMetric("nonsense"), nullptr);
}

TEST(FormatFigure, SaysWhatANumberIs) {
  using What = Figure::What;
  EXPECT_EQ(FormatFigure({What::kNumber, 1234567}, Unit::kCount), "1,234,567");
  EXPECT_EQ(FormatFigure({What::kNumber, 12.5}, Unit::kCount), "12.5");
  EXPECT_EQ(FormatFigure({What::kNumber, 0.1234}, Unit::kShare), "12.3 %");
  EXPECT_EQ(FormatFigure({What::kAtLeast, 8}, Unit::kCount), "≥ 8");
  EXPECT_EQ(FormatFigure({What::kAtMost, 0.009}, Unit::kPerGroupEpoch), "≤ 0.009");
  EXPECT_EQ(FormatFigure({What::kHidden, 0}, Unit::kCount), "hidden");
  EXPECT_EQ(FormatFigure({}, Unit::kCount), "–");
}

TEST(Metrics, BoundWhatNobodySawByTheRuleOfThree) {
  ScorecardRow row;
  row.group_epochs = 300;
  EXPECT_DOUBLE_EQ(FindMetric("zero_upper_bound")->of(row).number, 0.01);
  row.group_epochs = 2;
  EXPECT_DOUBLE_EQ(FindMetric("zero_upper_bound")->of(row).number, 1);
  row.group_epochs = 0;
  EXPECT_FALSE(FindMetric("zero_upper_bound")->of(row).has_number());
}

TEST(RenderScorecardJson, HasEveryMetricOfEveryRowAndItsFormula) {
  const Json json = Json::parse(RenderScorecardJson(SmallCard()));
  EXPECT_EQ(json["polder"], "scorecard/1");
  EXPECT_EQ(json["k"]["least"], 3);
  EXPECT_EQ(json["summary"].size(), 3U);
  EXPECT_EQ(json["metrics"].size(), Metrics().size());
  ASSERT_EQ(json["sources"].size(), 2U);
  EXPECT_EQ(json["sources"][0]["source"], "CSIRT");
  for (const Metric& metric : Metrics()) {
    const std::string name(metric.name);
    EXPECT_TRUE(json["all"]["figures"].contains(name)) << name;
    EXPECT_TRUE(json["sources"][1]["kinds"][0]["figures"].contains(name)) << name;
  }
  EXPECT_EQ(json["sources"][0]["figures"]["yield"], 0.5);
  EXPECT_EQ(json["sources"][0]["figures"]["below_k_at_least"], "hidden");
  EXPECT_EQ(json["all"]["figures"]["differential_contribution"], nullptr);
}

TEST(RenderScorecardCsv, HasALineForEverySourceAndKind) {
  const std::string csv = RenderScorecardCsv(SmallCard());
  EXPECT_THAT(csv, StartsWith("source,kind,indicators,new_per_day,"));
  EXPECT_THAT(csv, HasSubstr("\r\n,all,2,"));
  EXPECT_THAT(csv, HasSubstr("\r\n,domain,2,"));
  EXPECT_THAT(csv, HasSubstr("\r\nCSIRT,all,2,"));
  EXPECT_THAT(csv, HasSubstr("\r\n\"Copy, \"\"Ltd\"\"\",domain,1,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
}

TEST(RenderScorecardCsv, GivesSpreadsheetsNoFormula) {
  for (const char* name : {"=1+1", "+cmd", "-2", "@SUM(A1)", "\t=1", "  =1+1", "\r=1"}) {
    SmallCommunity community;
    community.Share(name, "one.example");
    const std::string csv = RenderScorecardCsv(community.Card());
    const bool quoted = std::string_view(name).find('\r') != std::string_view::npos;
    EXPECT_THAT(csv, HasSubstr(std::string("\r\n") + (quoted ? "\"'" : "'") + name)) << name;
  }
}

TEST(RenderScorecardJson, StaysValidWithHostileNames) {
  ScorecardInput input = ExampleCommunity(1);
  RenameToHostile(input);
  const Json json = Json::parse(RenderScorecardJson(MakeScorecard(input)));
  EXPECT_EQ(json["sources"].size(), 6U);
}

TEST(Headline, NamesTheMostUsefulAndTheLargest) {
  const auto sentences = Headline(MakeScorecard(ExampleCommunity(5)));
  ASSERT_EQ(sentences.size(), 3U);
  EXPECT_THAT(sentences[0],
              StartsWith("From 1 May 2026 to 30 May 2026 the 6 sources of Delta Infrastructure ISAC"));
  EXPECT_THAT(sentences[1], HasSubstr("The most useful source was "));
  EXPECT_THAT(sentences[1], HasSubstr("the largest, Open collective, has "));
}

TEST(Headline, HasSomethingToSayOfEveryCommunity) {
  EXPECT_EQ(Headline(MakeScorecard({})).size(), 1U);
  SmallCommunity nothing_seen;
  nothing_seen.Share("a", "one.example");
  EXPECT_THAT(Headline(nothing_seen.Card())[1], HasSubstr("no source can be called more useful"));
  SmallCommunity too_small(1, 3);
  too_small.Share("a", "one.example");
  EXPECT_THAT(Headline(too_small.Card())[0], HasSubstr("too small"));
  EXPECT_EQ(Headline(SmallCommunity().Card()).size(), 3U);
}

TEST(DisplayName, LeavesNothingThatTurnsOrHidesText) {
  EXPECT_EQ(DisplayName("CERT-Straße 北京"), "CERT-Straße 北京");
  EXPECT_EQ(DisplayName("a\xE2\x80\xAE"
                        "b"),
            "a\xEF\xBF\xBD"
            "b");  // right-to-left override
  EXPECT_EQ(DisplayName("a\xE2\x80\x8B\n\xFF"), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(DisplayName("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // half of a surrogate pair
  EXPECT_EQ(DisplayName("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // cut short
  EXPECT_EQ(DisplayName(std::string(10'000, 'W')), std::string(59, 'W') + "…");
  EXPECT_EQ(DisplayName(""), "(no name)");
}

}  // namespace
}  // namespace polder
