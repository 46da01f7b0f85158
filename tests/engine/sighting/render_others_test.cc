// The renderings for STIX, MISP and the terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "engine/sighting/render.h"
#include "tests/engine/sighting/sample_sighting.h"

namespace polder {
namespace {

using Json = nlohmann::json;

Json Stix(const Sighting& sighting) { return Json::parse(RenderSighting(sighting, OutputFormat::kStix)); }

std::vector<Json> OfType(const Json& bundle, std::string_view type) {
  std::vector<Json> found;
  for (const Json& object : bundle["objects"]) {
    if (object["type"] == type) found.push_back(object);
  }
  return found;
}

Sighting OfManyKinds() {
  Enrichment network = SampleEnrichment(Kind::kNetwork, "192.0.2.0/24");
  network.observable_kind = Kind::kIp;
  network.canonical = "192.0.2.9";
  network.indicator_id = "indicator--6f1d2c3b-0000-4000-8000-000000000002";
  Enrichment hash = SampleEnrichment(Kind::kSha256, std::string(64, 'a'));
  hash.tlp = Tlp::kUnmarked;
  hash.indicator_id = "indicator--6f1d2c3b-0000-4000-8000-000000000003";
  Enrichment other_source = hash;
  other_source.source = "feeds/b.json";
  Enrichment other_field = hash;
  other_field.field = "message";
  return SampleSighting({SampleEnrichment(Kind::kDomain, "evil.example"), network, hash, other_source,
                         other_field, SampleEnrichment(Kind::kUrl, "http://evil.example/x"),
                         SampleEnrichment(Kind::kEmail, "eve@evil.example"),
                         SampleEnrichment(Kind::kIp, "2001:db8::1"),
                         SampleEnrichment(Kind::kMd5, std::string(32, 'a')),
                         SampleEnrichment(Kind::kSha1, std::string(40, 'a')),
                         SampleEnrichment(Kind::kSha512, std::string(128, 'a'))});
}

TEST(RenderStix, MakesABundleWhoseObjectsHaveIdsOfTheirTypes) {
  const Json bundle = Stix(OfManyKinds());
  EXPECT_EQ(bundle["type"], "bundle");
  const auto is_id = ::testing::MatchesRegex(
      "[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  EXPECT_THAT(bundle["id"].get<std::string>(), is_id);
  std::set<std::string> ids;
  for (const Json& object : bundle["objects"]) {
    const std::string own = object["id"];
    EXPECT_THAT(own, is_id);
    EXPECT_TRUE(own.starts_with(object["type"].get<std::string>() + "--")) << own;
    EXPECT_EQ(object["spec_version"], "2.1");
    EXPECT_TRUE(ids.insert(own).second) << own << " is there twice";
  }
}

TEST(RenderStix, RefersOnlyToWhatIsInTheBundleAndToTheIndicators) {
  const Json bundle = Stix(OfManyKinds());
  std::set<std::string> ids;
  for (const Json& object : bundle["objects"]) ids.insert(object["id"]);
  const auto observed = OfType(bundle, "observed-data");
  ASSERT_EQ(observed.size(), 1U);
  EXPECT_EQ(observed[0]["object_refs"].size(), 9U);
  for (const Json& ref : observed[0]["object_refs"]) EXPECT_TRUE(ids.contains(ref.get<std::string>())) << ref;
  EXPECT_EQ(observed[0]["first_observed"], "2024-05-06T13:00:00.000Z");
  EXPECT_EQ(observed[0]["number_observed"], 1);
  for (const Json& sighting : OfType(bundle, "sighting")) {
    EXPECT_EQ(sighting["observed_data_refs"], Json::array({observed[0]["id"]}));
    EXPECT_TRUE(sighting["sighting_of_ref"].get<std::string>().starts_with("indicator--"));
    EXPECT_EQ(sighting["created"], "2024-05-06T13:00:01.500000Z");
  }
}

TEST(RenderStix, SightsAnIndicatorOfASourceOnceInHoweverManyFields) {
  // Three indicators, the third from two sources and in two fields.
  EXPECT_EQ(OfType(Stix(OfManyKinds()), "sighting").size(), 4U);
}

TEST(RenderStix, CarriesTheMarkingOfTheIndicator) {
  const auto sightings = OfType(Stix(OfManyKinds()), "sighting");
  EXPECT_EQ(sightings[0]["object_marking_refs"],
            Json::array({"marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"}));
  EXPECT_FALSE(sightings[2].contains("object_marking_refs"));
}

TEST(RenderStix, GivesObservablesTheIdsOfTheSpecification) {
  // UUIDv5 of {"value":"evil.example"} in the namespace that STIX 2.1 section 2.9 names.
  const Json bundle = Stix(SampleSighting({SampleEnrichment(Kind::kDomain, "evil.example")}));
  EXPECT_EQ(OfType(bundle, "domain-name")[0]["id"], "domain-name--69228563-c8d2-54ae-aeca-5f4134cb59aa");
  const Json hash = Stix(SampleSighting({SampleEnrichment(Kind::kSha256, std::string(64, 'a'))}));
  EXPECT_EQ(OfType(hash, "file")[0]["id"], "file--75cb38d5-2055-5354-b75a-8299a2d670b5");
  EXPECT_EQ(OfType(hash, "file")[0]["hashes"]["SHA-256"], std::string(64, 'a'));
}

TEST(RenderStix, HasAnObjectForEveryTextKind) {
  const struct {
    Kind kind;
    const char* value;
    const char* type;
    const char* properties;
  } cases[] = {
      {Kind::kFileName, "Evil.exe", "file", R"({"name":"Evil.exe"})"},
      {Kind::kRegistryKey, "HKLM\\x", "windows-registry-key", R"({"key":"HKLM\\x"})"},
      {Kind::kMutex, "Global\\x", "mutex", R"({"name":"Global\\x"})"},
      {Kind::kNamedPipe, "\\\\.\\pipe\\x", "file", R"({"name":"\\\\.\\pipe\\x"})"},
      {Kind::kServiceName, "evil", "process",
       R"({"extensions":{"windows-service-ext":{"service_name":"evil"}}})"},
      {Kind::kCommandLine, "cmd /c x", "process", R"({"command_line":"cmd /c x"})"},
      {Kind::kUserAgent, "Evil/1", "software", R"({"name":"Evil/1"})"},
      {Kind::kEmailSubject, "Hi", "email-message", R"({"subject":"Hi","is_multipart":false})"},
      {Kind::kCertificateSerial, "0abc", "x509-certificate", R"({"serial_number":"0abc"})"},
      {Kind::kMacAddress, "00-11-22-AA-BB-CC", "mac-addr", R"({"value":"00:11:22:aa:bb:cc"})"},
      {Kind::kMacAddress, "00-11", "artifact", R"({"payload_bin":"MDAtMTE=","mime_type":"text/plain"})"},
      {Kind::kAsNumber, "AS64496", "autonomous-system", R"({"number":64496})"},
      {Kind::kTlsFingerprint, "abc", "artifact", R"({"payload_bin":"YWJj","mime_type":"text/plain"})"},
      {Kind::kText, "ab", "artifact", R"({"payload_bin":"YWI=","mime_type":"text/plain"})"},
  };
  for (const auto& c : cases) {
    Enrichment e = SampleEnrichment(c.kind, c.value);
    e.canonical = "in small letters";
    const Json bundle = Stix(SampleSighting({e}));
    Json object = bundle["objects"][0];
    EXPECT_EQ(object["type"], c.type);
    const std::string version = object["id"].get<std::string>().substr(std::string(c.type).size() + 16, 1);
    EXPECT_EQ(version, std::string(c.type) == "process" ? "4" : "5");
    for (const char* common : {"type", "spec_version", "id"}) object.erase(common);
    EXPECT_EQ(object, Json::parse(c.properties)) << c.type;
  }
}

TEST(RenderStix, TellsAPathAsAFileInADirectory) {
  const Json bundle = Stix(SampleSighting({SampleEnrichment(Kind::kFilePath, "C:\\tmp\\evil.exe")}));
  const Json directory = OfType(bundle, "directory").at(0);
  const Json file = OfType(bundle, "file").at(0);
  EXPECT_EQ(directory["path"], "C:\\tmp");
  EXPECT_EQ(file["name"], "evil.exe");
  EXPECT_EQ(file["parent_directory_ref"], directory["id"]);
  EXPECT_EQ(OfType(bundle, "observed-data").at(0)["object_refs"].size(), 2U);
}

TEST(RenderMisp, WritesAConjunctionAsMispDoes) {
  Enrichment e = SampleEnrichment(Kind::kFileName, "evil.exe");
  e.conditions = {{Kind::kMd5, std::string(32, 'a')}};
  const Json object = Json::parse(RenderMisp(SampleSighting({e})));
  EXPECT_EQ(object["value"], "evil.exe|" + std::string(32, 'a'));
}

TEST(RenderStix, IsTheSameEveryTime) {
  EXPECT_EQ(RenderStix(OfManyKinds()), RenderStix(OfManyKinds()));
  Sighting other = OfManyKinds();
  other.id = SightingId(KafkaOrigin{"logs", 3, 43}, other.original);
  EXPECT_NE(Stix(other)["id"], Stix(OfManyKinds())["id"]);
  EXPECT_NE(OfType(Stix(other), "sighting")[0]["id"], OfType(Stix(OfManyKinds()), "sighting")[0]["id"]);
}

TEST(RenderMisp, WritesOneObjectForEachHit) {
  std::istringstream lines(RenderSighting(OfManyKinds(), OutputFormat::kMisp));
  std::set<std::string> uuids;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const Json object = Json::parse(line);
    EXPECT_TRUE(uuids.insert(object["uuid"]).second) << line << ": the uuid is there twice";
    EXPECT_EQ(object["type"], "0");
    EXPECT_EQ(object["source"], "polder");
    EXPECT_EQ(object["date_sighting"], kEventTime / kSecondUs);
    EXPECT_TRUE(
        object["attribute_uuid"].get<std::string>().starts_with("6f1d2c3b-0000-4000-8000-00000000000"));
  }
  EXPECT_EQ(count, 11U);
}

std::string Text(const Sighting& sighting) { return RenderSighting(sighting, OutputFormat::kText); }

TEST(RenderText, WritesALineForEachHit) {
  EXPECT_EQ(
      Text(SampleSighting({SampleEnrichment(Kind::kDomain, "evil.example")})),
      "2024-05-06T13:00:00Z  domain  evil.example  in dns.answers.0.rdata of logs/3@42  from feeds/a.json"
      "  TLP:AMBER+STRICT  \"C2\"");
}

TEST(RenderText, ShowsWhatMetTheIndicatorWhereItIsAnotherValue) {
  Enrichment e = SampleEnrichment(Kind::kDomain, "evil.example");
  e.match_type = MatchType::kSubdomain;
  e.atomic = "WWW.evil.example";
  e.canonical = "www.evil.example";
  Sighting sighting = SampleSighting({e});
  sighting.origin = FileOrigin{"dns.log", 100, 3};
  sighting.hits_dropped = 4;
  const std::string text = Text(sighting);
  EXPECT_NE(text.find("evil.example (subdomain WWW.evil.example)  in"), std::string::npos) << text;
  EXPECT_NE(text.find("of dns.log:3  from"), std::string::npos) << text;
  EXPECT_NE(text.find("\n2024-05-06T13:00:00Z  and 4 more hits in the same event"), std::string::npos)
      << text;
}

TEST(RenderText, LetsNoControlCharacterReachTheTerminal) {
  std::string hostile =
      "\x1B[2J\a\b\r\n\t\x7F \xC2\x9B"
      "31m \x9B"
      "0m \xE2\x82\xAC";
  hostile += '\0';
  Enrichment e = SampleEnrichment(Kind::kUrl, "http://evil.example/");
  e.match_type = MatchType::kUrl;
  e.canonical = "x";
  e.atomic = e.field = e.name = e.source = e.indicator_value = hostile;
  Sighting sighting = SampleSighting({e});
  for (const Origin& origin : {Origin(KafkaOrigin{hostile, 1, 2}), Origin(FileOrigin{hostile, 1, 2})}) {
    sighting.origin = origin;
    const std::string text = Text(sighting);
    for (const char c : text)
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << static_cast<int>(c);
    EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos);
    EXPECT_NE(text.find("\xE2\x82\xAC"), std::string::npos);
    EXPECT_NO_THROW(Json(text).dump()) << "not UTF-8";
  }
}

TEST(OutputFormatFromName, KnowsTheFourNames) {
  EXPECT_EQ(OutputFormatFromName("ecs"), OutputFormat::kEcs);
  EXPECT_EQ(OutputFormatFromName("stix"), OutputFormat::kStix);
  EXPECT_EQ(OutputFormatFromName("misp"), OutputFormat::kMisp);
  EXPECT_EQ(OutputFormatFromName("text"), OutputFormat::kText);
  EXPECT_EQ(OutputFormatFromName("ECS"), std::nullopt);
}

}  // namespace
}  // namespace polder
