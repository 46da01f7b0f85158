// Of random communities, marks and reports: what never may happen.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>
#include <set>

#include "engine/release/render_release.h"
#include "tests/engine/release/fixture.h"

namespace polder {
namespace {

constexpr std::size_t kDomains = 12;
std::string Domain(std::size_t i) { return "d" + std::to_string(i) + ".example"; }

struct World {
  Roster roster;
  Catalogue catalogue;
  std::vector<MemberReport> reports;
  ReleasePlan plan;
};

Feedback AnyFeedback(std::size_t domain) {
  Feedback feedback = FeedbackOn(
      Domain(domain), *rc::gen::element(Verdict::kSeen, Verdict::kConfirmed, Verdict::kFalsePositive));
  if (*rc::gen::arbitrary<bool>()) feedback.latency = static_cast<LatencyBucket>(*rc::gen::inRange(0, 5));
  if (*rc::gen::arbitrary<bool>()) feedback.count = static_cast<CountBucket>(*rc::gen::inRange(0, 4));
  feedback.late = *rc::gen::arbitrary<bool>();
  return feedback;
}

World AnyWorld() {
  World world;
  const auto members = *rc::gen::inRange<std::size_t>(0, 31);
  const auto groups = *rc::gen::inRange<std::size_t>(1, 31);
  world.roster = RosterOf(members);
  for (std::size_t i = 0; i < members; ++i) world.roster.entries[i + 1].group = MemberName(i % groups);
  world.roster.terms.one_organisation = *rc::gen::arbitrary<bool>();
  for (std::size_t i = 0; i < kDomains; ++i) {
    const int sources = *rc::gen::inRange(0, 3);
    for (int source = 0; source < sources; ++source) {
      Share(world.catalogue, Domain(i),
            *rc::gen::element(Tlp::kUnmarked, Tlp::kClear, Tlp::kGreen, Tlp::kAmber, Tlp::kAmberStrict,
                              Tlp::kRed),
            "feed" + std::to_string(source));
    }
  }
  const int eagerness = *rc::gen::inRange(1, 10);
  for (std::size_t member = 0; member < members + 2; ++member) {  // two of them strangers
    std::vector<Feedback> feedback;
    for (std::size_t i = 0; i < kDomains; ++i) {
      if (*rc::gen::inRange(0, 10) < eagerness) feedback.push_back(AnyFeedback(i));
    }
    world.reports.push_back(ReportOf(MemberName(member), feedback));
  }
  world.plan = PlanOfDay(world.roster, 0);
  return world;
}

std::size_t GroupsThatReported(const World& world, const IocId& ioc_id) {
  std::set<std::string> groups;
  for (const MemberReport& report : world.reports) {
    const RosterEntry* entry = world.roster.Find(report.member);
    if (entry == nullptr) continue;
    const bool reported = std::any_of(report.feedback.begin(), report.feedback.end(),
                                      [&](const Feedback& feedback) { return feedback.ioc_id == ioc_id; });
    if (reported) groups.insert(entry->group);
  }
  return groups.size();
}

// Everything that anybody is ever told.
std::string EverythingSaid(const Release& release) {
  std::string all;
  for (const Audience audience :
       {Audience::kNobody, Audience::kRecipients, Audience::kMembersAndPeers, Audience::kAnyone}) {
    const PublishedRelease published = ReleaseFor(release, audience);
    all += RenderReleaseJson(published) + RenderReleaseStix(published, kMay6 + kDayUs) +
           RenderReleaseMisp(published);
  }
  return all;
}

TEST(ReleaseProperty, NothingIsSaidOfAnIndicatorThatFewerThanKGroupsReportedOrThatIsRed) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const Release release = MakeRelease(world.reports, world.catalogue, world.plan);
    const std::string said = EverythingSaid(release);
    for (std::size_t i = 0; i < kDomains; ++i) {
      const IocId ioc_id = IdOf(Domain(i));
      const auto known = world.catalogue.find(ioc_id);
      const bool may_be_told =
          known != world.catalogue.end() && release.k && GroupsThatReported(world, ioc_id) >= *release.k &&
          AudienceOf(known->second.tlp(), world.roster.terms.one_organisation) != Audience::kNobody;
      RC_ASSERT((said.find(ToHex(ioc_id)) != std::string::npos) == may_be_told);
      if (may_be_told) continue;
      RC_ASSERT(said.find(Domain(i)) == std::string::npos);
      if (known == world.catalogue.end()) continue;
      for (const SharedBy& shared : known->second.shared_by) {
        RC_ASSERT(said.find(shared.indicator_id) == std::string::npos);
      }
    }
  }));
}

TEST(ReleaseProperty, TheOrderOfReportsAndRecordsDoesNotMatter) {
  EXPECT_TRUE(rc::check([] {
    World world = AnyWorld();
    const std::string said = EverythingSaid(MakeRelease(world.reports, world.catalogue, world.plan));
    std::mt19937 random(*rc::gen::arbitrary<unsigned>());
    std::shuffle(world.reports.begin(), world.reports.end(), random);
    for (MemberReport& report : world.reports) {
      std::shuffle(report.feedback.begin(), report.feedback.end(), random);
    }
    RC_ASSERT(EverythingSaid(MakeRelease(world.reports, world.catalogue, world.plan)) == said);
  }));
}

TEST(ReleaseProperty, HowMuchOneMemberAloneReportsShowsNowhere) {
  EXPECT_TRUE(rc::check([] {
    World world = AnyWorld();
    const auto member = *rc::gen::inRange<std::size_t>(0, world.reports.size());
    const auto with_canaries = [&](int count) {
      std::vector<MemberReport> reports = world.reports;
      for (int i = 0; i < count; ++i) {
        reports[member].feedback.push_back(FeedbackOn("canary" + std::to_string(i) + ".example"));
      }
      return MakeRelease(reports, world.catalogue, world.plan);
    };
    const auto none = with_canaries(0);
    const auto many = with_canaries(100);
    RC_ASSERT(many.released == none.released);
    // Beyond what the k-th largest hides, more of one makes no difference.
    RC_ASSERT(with_canaries(200).suppressed.reports == many.suppressed.reports);
  }));
}

TEST(ReleaseProperty, NoReachIsMoreThanHalfOfTheGroupsThatCount) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    std::set<std::string> groups;
    for (const ReleasePlan::Reporter& reporter : world.plan.reporters) {
      if (reporter.counts) groups.insert(reporter.group);
    }
    for (const ReleasedIndicator& one : MakeRelease(world.reports, world.catalogue, world.plan).released) {
      RC_ASSERT(one.reach_at_least.value_or(0) <= groups.size() / 2);
    }
  }));
}

TEST(ReleaseProperty, TheTotalsArePublishedAsNoMoreThanTheyAre) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto release = MakeRelease(world.reports, world.catalogue, world.plan);
    RC_ASSERT(release.suppressed.indicators <= release.exactly_suppressed.indicators);
    RC_ASSERT(release.suppressed.reports <= release.exactly_suppressed.reports);
  }));
}

}  // namespace
}  // namespace polder
