#include "rules/read/stix_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

ReadContext Context(Tlp tlp = Tlp::kUnmarked, int confidence = -1) {
  ReadContext context;
  context.path = "feed.json";
  context.source = "feed";
  context.tlp = tlp;
  context.confidence = confidence;
  return context;
}

std::string Id(int number) { return fmt::format("indicator--00000000-0000-4000-8000-{:012}", number); }

// An indicator of one name, with more members such as `,"revoked":true`.
std::string IndicatorJson(int number, std::string_view more = "") {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"{}","pattern_type":"stix",)"
      R"("pattern":"[domain-name:value = 'n{}.example']","valid_from":"2024-01-01T00:00:00Z"{}}})",
      Id(number), number, more);
}

std::string Bundle(std::string_view objects) {
  return fmt::format(R"({{"type":"bundle","id":"bundle--1","objects":[{}]}})", objects);
}

ReadResult Read(std::string_view json, const ReadContext& context = Context()) {
  return ReadIndicators(json, context);
}

std::vector<std::string> Values(const ReadResult& result) {
  std::vector<std::string> values;
  for (const Indicator& indicator : result.indicators) values.push_back(indicator.value);
  return values;
}

std::vector<std::string> Messages(const ReadResult& result) {
  std::vector<std::string> messages;
  for (const Refusal& refusal : result.refusals) messages.push_back(refusal.Message());
  return messages;
}

Indicator ReadOne(std::string_view more, std::string_view others = "") {
  const ReadResult result = Read(Bundle(std::string(others) + IndicatorJson(1, more)));
  EXPECT_THAT(result.indicators, SizeIs(1)) << more << ::testing::PrintToString(Messages(result));
  return result.indicators.empty() ? Indicator() : result.indicators[0];
}

TEST(StixReader, ReadsABundleAnArrayAndASingleObject) {
  for (const std::string& json : {Bundle(IndicatorJson(1)), "[" + IndicatorJson(1) + "]", IndicatorJson(1)}) {
    const ReadResult result = Read(json);
    EXPECT_THAT(Values(result), ElementsAre("n1.example")) << json;
    EXPECT_EQ(result.read, 1U);
    EXPECT_THAT(result.refusals, IsEmpty());
  }
}

TEST(StixReader, ReadsAnEmptyBundle) {
  for (const std::string_view json :
       {R"({"type":"bundle","id":"bundle--1"})", R"({"type":"bundle","objects":[]})"}) {
    const ReadResult result = Read(json);
    EXPECT_FALSE(result.unreadable) << ::testing::PrintToString(Messages(result));
    EXPECT_THAT(result.indicators, IsEmpty());
  }
}

TEST(StixReader, MakesAConjunctionOfAnAnd) {
  const Indicator indicator = ReadOne(
      R"(,"pattern":"[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = )"
      R"('192.0.2.1' AND network-traffic:dst_port = '443']")");
  EXPECT_EQ(indicator.kind, Kind::kIp);
  EXPECT_EQ(indicator.value, "192.0.2.1");
  EXPECT_THAT(indicator.conditions, ElementsAre(Condition{Kind::kPort, "443"}));
}

TEST(StixReader, ReadsTheValueOfARecordInATopicOfIndicators) {
  // One object, or a bundle of one, and nothing else: what a compacted topic holds under each key.
  for (const std::string& record :
       {IndicatorJson(1, R"(,"labels":["botnet"])"), Bundle(IndicatorJson(1, R"(,"labels":["botnet"])"))}) {
    const ReadResult result = Read(record, Context(Tlp::kGreen, 30));
    ASSERT_THAT(result.indicators, SizeIs(1)) << record;
    EXPECT_THAT(result.refusals, IsEmpty());
    EXPECT_EQ(result.indicators[0].id, Id(1));
    EXPECT_EQ(result.indicators[0].value, "n1.example");
    EXPECT_EQ(result.indicators[0].labels, "botnet");
    EXPECT_EQ(result.indicators[0].tlp, Tlp::kGreen);
    EXPECT_EQ(result.indicators[0].confidence, 30);
    EXPECT_EQ(result.format, "STIX 2.1 bundle");
  }
  const ReadResult revoked = Read(IndicatorJson(1, R"(,"revoked":true)"));
  ASSERT_THAT(revoked.indicators, SizeIs(1));
  EXPECT_TRUE(revoked.indicators[0].revoked);
  // An object that holds others is one object all the same.
  EXPECT_FALSE(Read(R"({"type":"observed-data","id":"observed-data--1","objects":{"0":{}}})").unreadable);
}

TEST(StixReader, ReadsATaxiiEnvelope) {
  EXPECT_THAT(Values(Read(R"({"more":true,"next":"1","objects":[)" + IndicatorJson(1) + "]}")),
              ElementsAre("n1.example"));
}

TEST(StixReader, NamesTheVersion) {
  const std::string old = R"({"type":"indicator","id":")" + Id(1) +
                          R"(","labels":["x"],"pattern":"[domain-name:value = 'n1.example']"})";
  const std::vector<std::pair<std::string, std::string_view>> cases = {
      {R"({"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[]})", "STIX 2.0 bundle"},
      {R"({"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[)" + old + "]}",
       "STIX 2.0 bundle"},
      {Bundle(IndicatorJson(1)), "STIX 2.1 bundle"},
      {"[" + IndicatorJson(1) + "]", "STIX 2.1 bundle"},
      {old, "STIX 2.0 bundle"},
      {"[" + old + "]", "STIX 2.0 bundle"}};
  for (const auto& [json, format] : cases) EXPECT_EQ(Read(json).format, format) << json;
}

TEST(StixReader, RefusesVersionOneByName) {
  for (const std::string_view json :
       {R"({"id":"example:Package-1","version":"1.2","stix_header":{},"indicators":[{}]})",
        R"({"STIX_Package":{"@version":"1.1.1"}})", R"({"stix:STIX_Package":{}})",
        R"({"id":"x:package-2","observables":{}})",
        R"({"type":"bundle","spec_version":"1.2","objects":[]})"}) {
    const ReadResult result = Read(json);
    EXPECT_TRUE(result.unreadable) << json;
    EXPECT_THAT(Messages(result), ElementsAre(HasSubstr("this is STIX 1"))) << json;
  }
}

TEST(StixReader, JoinsLabelsAndIndicatorTypes) {
  EXPECT_EQ(ReadOne(R"(,"labels":["botnet","c2","",7],"indicator_types":["malicious-activity","c2"])").labels,
            "botnet, c2, malicious-activity");
  EXPECT_EQ(ReadOne("").labels, "");
}

TEST(StixReader, ReportsAnUnknownMarkingOnceAndKeepsItsIndicators) {
  const std::string unknown = "marking-definition--00000000-0000-4000-8000-000000000009";
  const std::string refs = R"(,"object_marking_refs":[")" + unknown + R"(",")" + unknown + R"("])";
  const ReadResult result =
      Read(Bundle("\n" + IndicatorJson(1, refs) + ",\n" + IndicatorJson(2, refs)), Context(Tlp::kAmber));
  ASSERT_THAT(result.indicators, SizeIs(2));
  EXPECT_EQ(result.indicators[0].tlp, Tlp::kAmber);
  ASSERT_THAT(result.refusals, SizeIs(1));
  EXPECT_EQ(result.refusals[0].category, "unknown marking");
  EXPECT_EQ(result.refusals[0].value, unknown);
  EXPECT_EQ(result.refusals[0].line, 2U);
  EXPECT_THAT(result.refusals[0].reason, HasSubstr("on 2 indicators"));
}

TEST(StixReader, TakesMarkingsThatTheBundleDefinesBehindThem) {
  const ReadResult result = Read(
      Bundle(IndicatorJson(1, R"(,"object_marking_refs":["marking-definition--1","marking-definition--2"])") +
             R"(,{"type":"marking-definition","id":"marking-definition--1","definition_type":"tlp",)"
             R"("definition":{"tlp":"green"}},{"type":"marking-definition","id":"marking-definition--2",)"
             R"("definition_type":"statement","definition":{"statement":"PAP:RED"}})"));
  ASSERT_THAT(result.indicators, SizeIs(1));
  EXPECT_THAT(result.refusals, IsEmpty());
  EXPECT_EQ(result.indicators[0].tlp, Tlp::kGreen);
  EXPECT_EQ(result.indicators[0].pap, Pap::kRed);
}

TEST(StixReader, RespectsAGranularMarkingForTheWholeIndicator) {
  EXPECT_EQ(ReadOne(R"(,"object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],)"
                    R"("granular_markings":[{"marking_ref":)"
                    R"("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed","selectors":["name"]}])")
                .tlp,
            Tlp::kRed);
}

TEST(StixReader, CutsLongTextsSoThatManyValuesDoNotMultiplyThem) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(ReadOne(R"(,"description":")" + text + "\"").description.size(), 8192U + 3);
  // Two bytes a letter: none is cut in half.
  std::string letters = "x";
  for (int i = 0; i < 9'000; ++i) letters += "\xC3\xA9";
  const std::string cut = ReadOne(R"(,"name":")" + letters + "\"").name;
  EXPECT_EQ(cut.size(), 8191U + 3);
  std::string pattern = "[mutex:name IN ('m'";
  for (int i = 0; i < 1000; ++i) pattern += fmt::format(",'m{}'", i);
  const ReadResult result =
      Read(Bundle(IndicatorJson(1, R"(,"description":")" + text + R"(","pattern":")" + pattern + ")]\"")));
  ASSERT_THAT(result.indicators, SizeIs(1001));
  EXPECT_LT(result.indicators[0].description.size(), 300U);
}

TEST(StixReader, ReadsABundleOfTheVersionBefore) {
  // 2.0 has spec_version at the bundle and no pattern_type.
  const ReadResult result =
      Read(R"({"type":"bundle","spec_version":"2.0","id":"bundle--1","objects":[{"type":"indicator","id":")" +
           Id(1) +
           R"(","labels":["malicious-activity"],"valid_from":"2024-01-01T00:00:00.000Z",)"
           R"("pattern":"[ipv4-addr:value = '192.0.2.1']"}]})");
  EXPECT_THAT(Values(result), ElementsAre("192.0.2.1"));
}

TEST(StixReader, TakesEveryFieldThatAHitCanTell) {
  const Indicator indicator = ReadOne(
      R"(,"valid_until":"2024-02-01T00:00:00Z","modified":"2024-01-03T00:00:00.5Z","confidence":85,)"
      R"("name":"C2","description":"of a botnet","created_by_ref":"identity--1",)"
      R"("external_references":[{"source_name":"x"},{"source_name":"y","url":"https://y.example/1"}])",
      R"({"type":"identity","id":"identity--1","name":"CERT Example"},)");
  EXPECT_EQ(indicator.id, Id(1));
  EXPECT_EQ(indicator.source, "feed");
  EXPECT_EQ(indicator.valid_from, ParseIsoTime("2024-01-01T00:00:00Z"));
  EXPECT_EQ(indicator.valid_until, ParseIsoTime("2024-02-01T00:00:00Z"));
  EXPECT_EQ(indicator.modified, ParseIsoTime("2024-01-03T00:00:00.5Z"));
  EXPECT_EQ(indicator.confidence, 85);
  EXPECT_EQ(indicator.name, "C2");
  EXPECT_EQ(indicator.description, "of a botnet");
  EXPECT_EQ(indicator.provider, "CERT Example");
  EXPECT_EQ(indicator.reference, "https://y.example/1");
  EXPECT_FALSE(indicator.revoked);
}

TEST(StixReader, KnowsAnIdentityThatStandsBehind) {
  const ReadResult result = Read(Bundle(IndicatorJson(1, R"(,"created_by_ref":"identity--1")") +
                                        R"(,{"type":"identity","id":"identity--1","name":"CERT"})"));
  ASSERT_THAT(result.indicators, SizeIs(1));
  EXPECT_EQ(result.indicators[0].provider, "CERT");
}

TEST(StixReader, TakesARevokedIndicatorWhateverItsPattern) {
  const ReadResult result =
      Read(Bundle(IndicatorJson(1, R"(,"revoked":true)") + R"(,{"type":"indicator","id":")" + Id(2) +
                  R"(","revoked":true,"modified":"2024-05-06T00:00:00Z"})"));
  ASSERT_THAT(result.indicators, SizeIs(2));
  EXPECT_TRUE(result.indicators[0].revoked);
  EXPECT_TRUE(result.indicators[1].revoked);
  EXPECT_THAT(result.refusals, IsEmpty());
}

TEST(StixReader, KeepsEveryVersionForTheMerge) {
  const ReadResult result = Read(Bundle(IndicatorJson(1, R"(,"modified":"2024-01-01T00:00:00Z")") + "," +
                                        IndicatorJson(1, R"(,"modified":"2024-01-02T00:00:00Z")")));
  ASSERT_THAT(result.indicators, SizeIs(2));
  EXPECT_EQ(result.indicators[0].id, result.indicators[1].id);
  EXPECT_LT(result.indicators[0].modified, result.indicators[1].modified);
}

TEST(StixReader, ReadsMarkingsOfBothVersionsOfTlp) {
  const std::vector<std::pair<std::string_view, Tlp>> cases = {
      {"613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::kClear},
      {"34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::kGreen},
      {"f88d31f6-486f-44da-b317-01333bde0b82", Tlp::kAmber},
      {"5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::kRed},
      {"94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::kClear},
      {"bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::kGreen},
      {"55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::kAmber},
      {"939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::kAmberStrict},
      {"e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::kRed},
      {"00000000-0000-4000-8000-000000000000", Tlp::kUnmarked}};
  for (const auto& [uuid, tlp] : cases) {
    EXPECT_EQ(ReadOne(fmt::format(R"(,"object_marking_refs":["marking-definition--{}"])", uuid)).tlp, tlp)
        << uuid;
  }
}

TEST(StixReader, TakesTheStrictestOfSeveralMarkings) {
  EXPECT_EQ(ReadOne(R"(,"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",)"
                    R"("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",)"
                    R"("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",7])")
                .tlp,
            Tlp::kRed);
}

TEST(StixReader, FillsInFromTheContextWhatAnIndicatorDoesNotSay) {
  const ReadContext context = Context(Tlp::kAmber, 40);
  const ReadResult result =
      Read(Bundle(IndicatorJson(1) + "," +
                  IndicatorJson(2, R"(,"confidence":0,"object_marking_refs":)"
                                   R"(["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])")),
           context);
  ASSERT_THAT(result.indicators, SizeIs(2));
  EXPECT_EQ(result.indicators[0].tlp, Tlp::kAmber);
  EXPECT_EQ(result.indicators[0].confidence, 40);
  EXPECT_EQ(result.indicators[1].tlp, Tlp::kClear);
  EXPECT_EQ(result.indicators[1].confidence, 0);
}

TEST(StixReader, RefusesWhatIsWrongInAnObjectAndKeepsTheOthers) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {R"(,"confidence":101)", "confidence"},
      {R"(,"confidence":-1)", "confidence"},
      {R"(,"confidence":50.5)", "confidence"},
      {R"(,"confidence":"50")", "confidence"},
      {R"(,"confidence":18446744073709551615)", "confidence"},
      {R"(,"valid_until":"2024-01-01T00:00:00Z")", "valid_until is not later than valid_from"},
      {R"(,"valid_until":"soon")", "valid_until is not a timestamp"},
      {R"(,"valid_until":17)", "valid_until is not a timestamp"},
      {R"(,"modified":null)", "modified is not a timestamp"},
      {R"(,"valid_from":"2024-02-30T00:00:00Z")", "valid_from is not a timestamp"},
      {R"(,"pattern_type":"yara")", "not yet supported: patterns of the type 'yara'"},
      {R"(,"pattern":"")", "needs a pattern"},
      {R"(,"pattern":["x"])", "needs a pattern"},
      {R"(,"pattern":"[domain-name:value"})", ""},
      {R"(,"pattern":"[file:size = 5]")", "nothing in [file:size = 5] can be looked for"},
      {R"(,"pattern":"[a:b LIKE 'x']")", "nothing in [a:b LIKE 'x'] can be looked for"},
      {R"(,"pattern":"[domain-name:value = 'com']")", "two labels"},
      {R"(,"pattern":"domain")", "not a STIX pattern: at character 1"},
      {R"(,"id":17)", "needs an id"},
      {R"(,"id":"malware--1")", "needs an id"}};
  for (const auto& [more, reason] : cases) {
    if (reason.empty()) continue;
    const ReadResult result = Read(Bundle(IndicatorJson(1, more) + ",\n" + IndicatorJson(2)));
    EXPECT_THAT(Values(result), ElementsAre("n2.example")) << more;
    EXPECT_THAT(Messages(result), ElementsAre(HasSubstr(std::string(reason)))) << more;
    EXPECT_EQ(result.read, 2U);
  }
}

TEST(StixReader, TakesTheGoodAlternativesAndRefusesTheOthers) {
  const ReadResult result = Read(Bundle(IndicatorJson(
      1,
      R"(,"pattern":"[domain-name:value = 'evil.example' OR file:size = 5 OR domain-name:value = 'junk']")")));
  EXPECT_THAT(Values(result), ElementsAre("evil.example"));
  ASSERT_THAT(result.refusals, SizeIs(2));
  EXPECT_EQ(result.refusals[0].category, "invalid value");
  EXPECT_EQ(result.refusals[1].category, "no anchor");
}

TEST(StixReader, TakesWhatIsMoreThanValuesAsAPatternWithItsAnchors) {
  const std::string pattern =
      "[url:value LIKE '%/gate.php%' AND ipv4-addr:value = '198.51.100.7'] FOLLOWEDBY "
      "[process:command_line MATCHES 'mimi(katz|lib)'] WITHIN 60 SECONDS";
  const ReadResult result = Read(Bundle(IndicatorJson(1, ",\"pattern\":\"" + pattern + '"')));
  EXPECT_THAT(result.refusals, SizeIs(0));
  EXPECT_THAT(Values(result), UnorderedElementsAre("198.51.100.7", "/mimikatz/i", "/mimilib/i"));
  for (const Indicator& indicator : result.indicators) EXPECT_EQ(indicator.pattern, pattern);
}

TEST(StixReader, SurvivesAnyTypeAnywhere) {
  for (const std::string_view value : {"null", "17", "-1.5", "true", "\"x\"", "[]", "{}", "[[{}]]"}) {
    for (const std::string_view key :
         {"id", "type", "pattern", "pattern_type", "valid_from", "valid_until", "modified", "revoked",
          "confidence", "object_marking_refs", "created_by_ref", "name", "description", "external_references",
          "labels", "indicator_types", "granular_markings", "extensions", "spec_version"}) {
      const ReadResult result = Read(Bundle(fmt::format(
          R"({},{{"type":"identity","id":{},"name":{}}},{},{{"type":"marking-definition",)"
          R"("id":{},"definition":{}}})",
          IndicatorJson(1, fmt::format(R"(,"{}":{})", key, value)), value, value, value, value, value)));
      EXPECT_FALSE(result.unreadable) << key << " " << value;
    }
  }
  for (const std::string_view objects : {"null", "17", "\"x\"", "{}"}) {
    EXPECT_TRUE(Read(fmt::format(R"({{"type":"bundle","objects":{}}})", objects)).unreadable) << objects;
  }
}

TEST(StixReader, NamesTheLineOfARefusedIndicator) {
  const std::string bad = R"(,"confidence":500)";
  // A report that refers to both stands before them.
  const std::string json = "{\"type\":\"bundle\",\n\"objects\":[\n{\"type\":\"report\",\"object_refs\":[\"" +
                           Id(1) + "\",\"" + Id(2) + "\"]},\n" + IndicatorJson(1, bad) + ",\n\n" +
                           IndicatorJson(2, bad) +
                           ",\n{\"type\":\"indicator\",\n\"name\":\"no } id [\\\"\"}]}";
  const ReadResult result = Read(json);
  ASSERT_THAT(result.refusals, SizeIs(3));
  EXPECT_EQ(result.refusals[0].line, 4U);
  EXPECT_EQ(result.refusals[1].line, 6U);
  EXPECT_EQ(result.refusals[2].line, 7U);
  EXPECT_THAT(result.refusals[0].Message(), ::testing::StartsWith("feed.json:4: confidence"));
  EXPECT_THAT(result.refusals[0].Message(), HasSubstr(Id(1)));
}

TEST(StixReader, FindsTheLineBesideOtherArraysAndJunk) {
  const std::string json =
      "{\"other\":[{\"objects\":[{}]}],\n\"objects\":[17,\"x\",[{}],\n{\"type\":\"x\"},\n" +
      IndicatorJson(1, R"(,"confidence":500)") + "],\n\"more\":[{}]}";
  const ReadResult result = Read(json);
  ASSERT_THAT(result.refusals, SizeIs(1));
  EXPECT_EQ(result.refusals[0].line, 4U);
  ASSERT_THAT(Read("[\n\n" + IndicatorJson(1, R"(,"confidence":500)") + "]").refusals, SizeIs(1));
  EXPECT_EQ(Read("[\n\n" + IndicatorJson(1, R"(,"confidence":500)") + "]").refusals[0].line, 3U);
}

TEST(StixReader, SaysOnWhichLineJsonIsBroken) {
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"{\"type\":\"bundle\",\n\"objects\":[\n{\"type\":\"indicator\",}\n]}", 3},
      {"{\"type\":\"bundle\",\n\"objects\":[\n", 3},
      {"{\"type\":\"bundle\",\n\"objects\":[]}\n{}", 3},
      {"{\"type\":\"bundle\",\n\"objects\":[\"\xFF\"]}", 2}};
  for (const auto& [json, line] : cases) {
    const ReadResult result = Read(json);
    EXPECT_TRUE(result.unreadable);
    ASSERT_THAT(result.refusals, SizeIs(1));
    EXPECT_EQ(result.refusals[0].line, line) << result.refusals[0].Message();
  }
}

TEST(StixReader, RefusesANumberThatIsTooLarge) {
  const ReadResult result = Read(Bundle(IndicatorJson(1, R"(,"x":1e999)")));
  EXPECT_TRUE(result.unreadable);
}

TEST(StixReader, RefusesOtherJsonByName) {
  EXPECT_THAT(Messages(Read(R"({"type":"cidr","list":["192.0.2.0/24"]})")),
              ElementsAre(HasSubstr("neither a STIX")));
  EXPECT_THAT(Messages(Read(R"([{"value":"evil.example"}])")),
              ElementsAre(HasSubstr("no array of STIX objects")));
}

TEST(StixReader, SurvivesDeepNesting) {
  const std::string deep = std::string(300'000, '[') + std::string(300'000, ']');
  EXPECT_THAT(Values(Read(IndicatorJson(1, ",\"x\":" + deep))), ElementsAre("n1.example"));
  EXPECT_THAT(Values(Read(Bundle(IndicatorJson(1, ",\"x\":" + deep)))), ElementsAre("n1.example"));
}

}  // namespace
}  // namespace polder
