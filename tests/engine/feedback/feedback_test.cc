#include "engine/feedback/feedback.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace polder {
namespace {

const TimeUs kDay = *ParseIsoTime("2024-05-06");
const Epoch kEpoch{kDay};

SightedIndicator Sighted(const std::string& sighting, const std::string& domain, TimeUs seen = kDay) {
  SightedIndicator one;
  one.sighting_id = sighting;
  one.kind = Kind::kDomain;
  one.value = domain;
  one.tlp = Tlp::kClear;
  one.seen = seen;
  return one;
}

std::vector<Feedback> Build(const std::vector<SightedIndicator>& sighted) {
  FeedbackTerms terms;
  terms.in_manifest = [](const IocId&) { return true; };
  return Leaving(Consider(TallyEpoch(sighted, kEpoch), terms));
}

TEST(IocId, DependsOnKindAndValueAndNothingElse) {
  EXPECT_EQ(MakeIocId(Kind::kDomain, "evil.example"), MakeIocId(Kind::kDomain, "evil.example"));
  EXPECT_NE(MakeIocId(Kind::kDomain, "evil.example"), MakeIocId(Kind::kUrl, "evil.example"));
  EXPECT_NE(MakeIocId(Kind::kDomain, "evil.example"), MakeIocId(Kind::kDomain, "evil2.example"));
  // BLAKE2b-256 of `domain`, a zero byte, `evil.example`, by another implementation (Python's hashlib).
  EXPECT_EQ(ToHex(MakeIocId(Kind::kDomain, "evil.example")),
            "70e31630870b76d537cb34cbce881faceeb379397d0532a5d3da0cbf34da1a23");
}

TEST(Feedback, MakesOneRecordPerIndicatorAndEpoch) {
  const auto feedback =
      Build({Sighted("a", "x.example"), Sighted("b", "x.example"), Sighted("b", "y.example")});
  EXPECT_EQ(feedback.size(), 2U);
}

TEST(Feedback, CountsAnEventOnceHoweverOftenItWasDelivered) {
  const auto feedback =
      Build({Sighted("a", "x.example"), Sighted("a", "x.example"), Sighted("a", "x.example")});
  ASSERT_EQ(feedback.size(), 1U);
  EXPECT_EQ(feedback[0].count, CountBucket::kOne);
}

TEST(Feedback, PutsCountsIntoBuckets) {
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

TEST(Feedback, PutsTheLatencyOfTheFirstSightIntoBuckets) {
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

TEST(Feedback, LeavesOutWhatWasSeenInAnotherEpoch) {
  EXPECT_TRUE(Build({Sighted("a", "x.example", kDay - 1), Sighted("b", "x.example", kDay + kDayUs)}).empty());
  EXPECT_EQ(Build({Sighted("a", "x.example", kDay + kDayUs - 1)}).size(), 1U);
}

TEST(Feedback, LeavesOutAValueThatAnySourceMarkedRed) {
  SightedIndicator red = Sighted("a", "x.example");
  red.tlp = Tlp::kRed;
  EXPECT_TRUE(Build({Sighted("a", "x.example"), red}).empty());
}

TEST(Epoch, IsTheUtcDayAlsoBefore1970) {
  EXPECT_EQ(Epoch::Of(kDay + 5).start, kDay);
  EXPECT_EQ(Epoch::Of(-1).start, -kDayUs);
  EXPECT_EQ(Epoch::Of(0).start, 0);
}

TEST(Consider, TellsEveryIndicatorWithTheReasonForWhichItStays) {
  SightedIndicator red = Sighted("a", "red.example");
  red.tlp = Tlp::kRed;
  const std::vector<SightedIndicator> sighted = {Sighted("a", "x.example"), red};
  FeedbackTerms terms;
  terms.in_manifest = [](const IocId&) { return true; };
  const auto considered = Consider(TallyEpoch(sighted, kEpoch), terms);
  ASSERT_EQ(considered.size(), 2U);
  for (const Considered& one : considered) {
    EXPECT_EQ(one.feedback.has_value(), one.tally.value == "x.example");
    EXPECT_EQ(one.decision.reason, one.tally.value == "x.example" ? Reason::kMayLeave : Reason::kRed);
  }
}

TEST(Consider, LetsNothingLeaveWithoutAManifest) {
  const auto considered = Consider(TallyEpoch(std::vector{Sighted("a", "x.example")}, kEpoch), {});
  ASSERT_EQ(considered.size(), 1U);
  EXPECT_EQ(considered[0].decision.reason, Reason::kNotInManifest);
}

TEST(MakeFeedback, SaysNoMoreThanTheDetailAllows) {
  Tally tally = Tally::Of(Kind::kDomain, "x.example");
  tally.Add(Sighted("a", "x.example"));
  for (const Detail detail : {Detail::kSeen, Detail::kLatency, Detail::kReach, Detail::kCount}) {
    const Feedback feedback = MakeFeedback(tally, detail, std::nullopt);
    EXPECT_EQ(feedback.latency.has_value(), detail >= Detail::kLatency);
    EXPECT_EQ(feedback.count.has_value(), detail >= Detail::kCount);
    const std::string json = RenderFeedback(feedback);
    EXPECT_EQ(json.find("latency") != std::string::npos, detail >= Detail::kLatency);
    EXPECT_EQ(json.find("count") != std::string::npos, detail >= Detail::kCount);
  }
}

TEST(MakeFeedback, CountsLatencyFromWhenTheCommunityGotTheIndicator) {
  SightedIndicator one = Sighted("a", "x.example");
  one.valid_from = kDay - 30 * kDayUs;
  Tally tally = Tally::Of(one.kind, one.value);
  tally.Add(one);
  EXPECT_EQ(MakeFeedback(tally, Detail::kCount, kDay + 1).latency, LatencyBucket::kRetro);
  EXPECT_EQ(MakeFeedback(tally, Detail::kCount, kDay - 1).latency, LatencyBucket::kDay);
  EXPECT_EQ(MakeFeedback(tally, Detail::kCount, std::nullopt).latency, LatencyBucket::kLater);
}

TEST(Tally, IsExpiredOnlyIfEverySourceWas) {
  SightedIndicator expired = Sighted("a", "x.example");
  expired.valid_until = expired.seen;
  Tally tally = Tally::Of(expired.kind, expired.value);
  tally.Add(expired);
  EXPECT_TRUE(tally.expired);
  tally.Add(Sighted("a", "x.example"));
  EXPECT_FALSE(tally.expired);
}

}  // namespace
}  // namespace polder
