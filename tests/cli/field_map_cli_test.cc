// Field maps of one's own: polder match --field-map, polder check MAP.yaml, input.field_maps.
#include <gmock/gmock.h>

#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FieldMapCliTest : public CliTest {
 protected:
  FieldMapCliTest() {
    map_ = folder_.Write("maps/shop.yaml", R"(name: shop
recognise: {format: json, all: [shop_event]}
log_source: {product: shop, service: {field: shop_event}}
time: [when]
urls: [{host: site, path: page}]
fields:
  buyer: {stix: "network-traffic:src_ref.value", ecs: source.ip}
  agent: {ecs: user_agent.original, kind: user_agent}
)");
    list_ = folder_.Write("list.txt", "203.0.113.77\nhttp://evil.example/gate\n");
  }

  const std::string event_ =
      R"({"shop_event":"order","buyer":"203.0.113.77","site":"evil.example","page":"/gate",)"
      R"("agent":"BadBot/1.0","note":"BadBot/1.0","when":"2020-02-03T04:05:06Z"})"
      "\n";
  std::string map_, list_;
};

TEST_F(FieldMapCliTest, AMapOfOnesOwnGivesTimeNamesUrlsAndMeaning) {
  for (const std::string& maps : {map_, folder_ / "maps"}) {
    const auto documents = JsonLines(RunPolder({"match", "-i", list_, "--field-map", maps}, event_).out);
    ASSERT_THAT(documents, SizeIs(1)) << maps;
    EXPECT_EQ(documents[0]["@timestamp"], "2020-02-03T04:05:06Z");
    EXPECT_EQ(documents[0]["polder"]["format"], "shop");
    EXPECT_EQ(documents[0]["polder"]["log_source"]["product"], "shop");
    EXPECT_EQ(documents[0]["polder"]["log_source"]["service"], "order");
    const auto found = documents[0]["threat"]["enrichments"];
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0]["polder"]["ecs_field"], "source.ip");
    EXPECT_EQ(found[1]["matched"]["field"], "page");
  }
  const auto without = JsonLines(RunPolder({"match", "-i", list_}, event_).out);
  ASSERT_THAT(without, SizeIs(1));
  EXPECT_THAT(without[0]["threat"]["enrichments"], SizeIs(1)) << "a URL that no map composes";
}

TEST_F(FieldMapCliTest, AMapThatNamesATextKindNarrowsItToItsFields) {
  const std::string agents = folder_.Write("agents.txt", "BadBot/1.0\n");
  const std::vector<std::string> match = {"match", "-i", agents, "--kind", "user_agent", "--output", "text"};
  EXPECT_THAT(Lines(RunPolder(match, event_).out), SizeIs(2));
  std::vector<std::string> with_map = match;
  with_map.insert(with_map.end(), {"--field-map", map_});
  const auto lines = Lines(RunPolder(with_map, event_).out);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr(" in agent of "));
}

TEST_F(FieldMapCliTest, StixPatternsReachTheFieldsOfTheMap) {
  const std::string bundle = folder_.Write("bundle.json", R"({
    "type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000", "objects": [
     {"type": "indicator", "spec_version": "2.1", "id": "indicator--00000000-0000-4000-8000-000000000001",
      "created": "2020-01-01T00:00:00Z", "modified": "2020-01-01T00:00:00Z", "pattern_type": "stix",
      "valid_from": "2010-01-01T00:00:00Z",
      "pattern": "[x-shop:item LIKE 'evil thing %' AND x-shop:amount > 5]"}]})");
  const std::string map =
      folder_.Write("items.yaml",
                    "name: items\nrecognise: {format: json, all: [item]}\n"
                    "fields: {item: {stix: \"x-shop:item\"}, amount: {stix: \"x-shop:amount\"}}\n");
  const std::string log =
      "{\"item\":\"evil thing 1\",\"amount\":6}\n{\"item\":\"evil thing 1\",\"amount\":5}\n";
  EXPECT_THAT(JsonLines(RunPolder({"match", "-i", bundle, "--field-map", map}, log).out), SizeIs(1));
}

TEST_F(FieldMapCliTest, CheckSaysWhatIsWrongAndWhere) {
  EXPECT_EQ(RunPolder({"check", map_}).out, map_ + ": field map is sound\n");
  const std::string wrong =
      folder_.Write("wrong.yaml",
                    "name: shop\nrecognise: {format: jsn}\n"
                    "fields:\n  a: {stxi: \"ipv4-addr:value\"}\n  b: {kind: useragent}\n");
  const Ran ran = RunPolder({"check", wrong});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.out, AllOf(HasSubstr(wrong + ":2:21: unknown format 'jsn'; did you mean 'json'?"),
                             HasSubstr(wrong + ":4:13: unknown key 'stxi'; did you mean 'stix'?"),
                             HasSubstr(wrong + ":5:13: ")));
  const std::string odd = folder_.Write("odd.yaml",
                                        "name: shop\nrecognise: {format: json, all: [a]}\ntime: [a, a]\n"
                                        "fields:\n  b: {stix: \"ipv4-adr:value\"}\n  c: {ecs: Source IP}\n");
  const Ran lint = RunPolder({"check", odd});
  EXPECT_EQ(lint.code, 1);
  EXPECT_THAT(lint.out, AllOf(HasSubstr(odd + ":3:11: 'a' is named twice as the time"),
                              HasSubstr("no object type 'ipv4-adr'; did you mean 'ipv4-addr'?"),
                              HasSubstr("'Source IP', which is no name of ECS")));
}

TEST_F(FieldMapCliTest, MatchRefusesAMapThatIsWrong) {
  const std::string wrong = folder_.Write("wrong.yaml", "name: shop\nrecogniz: {format: json}\n");
  for (const std::string& maps : {wrong, folder_ / "absent.yaml"}) {
    const Ran ran = RunPolder({"match", "-i", list_, "--field-map", maps}, event_);
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("error: " + maps));
  }
}

TEST_F(FieldMapCliTest, CheckReadsTheMapsOfAConfiguration) {
  const auto config = [&](const std::string& maps) {
    return folder_.Write(
        "polder.yaml", "kafka: {brokers: \"127.0.0.1:9092\"}\ninput: {topics: [logs], field_maps: [" + maps +
                           "]}\nindicators: [{path: " + list_ + "}]\ncache: cache\n");
  };
  const Ran sound = RunPolder({"check", config("maps")});
  EXPECT_EQ(sound.code, 0) << sound.out << sound.err;
  EXPECT_THAT(sound.out, HasSubstr("shop.yaml: field map is sound"));
  EXPECT_EQ(RunPolder({"check", config("absent")}).code, 2);
}

}  // namespace
}  // namespace polder
