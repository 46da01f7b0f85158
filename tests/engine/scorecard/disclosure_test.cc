// Nothing in a scorecard hangs on a report of an indicator that is not released, but for the sums that are
// made to.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/scorecard/page/page.h"
#include "engine/scorecard/render_scorecard.h"
#include "tests/engine/scorecard/fixture.h"

namespace polder {
namespace {

using Json = nlohmann::ordered_json;

// A community in which members report domains at random; "probe.example" is never released.
SmallCommunity RandomCommunity(int members, int probe_reports) {
  SmallCommunity community(3, members);
  const int values = *rc::gen::inRange(1, 25);
  for (int i = 0; i < values; ++i) {
    const std::string value = fmt::format("v{}.example", i);
    community.Share(fmt::format("source{}", *rc::gen::inRange(0, 3)), value);
    if (*rc::gen::inRange(0, 3) == 0) community.Share("copier", value, 3);
    for (int day = 0; day < 3; ++day) {
      const int reporters = *rc::gen::inRange(0, members);
      community.See(value, day, reporters, *rc::gen::inRange(0, members - reporters + 1),
                    static_cast<Verdict>(*rc::gen::inRange(0, 3)),
                    static_cast<LatencyBucket>(*rc::gen::inRange(0, 5)));
    }
  }
  community.Share("source0", "probe.example");
  community.See("probe.example", 1, probe_reports);
  return community;
}

void EraseSums(Json& figures) {
  for (const char* name : {"below_k_at_least", "zero_at_most", "false_positive_any_at_least"})
    figures.erase(name);
}

// What is left of a scorecard without the sums that may hang on what is below k.
std::string WithoutSums(const Scorecard& card) {
  Json json = Json::parse(RenderScorecardJson(card));
  json.erase("suppressed");
  EraseSums(json["all"]["figures"]);
  for (Json& kind : json["kinds"]) EraseSums(kind["figures"]);
  for (Json& source : json["sources"]) {
    EraseSums(source["figures"]);
    for (Json& kind : source["kinds"]) EraseSums(kind["figures"]);
  }
  return json.dump();
}

RC_GTEST_PROP(Disclosure, NoFigureButTheSumsHangsOnAReportBelowK, ()) {
  const int members = *rc::gen::inRange(5, 12);
  const int k = static_cast<int>(*ReleaseThreshold(static_cast<std::size_t>(members)));
  SmallCommunity community = RandomCommunity(members, 0);
  const std::string without = WithoutSums(community.Card());
  community.See("probe.example", 1, *rc::gen::inRange(1, k), 0,
                static_cast<Verdict>(*rc::gen::inRange(0, 3)));
  RC_ASSERT(WithoutSums(community.Card()) == without);
}

RC_GTEST_PROP(Disclosure, NothingAtAllHangsOnReportsBehindWhichFewerThanKGroupsStand, ()) {
  const int members = *rc::gen::inRange(5, 12);
  const int k = static_cast<int>(*ReleaseThreshold(static_cast<std::size_t>(members)));
  SmallCommunity community(2, members);
  for (int i = 0; i < 30; ++i) community.Share(fmt::format("source{}", i % 3), fmt::format("v{}.example", i));
  for (int i = 0; i < 5; ++i) community.See(fmt::format("v{}.example", i), 0, members);
  const std::string before = RenderScorecardPage(community.Card());
  // However much these report: alone they are too few.
  for (int member = 0; member < k - 1; ++member) {
    const int reports = *rc::gen::inRange(0, 25);
    for (int i = 0; i < reports; ++i) {
      community.See(fmt::format("v{}.example", 5 + i), 1, 1, member,
                    static_cast<Verdict>(*rc::gen::inRange(0, 3)));
    }
  }
  RC_ASSERT(RenderScorecardPage(community.Card()) == before);
}

RC_GTEST_PROP(Disclosure, NoGroupAloneMovesASumThatOthersMade, ()) {
  // The others are k groups with the same number of reports each; how much one more group has is not told.
  const int each = *rc::gen::inRange(5, 25);
  SmallCommunity community(1, 9);
  for (int i = 0; i < 200; ++i) community.Share("a", fmt::format("v{}.example", i));
  int next = 0;
  for (int member = 0; member < 3; ++member) {
    for (int i = 0; i < each; ++i) community.See(fmt::format("v{}.example", next++), 0, 1, member);
  }
  const int many = *rc::gen::inRange(each, 100);
  for (int i = 0; i < each; ++i) community.See(fmt::format("v{}.example", next++), 0, 1, 3);
  const std::size_t with_as_many = RowOf(community.Card(), "a").below_k;
  for (int i = each; i < many; ++i) community.See(fmt::format("v{}.example", next++), 0, 1, 3);
  RC_ASSERT(RowOf(community.Card(), "a").below_k == with_as_many);
}

RC_GTEST_PROP(Disclosure, TheOrderOfReportsChangesNothing, ()) {
  const SmallCommunity community = RandomCommunity(7, 2);
  ScorecardInput input = community.Input();
  const std::string before = RenderScorecardJson(MakeScorecard(input));
  for (ScorecardPeriod& period : input.periods) {
    std::reverse(period.reports.begin(), period.reports.end());
    for (MemberReport& report : period.reports) std::reverse(report.feedback.begin(), report.feedback.end());
  }
  RC_ASSERT(RenderScorecardJson(MakeScorecard(input)) == before);
}

}  // namespace
}  // namespace polder
