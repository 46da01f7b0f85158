#include "connectors/config/config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

// A world with two variables and two files.
SecretReader Secrets() {
  SecretReader secrets;
  secrets.environment = [](const std::string& name) -> std::optional<std::string> {
    static const std::map<std::string, std::string> variables{{"HOST", "broker.example"},
                                                              {"FOUR", "4"},
                                                              {"PASSWORD", "hunter2"},
                                                              {"SLY", "file:/run/password"},
                                                              {"EMPTY", ""}};
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  secrets.file = [](const std::string& path) -> absl::StatusOr<std::string> {
    if (path == "/run/password") return std::string("s3cret\n");
    if (path == "/run/windows") return std::string("two\n\r\n");
    return absl::NotFoundError(path + ": No such file or directory");
  };
  return secrets;
}

absl::StatusOr<RunConfig> Read(const std::string& text) {
  return ReadRunConfig(text, "polder.yaml", Secrets());
}

std::string Errors(const std::string& text) {
  const auto config = Read(text);
  return config.ok() ? "no error" : std::string(config.status().message());
}

constexpr std::string_view kKafka = "kafka: {brokers: b:9092}\n";
constexpr std::string_view kInput = "input: {topics: [logs]}\n";
constexpr std::string_view kIndicators = "indicators: [{path: i/}]\n";

// A configuration that is complete but for `more`, which begins in line 4.
std::string With(std::string_view more) { return fmt::format("{}{}{}{}", kKafka, kInput, kIndicators, more); }
// The same, with `kafka`, `input` or `indicators` given instead; it begins in line 1.
std::string Kafka(std::string_view text) { return fmt::format("kafka: {}\n{}{}", text, kInput, kIndicators); }
std::string Input(std::string_view text) { return fmt::format("input: {}\n{}{}", text, kKafka, kIndicators); }
std::string Indicators(std::string_view text) {
  return fmt::format("indicators: {}\n{}{}", text, kKafka, kInput);
}

TEST(ReadRunConfig, FillsInWhatIsNotSaid) {
  const auto config = Read(With(""));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->kafka.brokers, "b:9092");
  EXPECT_FALSE(config->kafka.embedded());
  EXPECT_EQ(config->kafka.group, "polder");
  EXPECT_THAT(config->kafka.properties, IsEmpty());
  EXPECT_THAT(config->input.topics, ElementsAre("logs"));
  EXPECT_EQ(config->input.format, Format::kAuto);
  EXPECT_EQ(config->output.topic, "sightings");
  EXPECT_EQ(config->output.format, OutputFormat::kEcs);
  EXPECT_EQ(config->output.dead_letter, std::nullopt);
  EXPECT_EQ(config->output.max_original_bytes, 65536u);
  ASSERT_EQ(config->indicators.size(), 1u);
  EXPECT_EQ(config->indicators[0].path, "i/");
  EXPECT_EQ(config->indicators[0].source, std::nullopt);
  EXPECT_EQ(config->indicators[0].tlp, std::nullopt);
  EXPECT_EQ(config->indicators[0].confidence, std::nullopt);
  EXPECT_TRUE(config->indicators[0].watch);
  EXPECT_TRUE(config->guard);
  EXPECT_GE(config->workers, 1u);
  EXPECT_LE(config->workers, 256u);
  EXPECT_EQ(config->batch.events, 10'000u);
  EXPECT_EQ(config->batch.wait.count(), 100);
  EXPECT_EQ(config->limits.in_flight_sightings, 100'000u);
  EXPECT_EQ(config->limits.drain.count(), 30);
  EXPECT_EQ(config->log_level, LogLevel::kInfo);
}

TEST(ReadRunConfig, TakesEveryKey) {
  const auto config = Read(R"(
kafka:
  brokers: embedded
  group: soc
  properties: {security.protocol: SASL_SSL, socket.keepalive.enable: true, empty: ""}
  consumer:
    fetch.min.bytes: 1024
  producer:
    linger.ms: 5
  exactly_once: false
input:
  topics: [logs, dns.logs]
  format: syslog
output: {topic: out, format: stix, dead_letter: dead, max_original_bytes: 0}
indicators:
  - path: a/
    source: community
    tlp: TLP:AMBER+STRICT
    confidence: 50
    watch: off
  - path: /b.txt
guard: off
workers: 2
batch: {events: 1, wait_ms: 60000}
limits: {in_flight_sightings: 7, drain_seconds: 0}
log_level: warn
)");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->kafka.embedded());
  EXPECT_EQ(config->kafka.group, "soc");
  EXPECT_THAT(config->kafka.properties, ElementsAre(Pair("empty", ""), Pair("security.protocol", "SASL_SSL"),
                                                    Pair("socket.keepalive.enable", "true")));
  EXPECT_THAT(config->kafka.consumer, ElementsAre(Pair("fetch.min.bytes", "1024")));
  EXPECT_THAT(config->kafka.producer, ElementsAre(Pair("linger.ms", "5")));
  EXPECT_THAT(config->input.topics, ElementsAre("logs", "dns.logs"));
  EXPECT_EQ(config->input.format, Format::kSyslog);
  EXPECT_EQ(config->output.topic, "out");
  EXPECT_EQ(config->output.format, OutputFormat::kStix);
  EXPECT_EQ(config->output.dead_letter, "dead");
  EXPECT_EQ(config->output.max_original_bytes, 0u);
  ASSERT_EQ(config->indicators.size(), 2u);
  EXPECT_EQ(config->indicators[0].source, "community");
  EXPECT_EQ(config->indicators[0].tlp, Tlp::kAmberStrict);
  EXPECT_EQ(config->indicators[0].confidence, 50);
  EXPECT_FALSE(config->indicators[0].watch);
  EXPECT_EQ(config->indicators[1].path, "/b.txt");
  EXPECT_FALSE(config->guard);
  EXPECT_EQ(config->workers, 2u);
  EXPECT_EQ(config->batch.events, 1u);
  EXPECT_EQ(config->batch.wait.count(), 60'000);
  EXPECT_EQ(config->limits.in_flight_sightings, 7u);
  EXPECT_EQ(config->limits.drain.count(), 0);
  EXPECT_EQ(config->log_level, LogLevel::kWarn);
}

TEST(ReadRunConfig, TakesAnOptionalSectionWithoutContent) {
  const auto config = Read(With("output:\nbatch:\nlimits:\n"));
  EXPECT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(Read(Kafka("{brokers: b, properties: , consumer: }")).ok());
}

TEST(ReadRunConfig, ExplainsEachMistakeWithItsPlace) {
  const struct {
    std::string text;
    std::string_view error;
  } kCases[] = {
      // Keys.
      {Input("\n  topcis: [logs]"), "polder.yaml:2:3: unknown key 'topcis'; did you mean 'topics'?"},
      {With("retention: 5"),
       "polder.yaml:4:1: unknown key 'retention'; known are kafka, input, output, indicators, guard, "
       "feed_guard, warninglists, cache, workers, batch, limits, log_level"},
      {With("output: {tpoic: a}"), "polder.yaml:4:10: unknown key 'tpoic'; did you mean 'topic'?"},
      {Indicators("\n  - path: a\n    tpl: red"), "polder.yaml:3:5: unknown key 'tpl'; did you mean 'tlp'?"},
      {With("guard: on\nguard: off"), "polder.yaml:5:1: 'guard' is already in line 4; keep one of the two"},
      {Kafka("\n  brokers: a\n  properties:\n    linger.ms: 1\n    linger.ms: 2"),
       "polder.yaml:5:5: 'kafka.properties.linger.ms' is already in line 4; keep one of the two"},
      {With("[a]: b"), "polder.yaml:4:1: expected a key, found a list"},
      // Missing.
      {Kafka("{group: g}"),
       "polder.yaml:1:8: missing key 'brokers' under 'kafka'; add for example: brokers: 127.0.0.1:9092"},
      {Kafka(""),
       "polder.yaml:1:1: missing key 'brokers' under 'kafka'; add for example: brokers: 127.0.0.1:9092"},
      {Input("{format: json}"),
       "polder.yaml:1:8: missing key 'topics' under 'input'; add for example: topics: [logs]"},
      {Indicators("[{source: x}]"),
       "polder.yaml:1:14: missing key 'path' under 'indicators[0]'; add for example: path: indicators/"},
      {fmt::format("{}{}", kKafka, kInput),
       "polder.yaml:1:1: missing key 'indicators' at the top level; add for example: indicators: [{path: "
       "indicators/}]"},
      // Types.
      {Kafka("b:9092"),
       "polder.yaml:1:8: 'kafka' is a map with the keys brokers, group, properties, consumer, producer, "
       "exactly_once, "
       "found 'b:9092'"},
      {Kafka("{brokers: [a, b]}"), "polder.yaml:1:18: 'kafka.brokers' is text, found a list"},
      {Kafka("{brokers: ''}"), "polder.yaml:1:18: 'kafka.brokers' is text that is not empty, found ''"},
      {Kafka("{brokers: a, properties: [x]}"),
       "polder.yaml:1:33: 'kafka.properties' is a map of librdkafka properties such as {linger.ms: 5}, found "
       "a list"},
      {Kafka("{brokers: a, producer: {linger.ms: [x]}}"),
       "polder.yaml:1:43: 'kafka.producer.linger.ms' is text or a number, as librdkafka takes it, found a "
       "list"},
      {Input("{topics: logs}"), "polder.yaml:1:17: 'input.topics' is a list such as [logs], found 'logs'"},
      {Input("{topics: []}"),
       "polder.yaml:1:17: 'input.topics' is a list such as [logs], found an empty one"},
      {Input("{topics: [{a: b}]}"), "polder.yaml:1:18: 'input.topics[0]' is a topic's name, found a map"},
      {Indicators("{path: a}"),
       "polder.yaml:1:13: 'indicators' is a list such as [{path: indicators/}], found a map"},
      {Indicators("[a/]"),
       "polder.yaml:1:14: 'indicators[0]' is a map with the keys path, taxii, misp, url, topic, source, tlp, "
       "confidence, shadow, watch, kind, column, collection, poll_seconds, operator_key, user, password, "
       "token, api_key, "
       "api_key_header, certificate, certificate_key, ca, found 'a/'"},
      {With("output:\n  dead_letter:\n"), "polder.yaml:5:3: 'output.dead_letter' is text, found nothing"},
      {With("guard: maybe"), "polder.yaml:4:8: 'guard' is on or off, found 'maybe'"},
      {With("workers: two"), "polder.yaml:4:10: 'workers' is a whole number from 1 to 256, found 'two'"},
      // Ranges and names.
      {With("workers: 0"), "polder.yaml:4:10: 'workers' is a whole number from 1 to 256, found '0'"},
      {With("workers: 2.5"), "polder.yaml:4:10: 'workers' is a whole number from 1 to 256, found '2.5'"},
      {With("workers: 99999999999999999999"),
       "polder.yaml:4:10: 'workers' is a whole number from 1 to 256, found '99999999999999999999'"},
      {With("batch: {events: 1000001}"),
       "polder.yaml:4:17: 'batch.events' is a whole number from 1 to 1000000, found '1000001'"},
      {With("batch: {wait_ms: 0}"),
       "polder.yaml:4:18: 'batch.wait_ms' is a whole number from 1 to 60000, found '0'"},
      {With("log_level: loud"),
       "polder.yaml:4:12: 'log_level' is one of debug, info, warn, error, found 'loud'"},
      {With("output: {format: xml}"),
       "polder.yaml:4:18: 'output.format' is one of ecs, stix, misp, text, found 'xml'"},
      {Input("{topics: [a], format: xml}"),
       "polder.yaml:1:30: 'input.format' is one of auto, json, syslog, cef, leef, zeek, access, keyvalue, "
       "text, "
       "found 'xml'"},
      {Indicators("[{path: a, tlp: blue}]"),
       "polder.yaml:1:29: 'indicators[0].tlp' is one of clear, green, amber, amber+strict, red, found "
       "'blue'"},
      {Indicators("[{path: a, confidence: 101}]"),
       "polder.yaml:1:36: 'indicators[0].confidence' is a whole number from 0 to 100, found '101'"},
      {Input("{topics: ['a b']}"),
       "polder.yaml:1:18: 'input.topics[0]' is a topic's name of up to 249 letters, digits, '.', '_' and "
       "'-', found "
       "'a b'"},
      {Input("{topics: ['^a.*']}"),
       "polder.yaml:1:18: 'input.topics[0]' is the name of one topic (patterns are not supported; list the "
       "topics), "
       "found '^a.*'"},
      // One against the other.
      {Input("{topics: [a, a]}"), "polder.yaml:1:21: topic 'a' is already in the list"},
      {With("output: {topic: logs}"),
       "polder.yaml:4:17: output.topic 'logs' is one of input.topics, so that Polder would read its own "
       "sightings; "
       "name another topic"},
      {With("output: {dead_letter: logs}"),
       "polder.yaml:4:23: output.dead_letter 'logs' is one of input.topics, so that Polder would read its "
       "own dead "
       "letters; name another topic"},
      {With("output: {dead_letter: sightings}"),
       "polder.yaml:4:23: output.dead_letter 'sightings' is output.topic too; name another topic"},
      {Kafka("{brokers: a, exactly_once: true}"),
       "polder.yaml:1:35: exactly_once is not yet supported; without it sightings are delivered at least "
       "once, with "
       "ids that stay the same"},
      // References.
      {Kafka("{brokers: '${NONE}:9092'}"),
       "polder.yaml:1:18: 'kafka.brokers' refers to the environment variable NONE, which is not set; set it "
       "before "
       "starting polder"},
      {Kafka("{brokers: '${HOST'}"),
       "polder.yaml:1:18: 'kafka.brokers' holds '${' without a variable's name and '}' behind it; write "
       "${NAME}, or "
       "$${ for the characters themselves"},
      {Kafka("{brokers: '${EMPTY}'}"),
       "polder.yaml:1:18: 'kafka.brokers' is text that is not empty, found something else in ${EMPTY}"},
      {With("workers: ${PASSWORD}"),
       "polder.yaml:4:10: 'workers' is a whole number from 1 to 256, found something else in ${PASSWORD}"},
      {Kafka("{brokers: file:/run/password}"),
       "polder.yaml:1:18: 'kafka.brokers' does not take file: values; only librdkafka properties do (under "
       "kafka.properties, kafka.consumer and kafka.producer), and the password, token and api_key of a "
       "feed"},
      {Kafka("{brokers: a, properties: {sasl.password: 'file:/run/none'}}"),
       "polder.yaml:1:49: 'kafka.properties.sasl.password' is to be read from a file: /run/none: No such "
       "file or "
       "directory"},
      // The text itself.
      {"- a\n",
       "polder.yaml:1:1: the configuration is a map with the keys kafka, input, output, indicators, guard, "
       "feed_guard, warninglists, cache, workers, batch, limits, log_level, found a list"},
      {With("---\nguard: on\n"),
       "polder.yaml:5:1: a second YAML document begins before here, expected one; remove the line '---'"},
  };
  for (const auto& a_case : kCases) EXPECT_EQ(Errors(a_case.text), a_case.error) << a_case.text;
}

TEST(ReadRunConfig, EndsWithATextThatHoldsDocumentsWithoutEnd) {
  EXPECT_THAT(Errors(", {"), ::testing::HasSubstr("polder.yaml:1:"));
}

TEST(ReadRunConfig, TakesFeedsOfEveryOrigin) {
  const auto config =
      Read(With("feed_guard: {most_change_percent: 80, at_least: 5}\n"
                "warninglists: [benign/, one.json]\n"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->feed_guard.on);
  EXPECT_DOUBLE_EQ(config->feed_guard.most_change, 0.8);
  EXPECT_EQ(config->feed_guard.at_least, 5u);
  EXPECT_THAT(config->warninglists, ElementsAre("benign/", "one.json"));

  const auto feeds = Read(Indicators(R"(
  - path: list.csv
    kind: domain
    column: host
    shadow: on
  - taxii: https://taxii.example/api/
    collection: Indicators
    poll_seconds: 60
    user: me
    password: ${PASSWORD}
    certificate: c.pem
    certificate_key: k.pem
    ca: a.pem
  - misp: http://127.0.0.1/feed/
    token: file:/run/password
    source: partner
    tlp: green
    confidence: 20
  - url: https://lists.example/${FOUR}.txt
    api_key: literal
    api_key_header: Authorization
  - topic: indicators)"));
  ASSERT_TRUE(feeds.ok()) << feeds.status();
  ASSERT_EQ(feeds->indicators.size(), 5u);
  const IndicatorConfig& file = feeds->indicators[0];
  EXPECT_EQ(file.path, "list.csv");
  EXPECT_EQ(file.kind, Kind::kDomain);
  EXPECT_EQ(file.column, "host");
  EXPECT_TRUE(file.shadow);
  EXPECT_EQ(file.poll, std::nullopt);
  const IndicatorConfig& taxii = feeds->indicators[1];
  EXPECT_EQ(taxii.taxii, "https://taxii.example/api/");
  EXPECT_EQ(taxii.collection, "Indicators");
  EXPECT_EQ(taxii.poll, std::chrono::seconds(60));
  EXPECT_EQ(taxii.access.user, "me");
  EXPECT_EQ(taxii.access.password, "hunter2");
  EXPECT_EQ(taxii.access.certificate, "c.pem");
  EXPECT_EQ(taxii.access.certificate_key, "k.pem");
  EXPECT_EQ(taxii.access.ca, "a.pem");
  const IndicatorConfig& misp = feeds->indicators[2];
  EXPECT_EQ(misp.misp, "http://127.0.0.1/feed/");
  EXPECT_EQ(misp.access.token, "s3cret");
  EXPECT_EQ(misp.source, "partner");
  EXPECT_FALSE(misp.shadow);
  const IndicatorConfig& url = feeds->indicators[3];
  EXPECT_EQ(url.url, "https://lists.example/4.txt");
  EXPECT_EQ(url.access.api_key, "literal");
  EXPECT_EQ(url.access.api_key_header, "Authorization");
  EXPECT_EQ(feeds->indicators[4].topic, "indicators");
}

TEST(ReadRunConfig, SwitchesTheFeedGuardOff) {
  const auto config = Read(With("feed_guard: off\n"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_FALSE(config->feed_guard.on);
  EXPECT_TRUE(Read(With(""))->feed_guard.on);
  EXPECT_THAT(Read(With(""))->warninglists, IsEmpty());
}

TEST(ReadRunConfig, ExplainsEachMistakeOfAFeedWithItsPlace) {
  const struct {
    std::string text;
    std::string_view error;
  } kCases[] = {
      {Indicators("[{path: a, url: 'https://b'}]"),
       "polder.yaml:1:29: 'path' and 'url' are two feeds; write each as an element of its own"},
      {Indicators("[{topic: a, taxii: 'https://b'}]"),
       "polder.yaml:1:22: 'taxii' and 'topic' are two feeds; write each as an element of its own"},
      {Indicators("[{topic: a, watch: on}]"),
       "polder.yaml:1:32: 'indicators[0].watch' means something for a path, not for 'topic'; remove it"},
      {Indicators("[{topic: a, poll_seconds: 5}]"),
       "polder.yaml:1:39: 'indicators[0].poll_seconds' means something for taxii, misp and url, not for "
       "'topic'; remove it"},
      {Indicators("[{path: a, password: x}]"),
       "polder.yaml:1:34: 'indicators[0].password' means something for taxii, misp and url, not for 'path'; "
       "remove it"},
      {Indicators("[{misp: 'https://a', collection: x}]"),
       "polder.yaml:1:46: 'indicators[0].collection' means something for taxii, not for 'misp'; remove it"},
      {Indicators("[{url: 'https://a', watch: off}]"),
       "polder.yaml:1:40: 'indicators[0].watch' means something for a path, not for 'url'; remove it"},
      {Indicators("[{url: feeds.example/a}]"),
       "polder.yaml:1:20: 'indicators[0].url' is an address that begins with https:// (or http://), found "
       "'feeds.example/a'"},
      {Indicators("[{taxii: 'ftp://a'}]"),
       "polder.yaml:1:22: 'indicators[0].taxii' is an address that begins with https:// (or http://), found "
       "'ftp://a'"},
      {Indicators("[{misp: '${PASSWORD}'}]"),
       "polder.yaml:1:21: 'indicators[0].misp' is an address that begins with https:// (or http://), found "
       "something else in ${PASSWORD}"},
      {Indicators("[{topic: logs}]"),
       "polder.yaml:1:22: topic 'logs' is one of input.topics: it has either events or indicators"},
      {Indicators("[{topic: 'a b'}]"),
       "polder.yaml:1:22: 'indicators[0].topic' is a topic's name of up to 249 letters, digits, '.', '_' and "
       "'-', found 'a b'"},
      {Indicators("[{url: 'https://a', poll_seconds: 0}]"),
       "polder.yaml:1:47: 'indicators[0].poll_seconds' is a whole number from 1 to 2592000, found '0'"},
      {Indicators("[{path: a, shadow: perhaps}]"),
       "polder.yaml:1:32: 'indicators[0].shadow' is on or off, found 'perhaps'"},
      {Indicators("[{url: 'https://a', user: 'file:/run/password'}]"),
       "polder.yaml:1:39: 'indicators[0].user' does not take file: values; only librdkafka properties do "
       "(under kafka.properties, kafka.consumer and kafka.producer), and the password, token and api_key of "
       "a feed"},
      {Indicators("[{url: 'https://a', token: 'file:/run/none'}]"),
       "polder.yaml:1:40: 'indicators[0].token' is to be read from a file: /run/none: No such file or "
       "directory"},
      {Indicators("[{url: 'https://a', token: '${EMPTY}'}]"),
       "polder.yaml:1:40: 'indicators[0].token' is a secret that is not empty, found something else in "
       "${EMPTY}"},
      {Indicators("[{url: 'https://a', api_key: [b]}]"),
       "polder.yaml:1:42: 'indicators[0].api_key' is text, ${NAME} or file:PATH, found a list"},
      {With("feed_guard: perhaps"), "polder.yaml:4:13: 'feed_guard' is on or off, found 'perhaps'"},
      {With("feed_guard: {most_change: 5}"),
       "polder.yaml:4:14: unknown key 'most_change'; known are most_change_percent, at_least"},
      {With("feed_guard: {most_change_percent: 0}"),
       "polder.yaml:4:35: 'feed_guard.most_change_percent' is a whole number from 1 to 10000, found '0'"},
      {With("feed_guard: {at_least: none}"),
       "polder.yaml:4:24: 'feed_guard.at_least' is a whole number from 1 to 1000000000, found 'none'"},
      {With("warninglists: lists/"),
       "polder.yaml:4:15: 'warninglists' is a list such as [warninglists/], found 'lists/'"},
      {With("warninglists: [{a: b}]"),
       "polder.yaml:4:16: 'warninglists[0]' is a file or folder, found a map"},
  };
  for (const auto& a_case : kCases) EXPECT_EQ(Errors(a_case.text), a_case.error) << a_case.text;
}

TEST(ReadRunConfig, SaysWhereTheTextIsNoYaml) {
  EXPECT_THAT(Errors("kafka:\n  brokers: [a\ninput: b\n"), StartsWith("polder.yaml:3:"));
  EXPECT_THAT(Errors("kafka: {\n"), HasSubstr(": not YAML: "));
  EXPECT_THAT(Errors("kafka: *nobody\n"), StartsWith("polder.yaml:1:8: not YAML: "));
  EXPECT_THAT(Errors(std::string(100'000, '[')), HasSubstr("not YAML: "));
}

TEST(ReadRunConfig, RefusesThePropertiesThatItControls) {
  for (const char* property :
       {"enable.auto.offset.store", "enable.auto.commit", "group.id", "bootstrap.servers",
        "metadata.broker.list", "enable.idempotence", "partition.assignment.strategy", "transactional.id"}) {
    for (const char* section : {"properties", "consumer", "producer"}) {
      const std::string text = Kafka(fmt::format("\n  brokers: a\n  {}:\n    {}: x", section, property));
      EXPECT_THAT(Errors(text),
                  StartsWith(fmt::format("polder.yaml:4:5: '{}' cannot be set here: ", property)));
    }
  }
}

TEST(ReadRunConfig, ReportsAllMistakesAtOnceInTheOrderOfTheText) {
  EXPECT_EQ(
      Errors("input:\n  topcis: [a]\n  format: xml\nworkers: many\nkafka: {}\n"),
      "polder.yaml:1:1: missing key 'indicators' at the top level; add for example: indicators: [{path: "
      "indicators/}]\n"
      "polder.yaml:2:3: unknown key 'topcis'; did you mean 'topics'?\n"
      "polder.yaml:3:11: 'input.format' is one of auto, json, syslog, cef, leef, zeek, access, keyvalue, "
      "text, "
      "found 'xml'\n"
      "polder.yaml:4:10: 'workers' is a whole number from 1 to 256, found 'many'\n"
      "polder.yaml:5:8: missing key 'brokers' under 'kafka'; add for example: brokers: 127.0.0.1:9092");
  EXPECT_THAT(Errors(""),
              HasSubstr("polder.yaml:1:1: missing key 'kafka' at the top level; add for example: kafka: "
                        "{brokers: 127.0.0.1:9092}\n"));
}

TEST(ReadRunConfig, ReplacesVariablesInAnyValue) {
  const auto config = Read(
      "kafka: {brokers: '${HOST}:9092,${HOST}:9093', group: 'a$${FOUR}$b', properties: {sasl.password: "
      "'${PASSWORD}', empty: '${EMPTY}'}}\n"
      "input: {topics: ['logs${FOUR}']}\nworkers: ${FOUR}\nindicators: [{path: '${HOST}/'}]\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->kafka.brokers, "broker.example:9092,broker.example:9093");
  EXPECT_EQ(config->kafka.group, "a${FOUR}$b");
  EXPECT_THAT(config->kafka.properties, ElementsAre(Pair("empty", ""), Pair("sasl.password", "hunter2")));
  EXPECT_THAT(config->input.topics, ElementsAre("logs4"));
  EXPECT_EQ(config->workers, 4u);
  EXPECT_EQ(config->indicators[0].path, "broker.example/");
}

TEST(ReadRunConfig, ReadsSecretsOfLibrdkafkaFromFiles) {
  const auto config = Read(Kafka(
      "{brokers: a, properties: {one: 'file:/run/password', two: 'file:/run/windows', sly: '${SLY}'}}"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->kafka.properties,
              ElementsAre(Pair("one", "s3cret"), Pair("sly", "file:/run/password"), Pair("two", "two\n")));
}

TEST(ReadRunConfig, NeverShowsWhatAVariableHolds) {
  EXPECT_THAT(Errors(With("workers: ${PASSWORD}\nguard: ${PASSWORD}\nlog_level: ${PASSWORD}\n")),
              Not(HasSubstr("hunter2")));
  for (const char* key :
       {"taxii", "misp", "url", "topic", "tlp", "kind", "poll_seconds", "shadow", "watch"}) {
    EXPECT_THAT(Errors(Indicators(fmt::format("[{{path: a, {}: '${{PASSWORD}}!'}}]", key))),
                Not(HasSubstr("hunter2")))
        << key;
    EXPECT_THAT(Errors(Indicators(fmt::format("[{{{}: '${{PASSWORD}}!'}}]", key))), Not(HasSubstr("hunter2")))
        << key;
  }
  // A secret that is well read is not shown either when something beside it is wrong.
  EXPECT_THAT(Errors(Indicators("[{path: a, password: '${PASSWORD}', token: 'file:/run/password'}]")),
              ::testing::AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr("s3cret"))));
}

TEST(ReadRunConfigFile, CountsRelativePathsFromTheFolderOfTheFile) {
  const TemporaryFolder folder;
  folder.Write("conf/password", "s3cret\n");
  const std::string path = folder.Write("conf/polder.yaml",
                                        "kafka: {brokers: a, properties: {p: 'file:password'}}\n"
                                        "input: {topics: [logs]}\n"
                                        "indicators: [{path: feeds/}, {path: /etc/list.txt},\n"
                                        "             {url: 'https://a', password: 'file:password', "
                                        "certificate: c.pem, ca: /etc/ca.pem}]\n"
                                        "warninglists: [benign/]\n");
  const auto config = ReadRunConfigFile(path);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->indicators[0].path, folder / "conf/feeds/");
  EXPECT_EQ(config->indicators[1].path, "/etc/list.txt");
  EXPECT_THAT(config->kafka.properties, ElementsAre(Pair("p", "s3cret")));
  EXPECT_EQ(config->indicators[2].access.password, "s3cret");
  EXPECT_EQ(config->indicators[2].access.certificate, folder / "conf/c.pem");
  EXPECT_EQ(config->indicators[2].access.ca, "/etc/ca.pem");
  EXPECT_THAT(config->warninglists, ElementsAre(folder / "conf/benign/"));

  EXPECT_EQ(ReadRunConfigFile(folder / "absent.yaml").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(ReadRunConfigFile(folder.Write("bad.yaml", "x: y")).status().message()),
              StartsWith(folder / "bad.yaml" + ":1:1: "));
}

}  // namespace
}  // namespace polder
