#include "engine/match/matcher.h"
#include "rules/fields/shipped_field_maps.h"

#include <gtest/gtest.h>

#include "tests/oracle/harness.h"

namespace polder {
namespace {

using oracle::MakeIndicator;
using oracle::Records;

constexpr TimeUs kTime = 1'715'000'400 * kSecondUs;  // 2024-05-06T13:00:00Z

struct Seen {
  std::size_t index;
  EventMatch match;
};

std::vector<Seen> Search(Matcher& matcher, const Records& records, const std::vector<Indicator>& indicators,
                         Format format = Format::kAuto) {
  std::vector<Seen> seen;
  const auto snapshot = oracle::BuildSnapshot(indicators);
  matcher.Match(records.all(), format, *snapshot, [&](std::size_t index, const EventMatch& match) {
    seen.push_back({index, match});
  });
  return seen;
}

TEST(Matcher, ReportsRecordsInOrderWithWhatStoodInThem) {
  Records records;
  records.Add("nothing here");
  records.Add("see EVIL.example");
  records.Add("");
  records.Add(R"({"event_type":"dns","src_ip":"1.2.3.4","dns":{"rrname":"a.evil.example"}})");
  Matcher matcher(ShippedFieldMaps());
  const auto seen = Search(matcher, records, {MakeIndicator(Kind::kDomain, "evil.example")});
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].index, 1U);
  EXPECT_EQ(seen[0].match.format, "text");
  ASSERT_EQ(seen[0].match.hits.size(), 1U);
  EXPECT_EQ(seen[0].match.hits[0].atomic, "EVIL.example");
  EXPECT_EQ(seen[0].match.hits[0].field, "message");
  EXPECT_EQ(seen[1].index, 3U);
  EXPECT_EQ(seen[1].match.format, "suricata");
  EXPECT_EQ(seen[1].match.hits[0].field, "dns.rrname");
  EXPECT_EQ(seen[1].match.hits[0].type, MatchType::kSubdomain);
  EXPECT_EQ(seen[1].match.hits[0].indicator_value, "evil.example");
  EXPECT_EQ(matcher.counters().events, 4U);
  EXPECT_EQ(matcher.counters().empty, 1U);
  EXPECT_EQ(matcher.counters().hits, 2U);
  EXPECT_EQ(matcher.counters().events_with_hits, 2U);
}

TEST(Matcher, ReportsUnparsableRecordsThatItLooksInto) {
  Records records;
  records.Add("{broken");
  records.Add("[broken");
  records.Add("{\"a\":\"evil.example");
  Matcher everything(ShippedFieldMaps(), Matcher::Depth::kEverything);
  const std::vector<Indicator> indicators = {MakeIndicator(Kind::kDomain, "evil.example")};
  const auto seen = Search(everything, records, indicators);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_TRUE(seen[0].match.unparsable);
  EXPECT_TRUE(seen[1].match.unparsable);
  EXPECT_EQ(seen[1].match.hits.size(), 1U);
  EXPECT_EQ(everything.counters().unparsable, 2U);
  Matcher candidates(ShippedFieldMaps());
  EXPECT_EQ(Search(candidates, records, indicators).size(), 1U);
}

TEST(Matcher, JudgesValidityByTheEventsOwnTime) {
  Indicator indicator = MakeIndicator(Kind::kDomain, "evil.example");
  indicator.valid_from = kTime;
  indicator.valid_until = kTime + kSecondUs;
  const struct {
    const char* bytes;
    TimeUs arrival;
    bool hit;
  } cases[] = {
      {R"({"@timestamp":"2024-05-06T13:00:00Z","a":"evil.example"})", 0, true},
      {R"({"@timestamp":"2024-05-06T12:59:59.999999Z","a":"evil.example"})", kTime, false},
      {R"({"@timestamp":"2024-05-06T13:00:00.999999Z","a":"evil.example"})", 0, true},
      {R"({"@timestamp":"2024-05-06T13:00:01Z","a":"evil.example"})", kTime, false},
      {R"({"a":"evil.example","ts":1715000400.5})", 0, true},
      {R"({"a":"evil.example","eventTime":1715000401000})", kTime, false},
      {R"({"a":"evil.example"})", kTime, true},
      {R"({"a":"evil.example"})", kTime - 1, false},
      {"2024-05-06T13:00:00Z evil.example", 0, true},
      {"<13>May  6 13:00:01 host evil.example", kTime, false},
      {"evil.example", kTime, true},
      {R"({"@timestamp":"2024-05-06T13:00:00Z","a":"evil.example)", 0, false},
  };
  for (const auto& c : cases) {
    Records records;
    records.Add(c.bytes, c.arrival);
    Matcher matcher(ShippedFieldMaps());
    const auto seen = Search(matcher, records, {indicator});
    EXPECT_EQ(!seen.empty() && !seen[0].match.hits.empty(), c.hit) << c.bytes;
  }
}

TEST(Matcher, CountsHitsBeyondTheLimit) {
  std::string bytes;
  for (int i = 0; i < 1500; ++i) bytes += "h" + std::to_string(i) + ".evil.example ";
  Records records;
  records.Add(bytes);
  Matcher matcher(ShippedFieldMaps());
  const auto seen = Search(matcher, records, {MakeIndicator(Kind::kDomain, "evil.example")});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].match.hits.size(), kMaxHitsPerEvent);
  EXPECT_EQ(seen[0].match.hits_dropped, 500U);
  EXPECT_EQ(matcher.counters().hits_dropped, 500U);
}

TEST(Matcher, LetsNoExpiredIndicatorTakeTheRoomOfAValidOne) {
  Indicator expired = MakeIndicator(Kind::kDomain, "old.example");
  expired.valid_until = kTime;
  std::string names;
  for (int i = 0; i < 1500; ++i) names += "h" + std::to_string(i) + ".old.example ";
  for (const std::string& bytes :
       {names + "evil.example", R"({"a":")" + names + R"(evil.example","ts":1715000400})",
        R"({"ts":1715000400,"a":")" + names + "evil.example"}) {
    Records records;
    records.Add(bytes, kTime);
    Matcher matcher(ShippedFieldMaps());
    const auto seen = Search(matcher, records, {expired, MakeIndicator(Kind::kDomain, "evil.example")});
    ASSERT_EQ(seen.size(), 1U);
    ASSERT_EQ(seen[0].match.hits.size(), 1U);
    EXPECT_EQ(seen[0].match.hits[0].canonical, "evil.example");
    EXPECT_EQ(seen[0].match.hits_dropped, 0U);
  }
}

TEST(Matcher, CutsFieldPathsOfGreatDepth) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) bytes += "{\"k\xC3\xA9\":";
  bytes += "\"evil.example\"" + std::string(600, '}');
  Records records;
  records.Add(bytes);
  Matcher matcher(ShippedFieldMaps());
  const auto seen = Search(matcher, records, {MakeIndicator(Kind::kDomain, "evil.example")});
  ASSERT_EQ(seen.size(), 1U);
  const std::string& field = seen[0].match.hits[0].field;
  EXPECT_LE(field.size(), kMaxFieldBytes);
  EXPECT_GT(field.size(), kMaxFieldBytes - 4);
  EXPECT_TRUE(field.starts_with("k\xC3\xA9.k\xC3\xA9."));
  EXPECT_NE(field.back(), '\xC3');
}

}  // namespace
}  // namespace polder
