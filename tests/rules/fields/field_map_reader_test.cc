#include "rules/fields/field_map_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kWhole = R"(
name: door
recognise:
  - {format: json, all: [badge, kind: Event], any: [door_id]}
  - {format: [cef, leef]}
log_source: {product: doors, category: {field: building}, service: {field: [door, door_id], else: unknown}}
time: [at, date + time + tz]
urls:
  - {host: http.host, path: http.path, port: http.port, query: http.query, scheme: http.scheme}
extends: ecs
fields:
  from: {stix: "network-traffic:src_ref.value", ecs: source.ip}
  digests: {stix: "file:hashes", packed: pairs}
  list.0.agent: {kind: user_agent}
  mail:
    stix: ["email-message:to_refs[0].value", "Email-Addr:value"]
fields_under:
  - prefixes: ["", event.data]
    fields: {hash: {stix: "file:hashes.'SHA256'"}}
)";

TEST(FieldMapReader, ReadsAllThatAMapCanSay) {
  const absl::StatusOr<FieldMap> read = ReadFieldMap(kWhole, "door.yaml");
  ASSERT_TRUE(read.ok()) << std::string(read.status().message());
  const FieldMap& map = *read;
  EXPECT_EQ(map.name, "door");
  EXPECT_THAT(map.recognition.formats, ElementsAre(Format::kJson));
  ASSERT_EQ(map.recognition.all.size(), 2U);
  EXPECT_EQ(map.recognition.all[0].path, "badge");
  EXPECT_EQ(map.recognition.all[0].value, std::nullopt);
  EXPECT_EQ(map.recognition.all[1].path, "kind");
  EXPECT_EQ(map.recognition.all[1].value, "Event");
  ASSERT_EQ(map.recognition.any.size(), 1U);
  ASSERT_EQ(map.alternatives.size(), 1U);
  EXPECT_THAT(map.alternatives[0].formats, ElementsAre(Format::kCef, Format::kLeef));
  EXPECT_EQ(map.product.fixed, "doors");
  EXPECT_THAT(map.category.fields, ElementsAre("building"));
  EXPECT_THAT(map.service.fields, ElementsAre("door", "door_id"));
  EXPECT_EQ(map.service.fixed, "unknown");
  EXPECT_THAT(map.time, ElementsAre("at", "date + time + tz"));
  ASSERT_EQ(map.urls.size(), 1U);
  EXPECT_EQ(map.urls[0].scheme, "http.scheme");
  EXPECT_THAT(map.extends, ElementsAre("ecs"));
  EXPECT_EQ(map.fields.size(), 6U);
  EXPECT_THAT(map.Find("from")->stix, ElementsAre("network-traffic:src_ref.value"));
  EXPECT_EQ(map.Find("from")->ecs, "source.ip");
  EXPECT_EQ(map.Find("digests")->packing, FieldMeaning::Packing::kPairs);
  EXPECT_EQ(map.Find("list.*.agent")->kind, Kind::kUserAgent);
  EXPECT_THAT(map.Find("mail")->stix, ElementsAre("email-message:to_refs[*].value", "email-addr:value"));
  EXPECT_THAT(map.Find("hash")->stix, ElementsAre("file:hashes.sha-256"));
  EXPECT_THAT(map.Find("event.data.hash")->stix, ElementsAre("file:hashes.sha-256"));
}

TEST(FieldMapReader, SaysWhereAndWhatIsWrongAndWhatIsMeant) {
  const struct {
    std::string_view yaml;
    std::string_view problem;
  } cases[] = {
      {"", "m:1:1: the file is empty; a field map has a name, recognise and fields"},
      {"- a", "m:1:1: the file is a map with the keys name, recognise, fields, ..., found a list"},
      {"name: [", "m:1:1: not YAML: end of sequence flow not found"},
      {"name: a\nrecognise: {all: [b]}\n---\nname: c", "a second document begins here"},
      {"name: a",
       "m:1:1: missing key 'recognise'; add for example: recognise: {format: json, all: [event_type]}"},
      {"recognise: {all: [b]}", "missing key 'name'; add for example: name: suricata"},
      {"name: a\nrecognize: {all: [b]}", "m:2:12: unknown key 'recognize'; did you mean 'recognise'?"},
      {"name: a\nname: b\nrecognise: {all: [b]}", "m:2:1: 'name' is already in line 1; keep one of the two"},
      {"name: Door\nrecognise: {all: [b]}",
       "m:1:7: 'name' is a name of small letters, digits, _ and -, such as suricata, found 'Door'"},
      {"name: json\nrecognise: {all: [b]}", "'json' is how events without a map are called"},
      {"name: a\nrecognise: {}", "'recognise' would recognise every event; name fields under all or any"},
      {"name: a\nrecognise: {format: json}", "'recognise' would recognise every event"},
      {"name: a\nrecognise: {format: jsn}", "m:2:21: unknown format 'jsn'; did you mean 'json'?"},
      {"name: a\nrecognise: {format: xml}",
       "unknown format 'xml'; known are json, syslog, cef, leef, zeek, access, keyvalue"},
      {"name: a\nrecognise: {all: [[b]]}", "'recognise.all[0]' is a list of fields"},
      {"name: a\nrecognise: {all: [b]}\nurls: [{host: h}]", "m:3:8: 'urls[0]' has no path"},
      {"name: a\nrecognise: {all: [b]}\nurls: [{path: h}]", "'urls[0]' has no host"},
      {"name: a\nrecognise: {all: [b]}\nlog_source: {field: x}", "unknown key 'field'"},
      {"name: a\nrecognise: {all: [b]}\ntime:", "m:3:1: 'time' is a field such as"},
      {"name: a\nrecognise: {all: [b]}\nfields: {x: {}}",
       "'fields.x' means nothing; give it stix, ecs or kind"},
      {"name: a\nrecognise: {all: [b]}\nfields:\n  x: {sitx: \"a:b\"}",
       "m:4:13: unknown key 'sitx'; did you mean 'stix'?"},
      {"name: a\nrecognise: {all: [b]}\nfields: {x: {stix: value}}",
       "'fields.x.stix' is an object path such as \"network-traffic:src_ref.value\", found 'value'"},
      {"name: a\nrecognise: {all: [b]}\nfields: {x: {kind: useragent}}",
       "'fields.x.kind' is 'useragent', which is no text kind; did you mean 'user_agent'?"},
      {"name: a\nrecognise: {all: [b]}\nfields: {x: {kind: ip}}",
       "which is no text kind; known are file_path,"},
      {"name: a\nrecognise: {all: [b]}\nfields: {x: {kind: text}}", "which is no text kind"},
      {"name: a\nrecognise: {all: [b]}\nfields: {x: {stix: \"a:b\", packed: json}}",
       "is pairs, the one packing"},
      {"name: a\nrecognise: {all: [b]}\nfields: {x.0: {ecs: a.b}, x: {ecs: a.b}}",
       "the field 'x' has a meaning already"},
      {"name: a\nrecognise: {all: [b]}\nfields_under: [{fields: {x: {ecs: a.b}}}]",
       "'fields_under[0]' has no prefixes"},
      {"name: a\nrecognise: {all: [b]}\nfields_under: [{prefixes: [p]}]", "'fields_under[0]' has no fields"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<FieldMap> read = ReadFieldMap(c.yaml, "m");
    ASSERT_FALSE(read.ok()) << c.yaml;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(std::string(c.problem))) << c.yaml;
  }
}

TEST(FieldMapReader, ListsAllProblemsInTheOrderOfTheText) {
  const absl::StatusOr<FieldMap> read =
      ReadFieldMap("name: A\nrecognise: {alll: [b]}\nfields: {x: {kind: ip}}\nother: 1\n", "m");
  ASSERT_FALSE(read.ok());
  const std::string text(read.status().message());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_LT(text.find("m:1:"), text.find("m:2:"));
  EXPECT_LT(text.find("m:2:"), text.find("m:3:"));
  EXPECT_LT(text.find("m:3:"), text.find("m:4:"));
}

TEST(FieldMapReader, RefusesWhatIsTooMuch) {
  EXPECT_FALSE(ReadFieldMap(std::string(kLargestFieldMapBytes + 1, ' '), "m").ok());
  EXPECT_FALSE(ReadFieldMap(std::string(100'000, '['), "m").ok());
  EXPECT_FALSE(ReadFieldMap(std::string("name: \0", 7), "m").ok());
  std::string many = "name: a\nrecognise: {all: [b]}\nfields_under:\n  - prefixes: [";
  for (int i = 0; i < 300; ++i) many += "p" + std::to_string(i) + ",";
  many += "]\n    fields:\n";
  for (int i = 0; i < 300; ++i) many += "      f" + std::to_string(i) + ": {ecs: a.b}\n";
  const absl::StatusOr<FieldMap> read = ReadFieldMap(many, "m");
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("a map has at most 20000 fields"));
}

}  // namespace
}  // namespace polder
