#include "rules/read/misp_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/time.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

ReadContext Context(Tlp tlp = Tlp::kUnmarked, int confidence = -1, bool shadow = false) {
  ReadContext context;
  context.path = "event.json";
  context.source = "feed";
  context.tlp = tlp;
  context.confidence = confidence;
  context.shadow = shadow;
  return context;
}

std::string Uuid(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }
std::string Id(int number) { return "indicator--" + Uuid(number); }

// A domain for detection, with more members such as `,"deleted":true`.
std::string Attribute(int number, std::string_view more = "") {
  return fmt::format(R"({{"uuid":"{}","type":"domain","category":"Network activity","to_ids":true,)"
                     R"("timestamp":"1700000000","value":"n{}.example"{}}})",
                     Uuid(number), number, more);
}

std::string BareEvent(std::string_view attributes, std::string_view more = "") {
  return fmt::format(R"({{"uuid":"{}","info":"A campaign","Orgc":{{"name":"CERT Example"}},)"
                     R"("Attribute":[{}]{}}})",
                     Uuid(999), attributes, more);
}

std::string Event(std::string_view attributes, std::string_view more = "") {
  return fmt::format(R"({{"Event":{}}})", BareEvent(attributes, more));
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
  for (const Refusal& refusal : result.refusals) {
    messages.push_back(fmt::format("{} [{}]", refusal.Message(), refusal.category));
  }
  return messages;
}

Indicator One(const ReadResult& result) {
  EXPECT_THAT(result.indicators, SizeIs(1)) << ::testing::PrintToString(Messages(result));
  return result.indicators.empty() ? Indicator() : result.indicators[0];
}

JsonDocument Document(std::string_view json) {
  Refusal refusal;
  auto document = ParseJsonDocument(json, Context(), &refusal);
  EXPECT_TRUE(document.has_value()) << refusal.Message();
  return *std::move(document);
}

TEST(MispReader, ReadsEveryWrappingOfAnEvent) {
  const std::string event = Event(Attribute(1));
  for (const std::string& json :
       {event, BareEvent(Attribute(1)), "[" + event + "]", R"({"response":[)" + event + "]}",
        R"({"response":)" + event + "}", R"({"response":[)" + BareEvent(Attribute(1)) + "]}"}) {
    const ReadResult result = Read(json);
    EXPECT_EQ(result.format, "MISP event") << json;
    EXPECT_THAT(Values(result), ElementsAre("n1.example")) << json;
    EXPECT_EQ(result.read, 1U);
    EXPECT_THAT(Messages(result), IsEmpty());
    EXPECT_EQ(result.indicators[0].name, "A campaign") << json;
  }
}

TEST(MispReader, ReadsEveryWrappingOfAttributes) {
  const std::string one = Attribute(1);
  for (const std::string& json :
       {R"({"response":{"Attribute":[)" + one + "]}}", R"({"response":[{"Attribute":[)" + one + "]}]}",
        R"({"Attribute":[)" + one + "]}", "[" + one + "]", one, R"({"Attribute":)" + one + "}",
        R"({"response":{"Attribute":{"0":)" + one + "}}}",
        R"({"response":[{"Object":{"uuid":"x","Attribute":[)" + one + "]}}]}"}) {
    const ReadResult result = Read(json);
    EXPECT_THAT(Values(result), ElementsAre("n1.example")) << json;
    EXPECT_THAT(Messages(result), IsEmpty());
  }
}

TEST(MispReader, ReadsAnEmptyAnswer) {
  for (const std::string_view json : {R"({"response":[]})", R"({"response":{"Attribute":[]}})"}) {
    const ReadResult result = Read(json);
    EXPECT_FALSE(result.unreadable) << json;
    EXPECT_THAT(result.indicators, IsEmpty());
    EXPECT_THAT(result.refusals, IsEmpty());
  }
}

TEST(MispReader, LeavesOtherJsonWithAnEventOrAResponseToOthers) {
  for (const std::string_view json :
       {R"({"Event":{"System":{"EventID":1}}})", R"({"response":{"code":200}})", R"({"response":"ok"})",
        R"({"type":"bundle","objects":[]})", R"([])", R"([1])", R"({})", R"({"Attribute":["x"]})",
        R"({"name":"list","type":"hostname","list":["a.example"]})"}) {
    EXPECT_FALSE(IsMisp(Document(json))) << json;
  }
}

TEST(MispReader, TakesEveryFieldThatAHitCanTell) {
  const Indicator indicator = One(Read(
      Event(Attribute(
                1, R"(,"comment":"C2","first_seen":"2023-11-01T00:00:00.000000+00:00",)"
                   R"("last_seen":"2023-11-02T00:00:00+00:00","Tag":[{"name":"tlp:green"},{"name":"apt"}])") +
                "," + R"({"type":"link","to_ids":false,"value":"https://cert.example/report","uuid":")" +
                Uuid(2) + R"("})",
            R"(,"Tag":[{"name":"osint"},{"name":"apt"},{"name":"PAP:AMBER"}])"),
      Context(Tlp::kRed, 70, true)));
  EXPECT_EQ(indicator.id, Id(1));
  EXPECT_EQ(indicator.source, "feed");
  EXPECT_EQ(indicator.kind, Kind::kDomain);
  EXPECT_EQ(indicator.valid_from, ParseIsoTime("2023-11-01T00:00:00Z"));
  EXPECT_EQ(indicator.valid_until, kEndOfTime);
  EXPECT_EQ(indicator.modified, 1'700'000'000 * kSecondUs);
  EXPECT_EQ(indicator.tlp, Tlp::kGreen);
  EXPECT_EQ(indicator.pap, Pap::kAmber);
  EXPECT_EQ(indicator.confidence, 70);
  EXPECT_TRUE(indicator.shadow);
  EXPECT_FALSE(indicator.revoked);
  EXPECT_EQ(indicator.provider, "CERT Example");
  EXPECT_EQ(indicator.name, "A campaign");
  EXPECT_EQ(indicator.description, "C2");
  EXPECT_EQ(indicator.reference, "https://cert.example/report");
  EXPECT_EQ(indicator.labels, "Network activity, apt, osint");
}

TEST(MispReader, TakesTheStrictestMarkingOfEventObjectAndAttribute) {
  struct Case {
    std::string_view event;
    std::string_view object;
    std::string_view attribute;
    Tlp tlp;
    Pap pap;
  };
  const std::vector<Case> cases = {
      {"", "", "", Tlp::kAmber, Pap::kUnmarked},  // the context's
      {"tlp:clear", "", "", Tlp::kClear, Pap::kUnmarked},
      {"TLP:WHITE", "tlp:green", "", Tlp::kGreen, Pap::kUnmarked},
      {"tlp:red", "", "tlp:white", Tlp::kRed, Pap::kUnmarked},
      {"tlp:green", "", "tlp:amber+strict", Tlp::kAmberStrict, Pap::kUnmarked},
      {"tlp:amber", "tlp:ex:chr", "", Tlp::kRed, Pap::kUnmarked},
      {"tlp:unclear", "", "", Tlp::kRed, Pap::kUnmarked},
      {"TLP: Green", "", "", Tlp::kGreen, Pap::kUnmarked},
      {"tlp:\"amber\"", "", "", Tlp::kAmber, Pap::kUnmarked},
      {"PAP:RED", "tlp:green", "PAP:GREEN", Tlp::kGreen, Pap::kRed},
      {"PAP:WHITE", "", "", Tlp::kAmber, Pap::kClear},
      {"PAP:SOMETHING", "", "", Tlp::kAmber, Pap::kRed},
  };
  const auto tags = [](std::string_view tag) {
    std::string name(tag);
    for (std::size_t at = 0; (at = name.find('"', at)) != std::string::npos; at += 2)
      name.insert(at, 1, '\\');
    return tag.empty() ? std::string() : fmt::format(R"(,"Tag":[{{"name":"{}"}}])", name);
  };
  const ReadContext context = Context(Tlp::kAmber);
  for (const Case& c : cases) {
    const std::string object = fmt::format(R"({{"name":"file"{},"Attribute":[{}]}})", tags(c.object),
                                           Attribute(1, tags(c.attribute)));
    const Indicator indicator =
        One(Read(Event("", fmt::format(R"(,"Object":[{}]{})", object, tags(c.event))), context));
    EXPECT_EQ(indicator.tlp, c.tlp) << c.event << '/' << c.object << '/' << c.attribute;
    EXPECT_EQ(indicator.pap, c.pap) << c.event << '/' << c.object << '/' << c.attribute;
    EXPECT_EQ(indicator.labels, "Network activity");
  }
}

TEST(MispReader, ReadsTagsOfEveryShape) {
  for (const std::string_view tags : {R"("Tag":[{"name":"tlp:green"}])", R"("Tag":{"name":"tlp:green"})",
                                      R"("Tag":["tlp:green"])", R"("Tag":{"0":{"name":"tlp:green"}})",
                                      R"("AttributeTag":[{"tag_id":"3","Tag":{"name":"tlp:green"}}])",
                                      R"("EventTag":{"Tag":{"name":"tlp:green"}})"}) {
    EXPECT_EQ(One(Read(Event(Attribute(1, fmt::format(",{}", tags))))).tlp, Tlp::kGreen) << tags;
  }
  for (const std::string_view tags : {R"("Tag":null)", R"("Tag":[])", R"("Tag":[null,1,{}])", R"("Tag":7)"}) {
    EXPECT_EQ(One(Read(Event(Attribute(1, fmt::format(",{}", tags))))).tlp, Tlp::kUnmarked) << tags;
  }
}

TEST(MispReader, TakesEachAttributeOfAnObject) {
  const ReadResult result =
      Read(Event(Attribute(1), R"(,"Object":[{"uuid":"o","name":"x","Attribute":[)" + Attribute(2) + "," +
                                   Attribute(3) + R"(]},{"name":"empty"}])"));
  EXPECT_THAT(Values(result), ElementsAre("n1.example", "n2.example", "n3.example"));
  EXPECT_EQ(result.indicators[2].provider, "CERT Example");
}

TEST(MispReader, RevokesWhatIsDeletedAtAnyLevel) {
  const std::vector<std::string> documents = {
      Event(Attribute(1, R"(,"deleted":true)")),
      Event(Attribute(1, R"(,"deleted":"1")")),
      Event(Attribute(1, R"(,"deleted":1)")),
      Event(Attribute(1), R"(,"deleted":true)"),
      Event("", R"(,"Object":[{"deleted":true,"Attribute":[)" + Attribute(1) + "]}]"),
  };
  for (const std::string& json : documents) {
    const ReadResult result = Read(json);
    const Indicator indicator = One(result);
    EXPECT_TRUE(indicator.revoked) << json;
    EXPECT_EQ(indicator.id, Id(1));
    EXPECT_EQ(indicator.source, "feed");
    EXPECT_EQ(indicator.modified, 1'700'000'000 * kSecondUs);
    EXPECT_THAT(result.refusals, IsEmpty());
  }
  EXPECT_FALSE(One(Read(Event(Attribute(1, R"(,"deleted":false)")))).revoked);
  EXPECT_FALSE(One(Read(Event(Attribute(1, R"(,"deleted":"0")")))).revoked);
}

TEST(MispReader, CountsWhatIsNotForDetection) {
  for (const std::string_view off : {"false", "0", R"("0")", R"("false")"}) {
    const ReadResult result = Read(Event(fmt::format(
        "{{\"uuid\":\"{}\",\n\"type\":\"domain\",\"to_ids\":{},\"value\":\"a.example\"}}", Uuid(1), off)));
    EXPECT_THAT(result.indicators, IsEmpty());
    EXPECT_EQ(result.read, 1U);
    EXPECT_THAT(Messages(result),
                ElementsAre("event.json:1: to_ids is off: 'a.example' [not for detection]"));
  }
}

TEST(MispReader, TakesTheDefaultOfTheTypeWhereToIdsIsMissing) {
  const ReadResult result = Read(
      R"({"response":{"Attribute":[{"type":"md5","category":"x","value":"d41d8cd98f00b204e9800998ecf8427e"},)"
      R"({"type":"user-agent","value":"x"},{"type":"domain","to_ids":null,"value":"a.example"}]}})");
  EXPECT_THAT(Values(result), ElementsAre("d41d8cd98f00b204e9800998ecf8427e", "a.example"));
  EXPECT_THAT(Messages(result), ElementsAre("event.json:1: no to_ids, which is off for type user-agent "
                                            "unless it is said: 'x' [not for detection]"));
}

TEST(MispReader, RefusesWithLineValueAndReason) {
  const ReadResult result = Read(
      "{\"Event\":{\"info\":\"x\",\"Attribute\":[\n"
      "{\"type\":\"md5\",\"to_ids\":true,\"value\":\"abc\"},\n"
      "{\"type\":\"yara\",\"to_ids\":true,\"value\":\"rule x\",\"uuid\":\"" +
      Uuid(2) +
      "\"},\n"
      "{\"type\":\"new-type\",\"to_ids\":true,\"value\":\"http:\\/\\/a\"},\n"
      "{\"to_ids\":true,\"value\":\"C:\\\\x\"},\n"
      "{\"type\":\"domain\",\"deleted\":true,\"value\":\"gone.example\"},\n"
      "{\"type\":\"domain\",\"to_ids\":true,\"value\":null},\n"
      "7]}}");
  EXPECT_THAT(result.indicators, IsEmpty());
  EXPECT_THAT(
      Messages(result),
      ElementsAre("event.json:2: type md5: not the 32, 40, 64 or 128 hexadecimal digits of a hash: 'abc' "
                  "[invalid value]",
                  "event.json:3: type yara: a rule for another engine: 'rule x' [not matchable]",
                  "event.json:4: MISP has no attribute type 'new-type' that Polder knows: 'http://a' "
                  "[not matchable]",
                  "event.json:5: an attribute needs a type: 'C:\\x' [invalid object]",
                  "event.json:6: deleted, but without a uuid that would say what is: 'gone.example' "
                  "[invalid object]",
                  "event.json: type domain: it is empty [invalid value]",
                  "event.json: an attribute needs a type [invalid object]"));
}

TEST(MispReader, SaysWhereAnEventIsNoJson) {
  const ReadResult result = Read("{\"Event\":{\n\"info\":\"x\",\n\"Attribute\":[" + Attribute(1) + ",\n]}}");
  EXPECT_TRUE(result.unreadable);
  EXPECT_THAT(Messages(result), ElementsAre(HasSubstr("event.json:4: not valid JSON")));
}

TEST(MispReader, TakesDirtyFieldsForWhatTheyMean) {
  const ReadResult result = Read(
      R"({"Event":{"info":"x","Orgc":"nobody","Attribute":[)"
      R"({"type":"AS","to_ids":1,"value":64496,"uuid":"ABCDEF00-0000-4000-8000-00000000000A","timestamp":1700000000,)"
      R"("comment":null,"category":null,"first_seen":"soon"},)"
      R"({"type":"domain","to_ids":"1","value":"a.example","uuid":"no uuid","timestamp":"0"}]}})");
  ASSERT_THAT(Values(result), ElementsAre("as64496", "a.example"))
      << ::testing::PrintToString(Messages(result));
  EXPECT_EQ(result.indicators[0].id, "indicator--abcdef00-0000-4000-8000-00000000000a");
  EXPECT_EQ(result.indicators[0].modified, 1'700'000'000 * kSecondUs);
  EXPECT_EQ(result.indicators[0].valid_from, kBeginningOfTime);
  EXPECT_EQ(result.indicators[0].labels, "");
  EXPECT_EQ(result.indicators[1].id, "");
  EXPECT_EQ(result.indicators[1].modified, kBeginningOfTime);
}

TEST(MispReader, ReadsTheEventThatASearchReturnsWithEachAttribute) {
  const Indicator indicator = One(Read(
      R"({"response":{"Attribute":[)" +
      Attribute(1, R"(,"Event":{"id":"7","info":"Found","Orgc":{"name":"ORG"},"Tag":[{"name":"tlp:red"}]})") +
      "]}}"));
  EXPECT_EQ(indicator.name, "Found");
  EXPECT_EQ(indicator.provider, "ORG");
  EXPECT_EQ(indicator.tlp, Tlp::kRed);
}

TEST(MispReader, SaysThatAnEventIsListedWithoutItsAttributes) {
  const ReadResult result =
      Read(R"([{"uuid":")" + Uuid(1) + R"(","info":"x","Orgc":{"name":"o"},"attribute_count":"12"}])");
  EXPECT_THAT(Messages(result), ElementsAre(HasSubstr("listed without its 12 attributes")));
}

std::string Message(std::string_view action, std::string_view attribute) {
  return fmt::format(
      R"({{"Attribute":{},"Event":{{"id":"1","info":"Live","uuid":"{}"}},)"
      R"("AttributeTag":[{{"Tag":{{"name":"tlp:amber"}}}}],"Object":{{"id":null}},"action":"{}"}})",
      attribute, Uuid(999), action);
}

TEST(MispReader, TakesMessagesThatAddAndEdit) {
  for (const std::string_view action : {"add", "edit"}) {
    const ReadResult result = Read(Message(action, Attribute(1)));
    const Indicator indicator = One(result);
    EXPECT_EQ(result.format, "MISP attribute message");
    EXPECT_FALSE(indicator.revoked);
    EXPECT_EQ(indicator.id, Id(1));
    EXPECT_EQ(indicator.value, "n1.example");
    EXPECT_EQ(indicator.name, "Live");
    EXPECT_EQ(indicator.tlp, Tlp::kAmber);
  }
}

TEST(MispReader, WithdrawsByMessagesWhatIsNoLongerAnIndicator) {
  struct Case {
    std::string action;
    std::string more;
    std::size_t refusals;
  };
  // The last of a key counts.
  const std::vector<Case> cases = {
      {"delete", "", 0},
      {"soft-delete", "", 0},
      {"edit", R"(,"deleted":true)", 0},
      {"edit", R"(,"to_ids":false)", 0},
      {"add", R"(,"to_ids":"0")", 0},
      {"edit", R"(,"type":"comment")", 1},
      {"edit", R"(,"type":"a new one")", 1},
      {"edit", R"(,"value":"no name")", 1},
      {"", R"(,"to_ids":false)", 0},
  };
  for (const Case& c : cases) {
    const ReadResult result = Read(Message(c.action, Attribute(1, c.more)));
    const Indicator indicator = One(result);
    EXPECT_TRUE(indicator.revoked) << c.action << c.more;
    EXPECT_EQ(indicator.id, Id(1)) << c.action << c.more;
    EXPECT_EQ(indicator.modified, 1'700'000'000 * kSecondUs);
    EXPECT_THAT(result.refusals, SizeIs(c.refusals)) << c.action << c.more;
  }
}

TEST(MispReader, ReadsAManifestForWhoFetchesTheFeed) {
  const std::string json = R"({")" + Uuid(1) +
                           R"(":{"info":"a","timestamp":"1700000000","Orgc":{"name":"o"}},)" +
                           R"("ABCDEF00-0000-4000-8000-00000000000A":{"timestamp":1700000001},")" + Uuid(3) +
                           R"(":{"info":"no time"},"../../etc/passwd":{"timestamp":"1"}})";
  const JsonDocument document = Document(json);
  EXPECT_TRUE(IsMisp(document));
  const auto manifest = ReadMispManifest(document);
  ASSERT_TRUE(manifest.has_value());
  EXPECT_THAT(*manifest, ElementsAre(Pair(Uuid(1), 1'700'000'000), Pair(Uuid(3), 0),
                                     Pair("abcdef00-0000-4000-8000-00000000000a", 1'700'000'001)));
  const ReadResult result = Read(json);
  EXPECT_EQ(result.format, "MISP feed manifest");
  EXPECT_THAT(result.indicators, IsEmpty());
  EXPECT_THAT(result.refusals, IsEmpty());
  EXPECT_FALSE(result.unreadable);
}

TEST(MispReader, KnowsWhatIsNoManifest) {
  EXPECT_THAT(ReadMispManifest(Document("{}")), ::testing::Optional(IsEmpty()));
  EXPECT_THAT(ReadMispManifest(Document("[]")), ::testing::Optional(IsEmpty()));
  for (const std::string_view json :
       {R"({"a":{"timestamp":"1"}})", R"({"a":1})", R"([1])", R"("x")", R"({"Event":{"info":"x"}})"}) {
    EXPECT_FALSE(ReadMispManifest(Document(json)).has_value()) << json;
  }
}

TEST(MispReader, KnowsTheHashesOfAFeed) {
  const std::string line = "d41d8cd98f00b204e9800998ecf8427e," + Uuid(1);
  EXPECT_TRUE(IsMispHashesCsv(line));
  EXPECT_TRUE(IsMispHashesCsv(line + "\r\n" + line + "\n"));
  EXPECT_FALSE(IsMispHashesCsv(""));
  EXPECT_FALSE(IsMispHashesCsv("\n\n"));
  EXPECT_FALSE(IsMispHashesCsv("d41d8cd98f00b204e9800998ecf8427e"));
  EXPECT_FALSE(IsMispHashesCsv("d41d8cd98f00b204e9800998ecf8427e,evil.exe"));
  EXPECT_FALSE(IsMispHashesCsv(line + "\nevil.example\n"));
}

TEST(MispReader, KeepsBoundedTextsWithEachAttribute) {
  std::string tags = "{\"name\":\"tlp:red\"}";
  for (int i = 0; i < 1000; ++i) tags = fmt::format("{{\"name\":\"tag number {}\"}},{}", i, tags);
  std::string umlauts;
  while (umlauts.size() < 100'000) umlauts += "\u00fc";
  const Indicator indicator = One(
      Read(fmt::format(R"({{"Event":{{"info":"x{}","Orgc":{{"name":"{}"}},"Tag":[{}],"Attribute":[{}]}}}})",
                       umlauts, umlauts, tags, Attribute(1))));
  EXPECT_EQ(indicator.tlp, Tlp::kRed);
  EXPECT_THAT(indicator.labels, HasSubstr("tag number 999"));
  EXPECT_LT(indicator.labels.size(), 8192U);
  EXPECT_EQ(indicator.name.size(), 2047U);  // no half a letter at the end
  EXPECT_EQ(indicator.provider.size(), 2048U);
}

TEST(MispReader, SurvivesAnyDepthAndAnyType) {
  const std::string open(200'000, '[');
  const std::string close(200'000, ']');
  const std::string deep = open + close;
  for (const std::string& json :
       {fmt::format(R"({{"Event":{{"info":"x","Attribute":{}}}}})", deep),
        Event(Attribute(1, fmt::format(R"(,"Tag":{},"comment":{})", deep, deep))),
        Event("", fmt::format(R"(,"Object":{})", deep)), fmt::format(R"({{"response":[],"x":{}}})", deep)}) {
    const ReadResult result = Read(json);
    EXPECT_LE(result.read, 1U);
  }
  for (const std::string_view other :
       {"null", "1", "\"x\"", "[]", "{}", "[[]]", "[null]", "true", "-1e300"}) {
    for (const std::string_view key :
         {"Attribute", "Object", "Tag", "Orgc", "info", "uuid", "deleted", "action"}) {
      Read(fmt::format(R"({{"Event":{{"info":"x","{}":{}}},"{}":{}}})", key, other, key, other));
      Read(fmt::format(R"({{"response":[{{"Event":{{"info":"x"}},"{}":{}}},{}]}})", key, other, other));
    }
    for (const std::string_view key :
         {"type", "value", "to_ids", "uuid", "Tag", "Event", "timestamp", "comment"}) {
      Read(Event(Attribute(1, fmt::format(R"(,"{}":{})", key, other))));
      Read(Message("edit", Attribute(1, fmt::format(R"(,"{}":{})", key, other))));
    }
  }
}

}  // namespace
}  // namespace polder
