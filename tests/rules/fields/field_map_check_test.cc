#include "rules/fields/field_map_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/fields/field_map_reader.h"
#include "rules/fields/object_paths.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<FieldMap> Bare() {
  std::vector<FieldMap> maps;
  for (const auto& [name, yaml] : ShippedFieldMapTexts()) maps.push_back(*ReadFieldMap(yaml, name));
  return maps;
}

std::string Check(std::string_view yaml, const std::vector<FieldMap>& before = {},
                  const std::vector<FieldMap>& after = {}) {
  return ProblemsAsText("m", CheckFieldMap(yaml, before, after));
}

TEST(FieldMapCheck, FindsNothingInTheShippedMaps) {
  const std::vector<FieldMap> all = Bare();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [name, yaml] = ShippedFieldMapTexts()[i];
    const auto at = all.begin() + static_cast<std::ptrdiff_t>(i);
    EXPECT_THAT(ProblemsAsText(name, CheckFieldMap(yaml, {all.begin(), at}, {at + 1, all.end()})), IsEmpty());
  }
}

TEST(FieldMapCheck, SaysWhatTheReaderSays) {
  EXPECT_THAT(Check("name: a"), HasSubstr("m:1:1: missing key 'recognise'"));
}

TEST(FieldMapCheck, FindsWhatCannotBeMeant) {
  const std::string head = "name: a\nrecognise: {all: [b]}\n";
  const struct {
    std::string_view yaml;
    std::string_view problem;
  } cases[] = {
      {"fields: {x: {stix: \"ipv4:value\"}}", "m:3:13: 'fields.x.stix': STIX has no object type 'ipv4'"},
      {"fields: {x: {stix: \"ipv4-adr:value\"}}", "no object type 'ipv4-adr'; did you mean 'ipv4-addr'?"},
      {"fields: {x: {stix: \"file:nam\"}}", "file has no property 'nam'; did you mean 'name'?"},
      {"fields: {x: {stix: \"network-traffic:src_ref\"}}", "ends in a reference; add the property meant"},
      {"fields: {x: {stix: \"network-traffic:src_ref.valeu\"}}", "src_ref has no property 'valeu'"},
      {"fields: {x: {ecs: Source.IP}}", "'fields.x.ecs' is 'Source.IP', which is no name of ECS"},
      {"fields: {x: {ecs: source}}", "which is no name of ECS"},
      {"time: [t]\nfields: {t: {stix: \"file:name\"}}",
       "m:3:8: 't' is a time, and has another meaning under fields"},
      {"time: [t, t]", "'t' is named twice as the time"},
      {"urls: [{host: h, path: h}]", "'urls[0]' takes two parts from 'h'"},
      {"urls: [{host: h, path: p}, {host: h, path: p, port: o}]",
       "'urls[1]' has the host and path of 'urls[0]'"},
      {"extends: [esc]", "there is no map 'esc' to extend; did you mean 'ecs'?"},
  };
  const std::vector<FieldMap> shipped = Bare();
  for (const auto& c : cases) {
    EXPECT_THAT(Check(head + std::string(c.yaml), {}, shipped), HasSubstr(std::string(c.problem))) << c.yaml;
  }
}

TEST(FieldMapCheck, LetsInWhatMayBeMeant) {
  constexpr std::string_view kMap = R"(
name: a
recognise: {all: [b]}
time: [t]
fields:
  t: {ecs: "@timestamp"}
  x: {stix: "x-door:badge"}
  y: {stix: ["process:parent_ref.image_ref.hashes.MD5", "file:extensions.'x-own'.any"]}
  m: {ecs: message}
  h: {stix: "file:hashes", packed: pairs}
)";
  EXPECT_THAT(Check(kMap), IsEmpty());
}

TEST(FieldMapCheck, FindsMapsThatTakeTheEventsOfOthers) {
  const auto map = [](std::string_view recognise) {
    return *ReadFieldMap("name: other\nrecognise: " + std::string(recognise), "other");
  };
  const struct {
    std::string_view wide, narrow;
    bool covers;
  } cases[] = {
      {"{all: [a]}", "{all: [a, b]}", true},
      {"{all: [a, b]}", "{all: [a]}", false},
      {"{any: [a, b]}", "{all: [a]}", true},
      {"{any: [a, b]}", "{any: [b]}", true},
      {"{any: [a]}", "{any: [a, b]}", false},
      {"{all: [a]}", "{all: [a: x]}", true},
      {"{all: [a: x]}", "{all: [a]}", false},
      {"{all: [a: x]}", "{all: [a: y]}", false},
      {"{all: [a]}", "{any: [a: x, a: y]}", true},
      {"{all: [a]}", "{format: json, all: [a]}", true},
      {"{format: json, all: [a]}", "{all: [a]}", false},
      {"{format: cef}", "{format: cef, all: [a]}", true},
      {"{format: cef}", "[{format: cef, all: [a]}, {all: [b]}]", false},
      {"[{all: [a]}, {all: [b]}]", "[{all: [b, c]}, {all: [a, c]}]", true},
  };
  for (const auto& c : cases) {
    const std::string narrow = "name: mine\nrecognise: " + std::string(c.narrow);
    const std::string wide = "name: mine\nrecognise: " + std::string(c.wide);
    const std::string never = Check(narrow, {map(c.wide)});
    const std::string takes = Check(wide, {}, {map(c.narrow)});
    EXPECT_EQ(never.find("'other' stands before this one") != std::string::npos, c.covers)
        << c.wide << c.narrow;
    EXPECT_EQ(takes.find("takes all events of the map 'other'") != std::string::npos, c.covers)
        << c.wide << c.narrow;
  }
  // One of the same name replaces the other.
  EXPECT_THAT(Check("name: other\nrecognise: {all: [a]}", {map("{all: [a]}")}), IsEmpty());
}

TEST(ObjectPaths, AreThoseOfTheSpecification) {
  for (const char* path :
       {"ipv4-addr:value", "network-traffic:src_ref.value", "email-message:to_refs[*].value",
        "windows-registry-key:values[*].data", "process:extensions.windows-service-ext.service_name",
        "process:creator_user_ref.account_login", "x509-certificate:x509_v3_extensions.basic_constraints",
        "network-traffic:encapsulates_refs[*].src_ref.value", "file:contains_refs[*].name",
        "x-anything:at.all"}) {
    EXPECT_EQ(ObjectPathProblem(path), "") << path;
  }
  for (const char* path : {"", "a", ":b", "a:", "ip:value", "file:names", "process:image_ref", "url:href",
                           "network-traffic:src_ref.name", "process:parent_ref.image_ref.value"}) {
    EXPECT_NE(ObjectPathProblem(path), "") << path;
  }
}

}  // namespace
}  // namespace polder
