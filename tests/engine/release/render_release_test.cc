#include "engine/release/render_release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/engine/release/sample_release.h"

namespace polder {
namespace {

using Json = nlohmann::json;

Json Parsed(const std::string& text) { return Json::parse(text); }

std::vector<Json> OfType(const Json& bundle, std::string_view type) {
  std::vector<Json> found;
  for (const Json& object : bundle["objects"]) {
    if (object["type"] == type) found.push_back(object);
  }
  return found;
}

TEST(RenderReleaseJson, SaysWhoseAndWhenAndHowManyAndWhatIsHidden) {
  const Json json = Parsed(RenderReleaseJson(ReleaseFor(SampleRelease(), Audience::kRecipients)));
  EXPECT_EQ(json["community"], "polder-test");
  EXPECT_EQ(json["audience"], "members");
  EXPECT_EQ(json["start"], "2024-05-06T00:00:00Z");
  EXPECT_EQ(json["end"], "2024-05-07T00:00:00Z");
  ASSERT_EQ(json["epochs"].size(), 1U);
  EXPECT_EQ(json["epochs"][0]["manifest"], std::string(64, '7'));
  EXPECT_EQ(json["members"], 12);
  EXPECT_EQ(json["k"], 4);
  EXPECT_EQ(json["released"].size(), 3U);
  EXPECT_EQ(json["released_by_kind"], Json({{"domain", 3}}));
  EXPECT_EQ(json["suppressed"], Json({{"indicators_at_least", 0}, {"reports_at_least", 32}}));
}

TEST(RenderReleaseJson, SaysOfEachIndicatorWhatKGroupsSay) {
  const Json json = Parsed(RenderReleaseJson(ReleaseFor(SampleRelease(), Audience::kRecipients)));
  const auto found = std::find_if(json["released"].begin(), json["released"].end(),
                                  [](const Json& one) { return one["tlp"] == "CLEAR"; });
  ASSERT_NE(found, json["released"].end());
  EXPECT_EQ((*found)["ioc_id"], ToHex(IdOf("clear.example")));
  EXPECT_EQ((*found)["verdicts"], Json({"confirmed"}));
  EXPECT_EQ((*found)["latency_at_most"], "<=1d");
  EXPECT_EQ((*found)["reach_at_least"], 4);
  EXPECT_EQ((*found)["count_at_least"], "10-99");
  ASSERT_EQ((*found)["indicators"].size(), 2U);
  EXPECT_EQ((*found)["indicators"][0]["source"], "feed");
}

TEST(RenderReleaseJson, LeavesThePlaceOfAnEpochWithoutManifestEmpty) {
  Release release = SampleRelease();
  release.epochs = {Day(0), Day(1), Day(2)};
  release.manifests = {release.manifests[0], std::nullopt, Digest256{}};
  const Json json = Parsed(RenderReleaseJson(ReleaseFor(release, Audience::kRecipients)));
  ASSERT_EQ(json["epochs"].size(), 3U);
  EXPECT_EQ(json["epochs"][0]["manifest"], std::string(64, '7'));
  EXPECT_FALSE(json["epochs"][1].contains("manifest"));
  EXPECT_EQ(json["epochs"][2]["manifest"], std::string(64, '0'));
}

TEST(RenderReleaseJson, TellsOutsidersNumbersOnly) {
  for (const auto& [audience, name, count] :
       {std::tuple(Audience::kMembersAndPeers, "peers", 2), std::tuple(Audience::kAnyone, "public", 1)}) {
    const std::string text = RenderReleaseJson(ReleaseFor(SampleRelease(), audience));
    const Json json = Parsed(text);
    EXPECT_EQ(json["audience"], name);
    EXPECT_FALSE(json.contains("released"));
    EXPECT_EQ(json["released_by_kind"], Json({{"domain", count}}));
    EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("indicator--")));
  }
}

TEST(RenderReleaseJson, OfNobodyAndOfNoThresholdSaysSo) {
  Release release = SampleRelease();
  release.k = std::nullopt;
  const Json json = Parsed(RenderReleaseJson(ReleaseFor(release, Audience::kNobody)));
  EXPECT_TRUE(json["k"].is_null());
  EXPECT_TRUE(json["released_by_kind"].empty());
}

TEST(RenderReleaseStix, HasASummarySightingForEveryNameOfAnIndicator) {
  const Json bundle =
      Parsed(RenderReleaseStix(ReleaseFor(SampleRelease(), Audience::kRecipients), kReleasedAt));
  const auto sightings = OfType(bundle, "sighting");
  ASSERT_EQ(sightings.size(), 4U) << "one indicator has two names";
  const Json community = OfType(bundle, "identity").at(0);
  EXPECT_EQ(community["name"], "polder-test");
  std::set<std::string> ids;
  for (const Json& sighting : sightings) {
    ids.insert(sighting["id"]);
    EXPECT_EQ(sighting["summary"], true);
    EXPECT_EQ(sighting["first_seen"], "2024-05-06T00:00:00.000Z");
    EXPECT_EQ(sighting["last_seen"], "2024-05-07T00:00:00.000Z");
    EXPECT_EQ(sighting["created"], "2024-05-07T06:00:00.000Z");
    EXPECT_EQ(sighting["where_sighted_refs"], Json({community["id"]}));
    EXPECT_FALSE(sighting.contains("count"));
    EXPECT_FALSE(sighting.contains("observed_data_refs"));
  }
  EXPECT_EQ(ids.size(), 4U);
}

TEST(RenderReleaseStix, HoldsEveryMarkingThatItRefersTo) {
  const Json bundle =
      Parsed(RenderReleaseStix(ReleaseFor(SampleRelease(), Audience::kRecipients), kReleasedAt));
  std::set<std::string> ids;
  for (const Json& object : bundle["objects"]) ids.insert(object["id"]);
  EXPECT_EQ(OfType(bundle, "marking-definition").size(), 3U);
  for (const Json& sighting : OfType(bundle, "sighting")) {
    EXPECT_TRUE(ids.contains(sighting["object_marking_refs"][0]));
    EXPECT_TRUE(ids.contains(sighting["created_by_ref"]));
  }
  const Json amber = OfType(bundle, "marking-definition").back();
  EXPECT_EQ(amber["name"], "TLP:AMBER");
  EXPECT_EQ(amber["extensions"]["extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"]["tlp_2_0"],
            "amber");
}

TEST(RenderReleaseStix, SaysCoarselyWhatIsKnown) {
  const Json bundle =
      Parsed(RenderReleaseStix(ReleaseFor(SampleRelease(), Audience::kRecipients), kReleasedAt));
  std::set<std::string> descriptions;
  for (const Json& sighting : OfType(bundle, "sighting")) descriptions.insert(sighting["description"]);
  EXPECT_EQ(
      descriptions,
      (std::set<std::string>{
          "Seen by at least 4 affiliation groups; latency at most >7d",
          "Seen by at least 4 affiliation groups; as many say false positive; latency at most retro; "
          "reach at least 4 groups",
          "Seen by at least 4 affiliation groups; as many say confirmed; latency at most <=1d; reach at "
          "least 4 groups; events at least 10-99"}));
}

TEST(RenderReleaseStix, MarksWhatIsUnmarkedAsStrictly) {
  Release release = SampleRelease();
  for (ReleasedIndicator& one : release.released) one.tlp = Tlp::kUnmarked;
  const Json bundle = Parsed(RenderReleaseStix(ReleaseFor(release, Audience::kRecipients), kReleasedAt));
  ASSERT_EQ(OfType(bundle, "marking-definition").size(), 1U);
  EXPECT_EQ(OfType(bundle, "marking-definition")[0]["name"], "TLP:AMBER+STRICT");
}

TEST(RenderReleaseStix, TellsOutsidersOfNoIndicatorAndLeavesOutNamesThatAreNone) {
  Release release = SampleRelease();
  const Json outside = Parsed(RenderReleaseStix(ReleaseFor(release, Audience::kAnyone), kReleasedAt));
  EXPECT_EQ(outside["objects"].size(), 1U);
  for (ReleasedIndicator& one : release.released)
    one.references = {{"feed", "evil name"}, {"feed", "indicator--X"}};
  EXPECT_TRUE(
      OfType(Parsed(RenderReleaseStix(ReleaseFor(release, Audience::kRecipients), kReleasedAt)), "sighting")
          .empty());
}

TEST(RenderReleaseMisp, IsAnArrayThatBulkSaveSightingsTakes) {
  const Json array = Parsed(RenderReleaseMisp(ReleaseFor(SampleRelease(), Audience::kRecipients)));
  ASSERT_TRUE(array.is_array());
  ASSERT_EQ(array.size(), 4U);
  std::set<std::string> uuids;
  for (const Json& sighting : array) {
    uuids.insert(sighting["uuid"]);
    EXPECT_THAT(sighting["attribute_uuid"].get<std::string>(), ::testing::SizeIs(36));
    EXPECT_EQ(sighting["date_sighting"], "1715040000");
    EXPECT_EQ(sighting["source"], "polder-test");
  }
  EXPECT_EQ(uuids.size(), 4U);
}

TEST(RenderReleaseMisp, SaysFalsePositiveWhereKGroupsDo) {
  const auto types = [](bool confirmed, bool false_positive) {
    Release release = SampleRelease();
    release.released.resize(1);
    release.released[0].references.resize(1);
    release.released[0].confirmed = confirmed;
    release.released[0].false_positive = false_positive;
    std::string all;
    for (const Json& one : Parsed(RenderReleaseMisp(ReleaseFor(release, Audience::kRecipients)))) {
      all += one["type"].get<std::string>();
    }
    return all;
  };
  EXPECT_EQ(types(false, false), "0");
  EXPECT_EQ(types(true, false), "0");
  EXPECT_EQ(types(false, true), "1");
  EXPECT_EQ(types(true, true), "01");
}

TEST(RenderRelease, ReplacesWhatIsNotUtf8) {
  Release release = SampleRelease();
  release.released[0].value = "\xff\xfe";
  release.released[0].references[0].source = "\xff";
  const auto published = ReleaseFor(release, Audience::kRecipients);
  for (const std::string& text : {RenderReleaseJson(published), RenderReleaseStix(published, kReleasedAt),
                                  RenderReleaseMisp(published)}) {
    EXPECT_FALSE(Json::parse(text, nullptr, false).is_discarded());
  }
}

}  // namespace
}  // namespace polder
