#include "engine/sighting/sighting.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "engine/match/matcher.h"
#include "engine/snapshot/builder.h"
#include "rules/fields/shipped_field_maps.h"
#include "tests/engine/sighting/sample_sighting.h"
#include "tests/oracle/harness.h"

namespace polder {
namespace {

Sighting Sight(std::string_view event, std::uint64_t generation, std::size_t max_bytes,
               const std::vector<Indicator>& indicators) {
  std::vector<const Indicator*> pointers;
  for (const Indicator& indicator : indicators) pointers.push_back(&indicator);
  const auto snapshot = SnapshotBuilder({5}).Build(pointers, generation);
  oracle::Records records;
  records.Add(event);
  std::optional<Sighting> sighting;
  Matcher matcher(ShippedFieldMaps());
  matcher.Match(records.all(), Format::kAuto, *snapshot, [&](std::size_t index, const EventMatch& match) {
    sighting =
        MakeSighting(records.all()[index], match, *snapshot, KafkaOrigin{"logs", 1, 2}, kCreated, max_bytes);
  });
  EXPECT_TRUE(sighting.has_value());
  return sighting.value_or(SampleSighting({}));
}

Indicator Evil() { return oracle::MakeIndicator(Kind::kDomain, "evil.example"); }

TEST(SightingId, IsTheSameForTheSameEventAtTheSamePlace) {
  EXPECT_EQ(SightingId(KafkaOrigin{"t", 0, 7}, "event"), SightingId(KafkaOrigin{"t", 0, 7}, "event"));
  EXPECT_EQ(SightingId(FileOrigin{"f", 7, 1}, "event"), SightingId(FileOrigin{"f", 7, 2}, "event"));
}

TEST(SightingId, IsAnotherForAnyOtherPlaceOrEvent) {
  std::set<std::string> ids = {
      SightingId(KafkaOrigin{"t", 0, 7}, "event"), SightingId(KafkaOrigin{"t", 0, 8}, "event"),
      SightingId(KafkaOrigin{"t", 1, 7}, "event"), SightingId(KafkaOrigin{"u", 0, 7}, "event"),
      SightingId(KafkaOrigin{"t", 0, 7}, "Event"), SightingId(KafkaOrigin{"t", 0, 7}, ""),
      SightingId(FileOrigin{"t", 7, 1}, "event"),  SightingId(FileOrigin{"t", 8, 1}, "event"),
      SightingId(FileOrigin{"u", 7, 1}, "event"),  SightingId(KafkaOrigin{"t", 11, 1}, "event"),
      SightingId(KafkaOrigin{"t", 1, 11}, "event")};
  EXPECT_EQ(ids.size(), 11U);
}

TEST(MakeSighting, GivesTheSameIdWhateverTheGenerationAndTheIndicators) {
  const std::string event = R"({"q":"evil.example","a":"192.0.2.1"})";
  const Sighting one = Sight(event, 1, 1000, {Evil()});
  const Sighting two = Sight(event, 2, 10, {Evil(), oracle::MakeIndicator(Kind::kIp, "192.0.2.1")});
  EXPECT_EQ(one.id, two.id);
  EXPECT_EQ(one.enrichments.size(), 1U);
  EXPECT_EQ(two.enrichments.size(), 2U);
  EXPECT_EQ(one.generation, 1U);
  EXPECT_EQ(two.generation, 2U);
  EXPECT_NE(one.digest, two.digest);
}

TEST(MakeSighting, TellsAllOfAHitAndItsIndicator) {
  Indicator indicator = Evil();
  indicator.source = "feed";
  indicator.name = "C2";
  indicator.tlp = Tlp::kGreen;
  indicator.confidence = 60;
  const Sighting sighting =
      Sight(R"({"timestamp":"2024-05-06T13:00:00Z","dns":{"q":"WWW.Evil.Example"}})", 1, 1000, {indicator});
  ASSERT_EQ(sighting.enrichments.size(), 1U);
  const Enrichment& e = sighting.enrichments[0];
  EXPECT_EQ(e.indicator_value, "evil.example");
  EXPECT_EQ(e.source, "feed");
  EXPECT_EQ(e.name, "C2");
  EXPECT_EQ(e.tlp, Tlp::kGreen);
  EXPECT_EQ(e.confidence, 60);
  EXPECT_EQ(e.match_type, MatchType::kSubdomain);
  EXPECT_EQ(e.atomic, "WWW.Evil.Example");
  EXPECT_EQ(e.canonical, "www.evil.example");
  EXPECT_EQ(e.field, "dns.q");
  EXPECT_EQ(sighting.time, kEventTime);
  EXPECT_EQ(sighting.created, kCreated);
}

TEST(MakeSighting, CutsTheOriginalBetweenCharacters) {
  // A euro sign of three bytes stands at 13 to 15.
  const std::string event = "evil.example \xE2\x82\xAC end";
  for (const auto& [limit, kept] : std::vector<std::pair<std::size_t, std::size_t>>{
           {0, 0}, {12, 12}, {13, 13}, {14, 13}, {15, 13}, {16, 16}, {17, 17}, {1000, event.size()}}) {
    const Sighting sighting = Sight(event, 1, limit, {Evil()});
    EXPECT_EQ(sighting.original, event.substr(0, kept)) << limit;
    EXPECT_EQ(sighting.original_bytes, event.size());
  }
}

TEST(MakeSighting, CutsBytesThatAreNoCharactersAtTheLimit) {
  const std::string event = "evil.example " + std::string(1000, '\x80');
  EXPECT_EQ(Sight(event, 1, 100, {Evil()}).original, event.substr(0, 100));
}

TEST(ShortenSighting, LeavesOutTheEventAndAllButFiftyHits) {
  Sighting sighting =
      SampleSighting(std::vector<Enrichment>(120, SampleEnrichment(Kind::kDomain, "evil.example")));
  sighting.hits_dropped = 5;
  const std::size_t bytes = sighting.original_bytes;
  ShortenSighting(sighting);
  EXPECT_EQ(sighting.original, "");
  EXPECT_EQ(sighting.original_bytes, bytes);
  EXPECT_EQ(sighting.enrichments.size(), 50U);
  EXPECT_EQ(sighting.hits_dropped, 75U);
}

}  // namespace
}  // namespace polder
