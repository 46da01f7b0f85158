// STIX patterns and expressions on events: what triggers them, what they see, what comes of it.
#include <gtest/gtest.h>

#include "rules/fields/shipped_field_maps.h"
#include "rules/read/stix_statement.h"
#include "tests/oracle/harness.h"

namespace polder::oracle {
namespace {

std::vector<Indicator> PatternIndicators(const std::string& pattern, const std::string& source = "feed") {
  const auto statement = ReadStixStatement(pattern);
  EXPECT_TRUE(statement.ok()) << pattern;
  EXPECT_TRUE(statement->refused.empty()) << statement->refused.front().reason;
  std::vector<Indicator> indicators;
  for (const TypedValue& value : statement->values) {
    Indicator indicator;
    indicator.kind = value.kind;
    indicator.value = value.value;
    indicator.pattern = value.pattern;
    indicator.source = source;
    indicator.id = "indicator--00000000-0000-4000-8000-000000000001";
    indicators.push_back(std::move(indicator));
  }
  return indicators;
}

// For each event its hits; what the first look lets through and what is found anyway are the same.
std::vector<std::vector<Hit>> HitsOf(const std::vector<Indicator>& indicators,
                                     const std::vector<std::string>& events) {
  const auto snapshot = BuildSnapshot(indicators);
  Records records;
  for (const std::string& event : events) records.Add(event);
  std::vector<std::vector<Hit>> hits[2];
  for (const auto depth : {Matcher::Depth::kCandidates, Matcher::Depth::kEverything}) {
    auto& mine = hits[depth == Matcher::Depth::kEverything ? 1 : 0];
    mine.resize(events.size());
    Matcher matcher(ShippedFieldMaps(), depth);
    matcher.Match(records.all(), Format::kAuto, *snapshot,
                  [&](std::size_t i, const EventMatch& match) { mine[i] = match.hits; });
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(hits[0][i].size(), hits[1][i].size()) << events[i];
  }
  return hits[1];
}

std::vector<std::size_t> CountsOf(const std::string& pattern, const std::vector<std::string>& events) {
  std::vector<std::size_t> counts;
  for (const auto& hits : HitsOf(PatternIndicators(pattern), events)) counts.push_back(hits.size());
  return counts;
}

using Counts = std::vector<std::size_t>;

TEST(PatternJudge, JudgesFieldsByTheMapOfTheEvent) {
  const std::string pattern =
      "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port > 1024]";
  EXPECT_EQ(
      CountsOf(pattern,
               {R"({"event_type":"flow","src_ip":"10.0.0.1","dest_ip":"198.51.100.7","dest_port":4444})",
                R"({"event_type":"flow","src_ip":"10.0.0.1","dest_ip":"198.51.100.7","dest_port":80})",
                R"({"event_type":"flow","src_ip":"198.51.100.7","dest_ip":"10.0.0.1","dest_port":4444})",
                R"({"event_type":"flow","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dest_port":4444})"}),
      (Counts{1, 0, 0, 0}));
}

TEST(PatternJudge, LooksForTheLiteralOfLikeInsideEscapes) {
  const std::string pattern =
      "[process:command_line LIKE '%\\\\Temp\\\\mimi%' AND process:command_line NOT LIKE '%test%']";
  EXPECT_EQ(CountsOf(pattern, {R"({"EventID":1,"CommandLine":"C:\\Temp\\mimikatz.exe"})",
                               R"({"EventID":1,"CommandLine":"C:\\Temp\\mimikatz.exe test"})",
                               R"({"EventID":1,"CommandLine":"C:\\Tempmimikatz.exe"})",
                               R"({"anything":"C:\\Temp\\mimikatz.exe"})"}),
            (Counts{1, 0, 0, 1}));
}

TEST(PatternJudge, AHitTellsThePatternAndWhatMadePolderLook) {
  const std::string pattern = "[domain-name:value = 'evil.example' AND url:value MATCHES 'gate[.]php']";
  const auto hits = HitsOf(
      PatternIndicators(pattern),
      {R"({"event_type":"http","src_ip":"10.0.0.1","http":{"hostname":"www.evil.example","url":"/gate.php"}})"});
  ASSERT_EQ(hits[0].size(), 1U);
  EXPECT_EQ(hits[0][0].type, MatchType::kStix);
  EXPECT_EQ(hits[0][0].indicator_kind, Kind::kStixPattern);
  EXPECT_EQ(hits[0][0].indicator_value, pattern);
  EXPECT_EQ(hits[0][0].canonical, "www.evil.example");
  EXPECT_EQ(hits[0][0].field, "http.hostname");
  EXPECT_EQ(hits[0][0].ecs_field, "url.domain");
}

TEST(PatternJudge, EverySourceOfAPatternIsCredited) {
  const std::string pattern = "[domain-name:value = 'evil.example' AND process:pid > 4]";
  std::vector<Indicator> indicators = PatternIndicators(pattern, "one");
  for (Indicator& other : PatternIndicators(pattern, "two")) indicators.push_back(std::move(other));
  const auto hits =
      HitsOf(indicators, {R"({"EventID":3,"ProcessId":17,"DestinationHostname":"evil.example"})"});
  EXPECT_EQ(hits[0].size(), 2U);
}

TEST(PatternJudge, FollowsSequencesOverEventsWithinTheirTime) {
  const std::string pattern =
      "([domain-name:value = 'first.example'] FOLLOWEDBY [domain-name:value = 'second.example']) WITHIN 60 "
      "SECONDS";
  const auto event = [](const std::string& time, const std::string& name) {
    return R"({"timestamp":"2024-05-06T)" + time + R"(Z","name":")" + name + "\"}";
  };
  EXPECT_EQ(CountsOf(pattern, {event("07:00:00", "second.example"), event("07:01:00", "first.example"),
                               event("07:01:30", "other.example"), event("07:01:59", "second.example"),
                               event("07:30:00", "second.example")}),
            (Counts{0, 0, 0, 1, 0}));
}

TEST(PatternJudge, CountsRepetitions) {
  const std::string pattern = "[domain-name:value = 'evil.example'] REPEATS 3 TIMES WITHIN 60 SECONDS";
  const auto event = [](const std::string& time) {
    return R"({"timestamp":"2024-05-06T)" + time + R"(Z","name":"evil.example"})";
  };
  EXPECT_EQ(CountsOf(pattern, {event("07:00:00"), event("07:00:10"), event("07:02:00"), event("07:02:10"),
                               event("07:02:20")}),
            (Counts{0, 0, 0, 0, 1}));
}

TEST(PatternJudge, AsksForTheTimeThatStartAndStopName) {
  const std::string pattern =
      "[domain-name:value = 'evil.example'] START t'2024-05-06T00:00:00Z' STOP t'2024-05-07T00:00:00Z'";
  EXPECT_EQ(CountsOf(pattern, {R"({"timestamp":"2024-05-06T07:00:00Z","name":"evil.example"})",
                               R"({"timestamp":"2024-05-07T07:00:00Z","name":"evil.example"})"}),
            (Counts{1, 0}));
}

TEST(PatternJudge, SearchesUrlsThatArePutTogetherFromFields) {
  const std::vector<std::string> events = {
      R"({"event_type":"http","src_ip":"10.0.0.1","http":{"hostname":"www.evil.example","url":"/gate12.php"}})",
      R"({"_path":"http","id.orig_h":"10.0.0.1","host":"www.evil.example","uri":"/gate12.php"})",
      R"({"event_type":"http","src_ip":"10.0.0.1","http":{"hostname":"www.evil.example","url":"/x"}})"};
  for (const char* pattern :
       {"[url:value LIKE 'http://www.evil.example/gate%']", "[url:value LIKE '%evil.example/gate%']",
        "[url:value LIKE '%e/g%' AND url:value LIKE '%mple/ga%']",
        "[url:value MATCHES 'evil\\\\.example/gate']"}) {
    EXPECT_EQ(CountsOf(pattern, events), (Counts{1, 1, 0})) << pattern;
  }
  Indicator expression = MakeIndicator(Kind::kPattern, "/e/ga/");
  EXPECT_EQ(HitsOf({expression}, events)[0].size(), 1U);
}

TEST(PatternJudge, LikeIsAsTolerantOfCaseAsAllThatIsComparedInEvents) {
  EXPECT_EQ(CountsOf("[domain-name:value LIKE '%.evil.example']", {R"({"q":"WWW.Evil.Example"})"}),
            (Counts{1}));
  EXPECT_EQ(CountsOf("[file:hashes.MD5 LIKE 'aaaa%']", {R"({"h":")" + std::string(32, 'A') + "\"}"}),
            (Counts{1}));
}

TEST(PatternJudge, AnEventWithAWrongClockBlindsNoSequence) {
  const std::string pattern =
      "([domain-name:value = 'first.example'] FOLLOWEDBY [domain-name:value = 'second.example']) WITHIN 60 "
      "SECONDS";
  const auto event = [](const std::string& time, const std::string& name) {
    return R"({"timestamp":")" + time + R"(Z","name":")" + name + "\"}";
  };
  EXPECT_EQ(CountsOf(pattern, {event("2099-01-01T00:00:00", "first.example"),
                               event("2024-05-06T07:00:00", "first.example"),
                               event("2024-05-06T07:00:01", "second.example")}),
            (Counts{0, 0, 1}));
}

TEST(TextKinds, AreLookedForOnlyInFieldsOfTheirKindWhereTheMapNamesAny) {
  const std::vector<Indicator> indicators = {MakeIndicator(Kind::kUserAgent, "evil/1.0")};
  const auto hits = HitsOf(
      indicators, {R"({"event_type":"http","src_ip":"10.0.0.1","http":{"http_user_agent":"Evil/1.0"}})",
                   R"({"event_type":"http","src_ip":"10.0.0.1","http":{"http_refer":"Evil/1.0"}})",
                   R"({"any":"Evil/1.0"})"});
  EXPECT_EQ(hits[0].size(), 1U);
  EXPECT_EQ(hits[1].size(), 0U);
  EXPECT_EQ(hits[2].size(), 1U);
}

TEST(NestedJson, IsSearchedThroughEveryLayerOfEscapes) {
  const std::vector<Indicator> indicators = {MakeIndicator(Kind::kUrl, "http://evil.example/x"),
                                             MakeIndicator(Kind::kMutex, "a\tmutex")};
  const auto hits = HitsOf(indicators, {R"({"AuditData":"{\"Url\":\"http:\\\/\\\/evil.example\\/x\"}"})",
                                        R"({"AuditData":"{\"m\":\"a\\tmutex\"}"})",
                                        R"({"AuditData":"{\"m\":\"{\\\"n\\\":\\\"a\\\\tmutex\\\"}\"}"})",
                                        R"({"AuditData":"{\"m\":\"a\\\\tmutex\"}"})"});
  ASSERT_EQ(hits[0].size(), 1U);
  EXPECT_EQ(hits[0][0].field, "AuditData.Url");
  ASSERT_EQ(hits[1].size(), 1U);
  ASSERT_EQ(hits[2].size(), 1U);
  EXPECT_EQ(hits[2][0].field, "AuditData.m.n");
  EXPECT_EQ(hits[3].size(), 0U);
}

}  // namespace
}  // namespace polder::oracle
