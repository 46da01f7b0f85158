#include "engine/scorecard/read_release.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/release/render_release.h"
#include "engine/scorecard/contribution.h"
#include "tests/engine/scorecard/fixture.h"

namespace polder {
namespace {

using Json = nlohmann::json;

Release SmallRelease() {
  SmallCommunity community;
  for (const char* value : {"seen.example", "late.example", "few.example"}) community.Share("a", value);
  community.See("seen.example", 0, 4, 0, Verdict::kConfirmed, LatencyBucket::kWeek);
  community.See("late.example", 0, 3, 0, Verdict::kFalsePositive, LatencyBucket::kRetro);
  community.See("few.example", 0, 2);
  return community.Input().periods.front().release;
}

std::string Published(const Release& release) {
  return RenderReleaseJson(ReleaseFor(release, Audience::kRecipients));
}

TEST(ReadMembersRelease, ReadsBackWhatWasPublished) {
  const Release made = SmallRelease();
  const auto read = ReadMembersRelease(Published(made));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->epochs, made.epochs);
  EXPECT_EQ(read->members, made.members);
  EXPECT_EQ(read->k, made.k);
  EXPECT_EQ(read->suppressed, made.suppressed);
  ASSERT_EQ(read->released.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read->released[i].ioc_id, made.released[i].ioc_id);
    EXPECT_EQ(read->released[i].tlp, made.released[i].tlp);
    EXPECT_EQ(read->released[i].latency_at_most, made.released[i].latency_at_most);
    EXPECT_EQ(read->released[i].confirmed, made.released[i].confirmed);
    EXPECT_EQ(read->released[i].false_positive, made.released[i].false_positive);
  }
}

TEST(ReadMembersRelease, GivesTheSameScorecardAsTheReleaseItself) {
  SmallCommunity community;
  community.Share("a", "seen.example");
  community.See("seen.example", 1, 3, 0, Verdict::kSeen, LatencyBucket::kLater);
  ScorecardInput input = community.Input();
  for (ScorecardPeriod& period : input.periods)
    period.release = *ReadMembersRelease(Published(period.release));
  const ScorecardRow row = MakeScorecard(input).all;
  EXPECT_EQ(row.seen, 1U);
  EXPECT_EQ(row.later, 1U);
}

TEST(ReadMembersRelease, RefusesWhatIsNone) {
  const Json good = Json::parse(Published(SmallRelease()));
  EXPECT_FALSE(ReadMembersRelease("").ok());
  EXPECT_FALSE(ReadMembersRelease("[1]").ok());
  EXPECT_FALSE(ReadMembersRelease("{\"type\":\"polder-release\"").ok());
  for (const char* key : {"type", "audience", "epochs", "members", "released", "suppressed"}) {
    Json bad = good;
    bad.erase(key);
    EXPECT_FALSE(ReadMembersRelease(bad.dump()).ok()) << key;
    bad[key] = -1;
    EXPECT_FALSE(ReadMembersRelease(bad.dump()).ok()) << key;
  }
  Json bad = good;
  bad["k"] = 0;
  EXPECT_FALSE(ReadMembersRelease(bad.dump()).ok());
  bad = good;
  bad["released"][0]["ioc_id"] = "12";
  EXPECT_FALSE(ReadMembersRelease(bad.dump()).ok());
  bad = good;
  bad["epochs"][0]["end"] = bad["epochs"][0]["start"];
  EXPECT_FALSE(ReadMembersRelease(bad.dump()).ok());
}

TEST(RenderContribution, HoldsTheMembersOwnRecordsAlone) {
  SmallCommunity community;
  for (const char* value : {"seen.example", "mine.example", "theirs.example"}) community.Share("a", value);
  community.See("seen.example", 0, 3);
  community.See("mine.example", 1, 1, 0, Verdict::kConfirmed);
  community.See("theirs.example", 1, 1, 1);
  const std::string text = RenderContribution(community.Input(), "m0");
  EXPECT_EQ(text.find("theirs.example"), std::string::npos);
  EXPECT_EQ(text.find("m1"), std::string::npos);
  const Json json = Json::parse(text);
  EXPECT_EQ(json["totals"], Json::parse(R"({"batches":2,"records":2,"released":1})"));
  EXPECT_EQ(json["batches"][0]["records"][0]["released"], true);
  EXPECT_EQ(json["batches"][1]["records"][0]["value"], "mine.example");
  EXPECT_EQ(json["batches"][1]["records"][0]["verdict"], "confirmed");
  EXPECT_EQ(json["batches"][1]["records"][0]["sources"], Json::array({"a"}));
}

}  // namespace
}  // namespace polder
