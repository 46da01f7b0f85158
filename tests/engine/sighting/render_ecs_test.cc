#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/sighting/render.h"
#include "tests/engine/sighting/sample_sighting.h"

namespace polder {
namespace {

using Json = nlohmann::json;

Json Ecs(const Sighting& sighting) { return Json::parse(RenderSighting(sighting, OutputFormat::kEcs)); }

TEST(RenderEcs, WritesEveryFieldOfTheContractAndNoOther) {
  const Sighting sighting = SampleSighting({SampleEnrichment(Kind::kDomain, "evil.example")});
  EXPECT_EQ(Ecs(sighting), Json::parse(R"({
    "@timestamp": "2024-05-06T13:00:00Z",
    "ecs": {"version": "8.11.0"},
    "event": {"id": ")" + sighting.id + R"(", "kind": "alert", "category": ["threat"], "type": ["indicator"],
              "module": "polder", "dataset": "polder.sighting", "created": "2024-05-06T13:00:01.500000Z",
              "original": "{\"dns\":{\"answers\":[{\"rdata\":\"evil.example\"}]}}"},
    "threat": {"enrichments": [{
      "indicator": {"type": "domain-name", "name": "evil.example", "provider": "CERT Example", "confidence": "High",
                    "first_seen": "2024-05-05T13:00:00Z", "last_seen": "2024-05-06T01:00:00Z",
                    "marking": {"tlp": "AMBER+STRICT", "tlp_version": "2.0"},
                    "reference": "https://cert.example/1", "description": "C2: of a botnet"},
      "matched": {"atomic": "evil.example", "field": "dns.answers.0.rdata",
                  "id": "indicator--6f1d2c3b-0000-4000-8000-000000000001", "index": "feeds/a.json",
                  "type": "exact", "occurred": "2024-05-06T13:00:01.500000Z"}}]},
    "related": {"hosts": ["evil.example"]},
    "polder": {"kafka": {"topic": "logs", "partition": 3, "offset": 42},
               "snapshot": {"generation": 7, "digest": "0123456789abcdef0123456789abcdef"}, "format": "json"}
  })"));
}

TEST(RenderEcs, IsOneLine) {
  Sighting sighting = SampleSighting({SampleEnrichment(Kind::kDomain, "evil.example")});
  sighting.original = "two\nlines\r\n\0 and NUL";
  EXPECT_EQ(RenderEcs(sighting).find_first_of("\r\n"), std::string::npos);
}

TEST(RenderEcs, NamesTheFileAndTheByteWhereAnEventWasRead) {
  Sighting sighting = SampleSighting({SampleEnrichment(Kind::kDomain, "evil.example")});
  sighting.origin = FileOrigin{"/var/log/dns.log", 4096, 17};
  const Json document = Ecs(sighting);
  EXPECT_EQ(document["log"], Json::parse(R"({"file":{"path":"/var/log/dns.log"},"offset":4096})"));
  EXPECT_FALSE(document["polder"].contains("kafka"));
}

TEST(RenderEcs, LeavesOutWhatIsNotKnown) {
  Enrichment e = SampleEnrichment(Kind::kDomain, "evil.example");
  e.provider = e.name = e.description = e.reference = "";
  e.valid_from = e.modified = kBeginningOfTime;
  e.tlp = Tlp::kUnmarked;
  e.confidence = -1;
  EXPECT_EQ(Ecs(SampleSighting({e}))["threat"]["enrichments"][0]["indicator"], Json::parse(R"({
    "type":"domain-name","name":"evil.example","provider":"feeds/a.json","confidence":"Not Specified"})"));
}

TEST(RenderEcs, NamesTheConfidenceByTheScaleOfStix) {
  for (const auto& [confidence, name] : std::vector<std::pair<int, std::string>>{{-1, "Not Specified"},
                                                                                 {0, "None"},
                                                                                 {1, "Low"},
                                                                                 {29, "Low"},
                                                                                 {30, "Medium"},
                                                                                 {69, "Medium"},
                                                                                 {70, "High"},
                                                                                 {100, "High"}}) {
    Enrichment e = SampleEnrichment(Kind::kDomain, "evil.example");
    e.confidence = confidence;
    EXPECT_EQ(Ecs(SampleSighting({e}))["threat"]["enrichments"][0]["indicator"]["confidence"], name)
        << confidence;
  }
}

TEST(RenderEcs, NamesTheTypeOfEveryKind) {
  for (const auto& [kind, value, type] : std::vector<std::tuple<Kind, std::string, std::string>>{
           {Kind::kIp, "192.0.2.1", "ipv4-addr"},
           {Kind::kIp, "2001:db8::1", "ipv6-addr"},
           {Kind::kNetwork, "192.0.2.0/24", "ipv4-addr"},
           {Kind::kNetwork, "2001:db8::/32", "ipv6-addr"},
           {Kind::kDomain, "evil.example", "domain-name"},
           {Kind::kUrl, "http://evil.example/", "url"},
           {Kind::kEmail, "eve@evil.example", "email-addr"},
           {Kind::kMd5, std::string(32, 'a'), "file"},
           {Kind::kSha512, std::string(128, 'a'), "file"},
           {Kind::kFileName, "evil.exe", "file"},
           {Kind::kRegistryKey, "hklm\\x", "windows-registry-key"},
           {Kind::kMutex, "global\\x", "mutex"},
           {Kind::kCommandLine, "cmd /c x", "process"},
           {Kind::kUserAgent, "evil/1", "software"},
           {Kind::kCertificateSerial, "0abc", "x509-certificate"},
           {Kind::kMacAddress, "00:11:22:33:44:55", "mac-addr"},
           {Kind::kAsNumber, "as64496", "autonomous-system"},
           {Kind::kEmailSubject, "your invoice", "artifact"},
           {Kind::kText, "text", "artifact"}}) {
    const Json document = Ecs(SampleSighting({SampleEnrichment(kind, value)}));
    EXPECT_EQ(document["threat"]["enrichments"][0]["indicator"]["type"], type) << value;
  }
}

TEST(RenderEcs, RelatesAddressesHostsAndHashesOnceEach) {
  Enrichment network = SampleEnrichment(Kind::kNetwork, "192.0.2.0/24");
  network.observable_kind = Kind::kIp;
  network.canonical = "192.0.2.9";
  const Json document = Ecs(SampleSighting({network, SampleEnrichment(Kind::kIp, "192.0.2.9"),
                                            SampleEnrichment(Kind::kUrl, "http://evil.example/x"),
                                            SampleEnrichment(Kind::kUrl, "http://192.0.2.7/x"),
                                            SampleEnrichment(Kind::kDomain, "evil.example"),
                                            SampleEnrichment(Kind::kEmail, "eve@mail.example"),
                                            SampleEnrichment(Kind::kMd5, std::string(32, 'a'))}));
  EXPECT_EQ(document["related"], Json::parse(R"({"ip":["192.0.2.9","192.0.2.7"],
    "hosts":["evil.example","mail.example"],"hash":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]})"));
}

TEST(RenderEcs, MarksTextsConjunctionsAndWhatIsKnownToBeBenign) {
  Enrichment name = SampleEnrichment(Kind::kFileName, "evil.exe");
  name.labels = "loader, c2";
  name.pap = Pap::kAmber;
  name.conditions = {{Kind::kPort, "443"}};
  Enrichment domain = SampleEnrichment(Kind::kDomain, "evil.example");
  domain.labels = "c2, phishing";
  domain.known_as = "List of a, List of b";
  const Json document = Ecs(SampleSighting({name, domain}));
  EXPECT_EQ(document["tags"], Json::parse(R"(["loader","c2","phishing"])"));
  EXPECT_EQ(document["polder"]["known_as"], Json::parse(R"(["List of a","List of b"])"));
  EXPECT_EQ(document["related"], Json::parse(R"({"hosts":["evil.example"]})"));
  const Json& enrichments = document["threat"]["enrichments"];
  EXPECT_EQ(enrichments[0]["indicator"]["marking"]["pap"], "AMBER");
  EXPECT_EQ(enrichments[0]["polder"],
            Json::parse(R"({"kind":"file_name","conditions":[{"kind":"port","value":"443"}]})"));
  EXPECT_EQ(enrichments[1]["polder"], Json::parse(R"({"known_as":["List of a","List of b"]})"));
}

TEST(RenderEcs, ReplacesBytesThatAreNotUtf8) {
  Enrichment e = SampleEnrichment(Kind::kDomain, "evil.example");
  e.field =
      "a\xFF"
      "b";
  Sighting sighting = SampleSighting({e});
  sighting.original = "caf\xE9 \xE2\x82";
  const Json document = Ecs(sighting);
  EXPECT_EQ(document["event"]["original"], "caf\xEF\xBF\xBD \xEF\xBF\xBD");
  EXPECT_EQ(document["threat"]["enrichments"][0]["matched"]["field"],
            "a\xEF\xBF\xBD"
            "b");
}

TEST(RenderEcs, TellsWhatWasCutAndDropped) {
  Sighting sighting = SampleSighting({SampleEnrichment(Kind::kDomain, "evil.example")});
  sighting.original_bytes = 1'000'000;
  sighting.hits_dropped = 12;
  const Json document = Ecs(sighting);
  EXPECT_EQ(document["polder"]["original_bytes"], 1'000'000);
  EXPECT_EQ(document["polder"]["hits_dropped"], 12);
}

}  // namespace
}  // namespace polder
