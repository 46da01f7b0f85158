#include "engine/feedback/feedback.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/feedback/release.h"

namespace polder {
namespace {

const TimeUs kDay = *ParseIsoTime("2024-05-06");
const Epoch kEpoch{kDay};

SightedIndicator Sighted(const std::string& sighting, const std::string& domain, TimeUs seen = kDay) {
  SightedIndicator one;
  one.sighting_id = sighting;
  one.kind = Kind::kDomain;
  one.value = domain;
  one.seen = seen;
  return one;
}

std::vector<Feedback> Build(const std::vector<SightedIndicator>& sighted) {
  return BuildFeedback(sighted, kEpoch, NeverRed());
}

TEST(IocId, DependsOnKindAndValueAndNothingElse) {
  EXPECT_EQ(MakeIocId(Kind::kDomain, "evil.example"), MakeIocId(Kind::kDomain, "evil.example"));
  EXPECT_NE(MakeIocId(Kind::kDomain, "evil.example"), MakeIocId(Kind::kUrl, "evil.example"));
  EXPECT_NE(MakeIocId(Kind::kDomain, "evil.example"), MakeIocId(Kind::kDomain, "evil2.example"));
  // BLAKE2b-256 of `domain`, a zero byte, `evil.example`, by another implementation (Python's hashlib).
  EXPECT_EQ(ToHex(MakeIocId(Kind::kDomain, "evil.example")),
            "70e31630870b76d537cb34cbce881faceeb379397d0532a5d3da0cbf34da1a23");
}

TEST(BuildFeedback, MakesOneRecordPerIndicatorAndEpoch) {
  const auto feedback =
      Build({Sighted("a", "x.example"), Sighted("b", "x.example"), Sighted("b", "y.example")});
  EXPECT_EQ(feedback.size(), 2U);
}

TEST(BuildFeedback, CountsAnEventOnceHoweverOftenItWasDelivered) {
  const auto feedback =
      Build({Sighted("a", "x.example"), Sighted("a", "x.example"), Sighted("a", "x.example")});
  ASSERT_EQ(feedback.size(), 1U);
  EXPECT_EQ(feedback[0].count, CountBucket::kOne);
}

TEST(BuildFeedback, PutsCountsIntoBuckets) {
  const struct {
    std::size_t events;
    CountBucket bucket;
  } kCases[] = {{1, CountBucket::kOne},        {2, CountBucket::kFew},   {9, CountBucket::kFew},
                {10, CountBucket::kTens},      {99, CountBucket::kTens}, {100, CountBucket::kHundreds},
                {5000, CountBucket::kHundreds}};
  for (const auto& test : kCases) {
    std::vector<SightedIndicator> sighted;
    for (std::size_t i = 0; i < test.events; ++i) sighted.push_back(Sighted(std::to_string(i), "x.example"));
    const auto feedback = Build(sighted);
    ASSERT_EQ(feedback.size(), 1U);
    EXPECT_EQ(feedback[0].count, test.bucket) << test.events;
  }
}

TEST(BuildFeedback, PutsTheLatencyOfTheFirstSightIntoBuckets) {
  const struct {
    TimeUs valid_for;  // before it was seen
    LatencyBucket bucket;
  } kCases[] = {{-1, LatencyBucket::kRetro},        {0, LatencyBucket::kDay},
                {kDayUs, LatencyBucket::kDay},      {kDayUs + 1, LatencyBucket::kWeek},
                {7 * kDayUs, LatencyBucket::kWeek}, {7 * kDayUs + 1, LatencyBucket::kLater}};
  for (const auto& test : kCases) {
    SightedIndicator one = Sighted("a", "x.example");
    one.valid_from = one.seen - test.valid_for;
    const auto feedback = Build({one});
    ASSERT_EQ(feedback.size(), 1U);
    EXPECT_EQ(feedback[0].latency, test.bucket) << test.valid_for;
  }
  EXPECT_EQ(Build({Sighted("a", "x.example")})[0].latency, LatencyBucket::kUnknown);
}

TEST(BuildFeedback, LeavesOutWhatWasSeenInAnotherEpoch) {
  EXPECT_TRUE(Build({Sighted("a", "x.example", kDay - 1), Sighted("b", "x.example", kDay + kDayUs)}).empty());
  EXPECT_EQ(Build({Sighted("a", "x.example", kDay + kDayUs - 1)}).size(), 1U);
}

TEST(BuildFeedback, LeavesOutAValueThatAnySourceMarkedRed) {
  SightedIndicator red = Sighted("a", "x.example");
  red.tlp = Tlp::kRed;
  EXPECT_TRUE(Build({Sighted("a", "x.example"), red}).empty());
}

TEST(Epoch, IsTheUtcDayAlsoBefore1970) {
  EXPECT_EQ(Epoch::Of(kDay + 5).start, kDay);
  EXPECT_EQ(Epoch::Of(-1).start, -kDayUs);
  EXPECT_EQ(Epoch::Of(0).start, 0);
}

// --- Release -------------------------------------------------------------------------------------

MemberReport Report(const std::string& member, const std::string& group,
                    const std::vector<std::string>& domains) {
  std::vector<SightedIndicator> sighted;
  for (const std::string& domain : domains) sighted.push_back(Sighted(domain, domain));
  return {member, group, Build(sighted)};
}

TEST(Release, NeedsMoreGroupsInALargerCommunity) {
  const struct {
    std::size_t members;
    std::optional<std::size_t> k;
  } kCases[] = {{0, std::nullopt}, {4, std::nullopt}, {5, 3},  {9, 3},  {10, 4},
                {24, 4},           {25, 5},           {50, 5}, {500, 5}};
  for (const auto& test : kCases) EXPECT_EQ(ReleaseThreshold(test.members), test.k) << test.members;
}

TEST(Release, HoldsBackWhatFewerThanKGroupsReported) {
  const std::vector<MemberReport> reports = {
      Report("a", "a", {"three.example", "two.example"}), Report("b", "b", {"three.example", "two.example"}),
      Report("c", "c", {"three.example"}), Report("d", "d", {}), Report("e", "e", {"one.example"})};
  const Release release = MakeRelease(reports, kEpoch);
  ASSERT_EQ(release.threshold, 3U);
  ASSERT_EQ(release.released.size(), 1U);
  EXPECT_EQ(release.released[0], MakeIocId(Kind::kDomain, "three.example"));
  EXPECT_EQ(release.suppressed_indicators, 2U);
  EXPECT_EQ(release.suppressed_reports, 3U);
  EXPECT_EQ(release.released_reports, 3U);
}

TEST(Release, CountsMembersOfOneGroupOnce) {
  const std::vector<MemberReport> reports = {
      Report("a", "one", {"x.example"}), Report("b", "one", {"x.example"}), Report("c", "one", {"x.example"}),
      Report("d", "d", {}), Report("e", "e", {"x.example"})};
  EXPECT_TRUE(MakeRelease(reports, kEpoch).released.empty());
}

TEST(Release, OfACommunityBelowFiveMembersHoldsNothing) {
  std::vector<MemberReport> reports;
  for (const char* name : {"a", "b", "c", "d"}) reports.push_back(Report(name, name, {"x.example"}));
  const Release release = MakeRelease(reports, kEpoch);
  EXPECT_TRUE(release.released.empty());
  EXPECT_EQ(release.suppressed_indicators, 1U);
}

TEST(Release, IsTheSameInWhateverOrderReportsCome) {
  std::vector<MemberReport> reports;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    reports.push_back(Report(name, name, {"x.example", std::string(name) + ".example"}));
  }
  const std::string forwards = RenderRelease(MakeRelease(reports, kEpoch));
  std::reverse(reports.begin(), reports.end());
  EXPECT_EQ(RenderRelease(MakeRelease(reports, kEpoch)), forwards);
}

}  // namespace
}  // namespace polder
