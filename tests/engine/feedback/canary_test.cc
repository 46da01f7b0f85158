// Whatever stands in an event stays inside. Hosts, users, paths and internal names that exist nowhere else
// are planted in events; the sightings must show them (else this test shows nothing), and no byte of them may
// be in what leaves or is released.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "engine/feedback/feedback.h"
#include "engine/feedback/release.h"
#include "engine/feedback/sighting_reader.h"
#include "engine/match/matcher.h"
#include "engine/sighting/render.h"
#include "engine/snapshot/builder.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

constexpr std::size_t kEvents = 20'000;
constexpr std::size_t kMembers = 5;
const TimeUs kDay = *ParseIsoTime("2024-05-06");

std::shared_ptr<const Snapshot> MakeSnapshot() {
  static const std::vector<std::pair<Kind, std::string>> kValues = {
      {Kind::kDomain, "evil.example"},     {Kind::kIp, "203.0.113.9"},
      {Kind::kNetwork, "198.51.100.0/24"}, {Kind::kUrl, "http://evil.example/x"},
      {Kind::kEmail, "boss@evil.example"}, {Kind::kMd5, "9e107d9d372bb6826bd81d3542a419d6"}};
  std::vector<Indicator> indicators;
  for (const auto& [kind, value] : kValues) {
    Indicator indicator;
    indicator.kind = kind;
    indicator.value = value;
    indicator.source = "feed";
    indicator.id = DerivedIndicatorId("feed", kind, value);
    indicators.push_back(indicator);
  }
  std::vector<const Indicator*> pointers;
  for (const Indicator& indicator : indicators) pointers.push_back(&indicator);
  return SnapshotBuilder(FingerprintKey{3}).Build(pointers, 1);
}

// Each planted text begins with one of these, in lower case throughout so that no canonical form hides it.
const std::vector<std::string> kMarks = {"canaryhost", "canaryuser", "canarypath", "canaryzone"};

std::string CanaryEvent(std::mt19937_64& random) {
  const auto number = [&] { return std::to_string(random() % 1'000'000); };
  const std::string host = kMarks[0] + number();
  const std::string user = kMarks[1] + number();
  const std::string path = kMarks[2] + number();
  const std::string zone = kMarks[3] + number();
  // The canaries stand inside what is matched too: names under the indicator, users at it, paths behind it.
  const std::vector<std::string> events = {
      R"({"@timestamp":"2024-05-06T10:00:00Z","host":{"name":")" + host + R"("},"dns":{"rrname":")" + host +
          ".evil.example\"},\"user\":\"" + user + "\"}",
      "<13>May  6 10:00:00 " + host + " app: " + user + " fetched http://evil.example/x from 203.0.113.9 " +
          path,
      R"({"@timestamp":"2024-05-06T11:00:00Z","url":"http://)" + user + "@" + host + ".evil.example/" + path +
          R"(","file":"C:\\Users\\)" + user + "\\\\" + path +
          R"(.exe","md5":"9e107d9d372bb6826bd81d3542a419d6"})",
      R"({"@timestamp":"2024-05-06T12:00:00Z","src":"198.51.100.77","host":")" + host + "." + zone +
          R"(.internal","mail":"boss@evil.example","to":")" + user + "@" + zone + R"(.example"})"};
  return events[random() % events.size()];
}

TEST(Canary, PlantedInEventsReachesSightingsButNoByteOfItReachesFeedbackOrRelease) {
  const auto snapshot = MakeSnapshot();
  std::mt19937_64 random(20240506);
  Matcher matcher(ShippedFieldMaps());
  std::size_t seen_inside = 0;
  std::string left;
  std::vector<MemberReport> reports;
  for (std::size_t member = 0; member < kMembers; ++member) {
    std::vector<SightedIndicator> sighted;
    for (std::size_t i = 0; i < kEvents / kMembers; ++i) {
      const std::string event = CanaryEvent(random);
      const std::string padded = event + std::string(kRecordPadding, '\0');
      const Record record{std::string_view(padded).substr(0, event.size()), kDay};
      matcher.Match({&record, 1}, Format::kAuto, *snapshot, [&](std::size_t, const EventMatch& match) {
        const KafkaOrigin origin{"logs", 0, static_cast<std::int64_t>(i)};
        const std::string ecs = RenderEcs(MakeSighting(record, match, *snapshot, origin, kDay, 65536));
        seen_inside += ecs.find("canary") != std::string::npos ? 1 : 0;
        const auto read = ReadSightedIndicators(ecs);
        ASSERT_TRUE(read.ok()) << std::string(read.status().message());
        sighted.insert(sighted.end(), read->begin(), read->end());
      });
    }
    const std::string name = "member" + std::to_string(member);
    reports.push_back({name, name, BuildFeedback(sighted, Epoch{kDay}, NeverRed())});
    EXPECT_GE(reports.back().feedback.size(), 5U);
    for (const Feedback& feedback : reports.back().feedback) left += RenderFeedback(feedback) + "\n";
  }
  const Release release = MakeRelease(reports, Epoch{kDay});
  EXPECT_FALSE(release.released.empty());
  left += RenderRelease(release);

  EXPECT_EQ(seen_inside, kEvents) << "the canaries are in every sighting, so the search below can find them";
  EXPECT_EQ(left.find("canary"), std::string::npos);
  // Nor any other text of events or indicators.
  for (const char* text : {"evil", "203.0", "http", "boss", "internal"}) {
    EXPECT_EQ(left.find(text), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace polder
