// Indicators that hit only where the event holds something else as well; sources that are only tried.
#include <gtest/gtest.h>

#include "rules/fields/shipped_field_maps.h"
#include "tests/oracle/harness.h"

namespace polder::oracle {
namespace {

Indicator Conjunction(Kind kind, std::string_view value,
                      const std::vector<std::pair<Kind, std::string>>& with) {
  Indicator indicator = MakeIndicator(kind, value);
  for (const auto& [part, text] : with) {
    indicator.conditions.push_back({part, CanonicaliseValue(part, text).value()});
    indicator.id += text;
  }
  return indicator;
}

EventMatch Look(const std::string& event, const std::vector<Indicator>& indicators) {
  const auto snapshot = BuildSnapshot(indicators);
  Records records;
  records.Add(event);
  const Outcome expected = RunOracle(records.all(), Format::kAuto, Oracle(indicators));
  for (const auto depth : {Matcher::Depth::kEverything, Matcher::Depth::kCandidates}) {
    EXPECT_EQ(RunMatcher(records.all(), Format::kAuto, *snapshot, depth).hits, expected.hits) << event;
  }
  ExpressionSet::Scratch scratch;
  PatternStream stream;
  return SecondLook(ShippedFieldMaps(), scratch, stream).Look(records.all()[0], Format::kAuto, *snapshot);
}

TEST(Conjunctions, HitOnlyWhereEveryConditionHolds) {
  const std::string md5(32, 'a');
  const struct {
    std::vector<std::pair<Kind, std::string>> with;
    std::string event;
    bool hit;
  } cases[] = {
      {{{Kind::kPort, "443"}}, R"({"a":"evil.exe","port":443})", true},
      {{{Kind::kPort, "443"}}, R"({"a":"evil.exe","port":443.0})", true},
      {{{Kind::kPort, "443"}}, R"({"a":"evil.exe","port":4430})", false},
      {{{Kind::kPort, "443"}}, R"({"a":"evil.exe","port":"443"})", true},
      {{{Kind::kPort, "443"}}, R"({"a":"evil.exe","443":1})", false},
      {{{Kind::kPort, "1"}}, R"({"a":"evil.exe","n":1e400})", false},
      {{{Kind::kPort, "443"}}, "C:\\evil.exe to 192.0.2.1:443", true},
      {{{Kind::kPort, "443"}}, R"({"a":"C:\\evil.exe","b":"\n443)", true},
      {{{Kind::kPort, "443"}}, R"({"a":"evil.exe"})", false},
      {{{Kind::kMd5, md5}}, R"({"a":"evil.exe","h":"MD5=)" + md5 + "\"}", true},
      {{{Kind::kMd5, md5}}, R"({"a":"evil.exe","h":"b)" + md5 + "\"}", false},
      {{{Kind::kDomain, "evil.example"}}, R"({"a":"evil.exe","q":"www.EVIL.example"})", true},
      {{{Kind::kDomain, "evil.example"}}, R"({"a":"evil.exe","q":"notevil.example"})", false},
      {{{Kind::kNetwork, "192.0.2.0/24"}}, R"({"a":"evil.exe","q":"192.0.2.77"})", true},
      {{{Kind::kNetwork, "192.0.2.0/24"}}, R"({"a":"evil.exe","q":"192.0.3.77"})", false},
      {{{Kind::kFileName, "other.dll"}}, R"({"a":"evil.exe","q":"C:\\x\\Other.dll"})", true},
      {{{Kind::kUserAgent, "evil/1"}}, R"({"a":"evil.exe","q":"Evil/1"})", true},
      {{{Kind::kUserAgent, "evil/1"}}, R"({"a":"evil.exe","q":"Evil/1 "})", false},
      {{{Kind::kUrl, "http://h.example/p"}}, R"({"a":"evil.exe","host":"h.example","uri":"/p"})", true},
      {{{Kind::kPort, "443"}, {Kind::kMd5, md5}}, R"({"a":"evil.exe","port":443})", false},
      {{{Kind::kPort, "443"}, {Kind::kMd5, md5}}, R"({"a":"evil.exe","port":443,"h":")" + md5 + "\"}", true},
  };
  for (const auto& c : cases) {
    const EventMatch match = Look(c.event, {Conjunction(Kind::kFileName, "evil.exe", c.with)});
    EXPECT_EQ(match.hits.size(), c.hit ? 1U : 0U) << c.event;
  }
}

TEST(Conjunctions, ThatDoNotHoldTakeNoRoomFromOtherHits) {
  std::vector<Indicator> indicators = {MakeIndicator(Kind::kDomain, "evil.example", "zone")};
  for (int port = 1; port <= 1200; ++port) {
    indicators.push_back(Conjunction(Kind::kDomain, "evil.example", {{Kind::kPort, std::to_string(port)}}));
  }
  const EventMatch match = Look(R"({"a":"evil.example","port":7})", indicators);
  EXPECT_EQ(match.hits.size(), 2U);
  EXPECT_EQ(match.hits_dropped, 0U);
}

TEST(Conjunctions, AreCountedBeyondTheLimitAsOtherHitsAre) {
  std::string event = "port 7";
  for (int i = 0; i < 1100; ++i) event += " h" + std::to_string(i) + ".evil.example";
  const std::vector<Indicator> indicators = {
      Conjunction(Kind::kDomain, "evil.example", {{Kind::kPort, "7"}})};
  const auto snapshot = BuildSnapshot(indicators);
  Records records;
  records.Add(event);
  ExpressionSet::Scratch scratch;
  PatternStream stream;
  SecondLook second(ShippedFieldMaps(), scratch, stream);
  const EventMatch& match = second.Look(records.all()[0], Format::kAuto, *snapshot);
  EXPECT_EQ(match.hits.size(), kMaxHitsPerEvent);
  EXPECT_EQ(match.hits_dropped, 100U);
}

TEST(Shadow, HitsAreKeptApartAndTakeNoRoom) {
  Indicator shadow = MakeIndicator(Kind::kDomain, "evil.example", "tried");
  shadow.shadow = true;
  std::vector<Indicator> indicators = {shadow, MakeIndicator(Kind::kDomain, "evil.example", "trusted")};
  const auto snapshot = BuildSnapshot(indicators);
  Records records;
  records.Add("www.evil.example");
  Matcher matcher(ShippedFieldMaps());
  std::size_t calls = 0;
  matcher.Match(records.all(), Format::kAuto, *snapshot, [&](std::size_t, const EventMatch& match) {
    ++calls;
    ASSERT_EQ(match.hits.size(), 1U);
    EXPECT_FALSE(snapshot->IsShadow(match.hits[0].indicator));
    ASSERT_EQ(match.shadow_hits.size(), 1U);
    EXPECT_TRUE(snapshot->IsShadow(match.shadow_hits[0].indicator));
  });
  EXPECT_EQ(calls, 1U);
  EXPECT_EQ(matcher.counters().hits, 1U);
  EXPECT_EQ(matcher.counters().shadow_hits, 1U);
}

TEST(WholeText, IsTakenForWhatItsIndicatorsSay) {
  const std::vector<Indicator> indicators = {MakeIndicator(Kind::kMutex, "Global\\x"),
                                             MakeIndicator(Kind::kRegistryKey, "global\\X")};
  const EventMatch match = Look(R"({"a":"GLOBAL\\x"})", indicators);
  ASSERT_EQ(match.hits.size(), 2U);
  for (const Hit& hit : match.hits) {
    EXPECT_EQ(hit.observable_kind, hit.indicator_kind);
    EXPECT_EQ(hit.type, MatchType::kExact);
    EXPECT_EQ(hit.atomic, "GLOBAL\\x");
  }
  EXPECT_NE(match.hits[0].indicator_kind, match.hits[1].indicator_kind);
}

}  // namespace
}  // namespace polder::oracle
