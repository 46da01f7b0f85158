// The member's policy file: what is read, and what is wrong with it.
#include "connectors/member/feedback_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string& OperatorKey() {
  static const std::string key = FormatPartyKeys(NewPartySecrets().Public());
  return key;
}

SecretReader Secrets() {
  return {[](const std::string& name) -> std::optional<std::string> {
            if (name == "TOKEN") return "Zq7-secret";
            return std::nullopt;
          },
          [](const std::string& path) -> absl::StatusOr<std::string> {
            if (path == "operator.pub") return OperatorKey() + "\n";
            return absl::NotFoundError("no such file");
          }};
}

// In seven lines.
constexpr const char* kLeast =
    "member: harbour\n"
    "key: harbour.key\n"
    "operator_key: file:operator.pub\n"
    "board: board\n"
    "send_to: https://isac.example/feedback\n"
    "sightings: [sightings.ndjson]\n"
    "state: state\n";

absl::StatusOr<FeedbackConfig> Read(const std::string& text) {
  return ReadFeedbackConfig(text, "policy.yaml", Secrets());
}

TEST(FeedbackConfig, ReadsEverything) {
  const auto config =
      Read(std::string(kLeast) + R"(kafka: {brokers: "k:9092", properties: {security.protocol: SSL}}
http: {token: "${TOKEN}"}
verdicts: kafka:verdicts
watches: {kinds: [ip, url], log_sources: [dns, web], events_per_day: 20000}
jitter_minutes: 7
policy:
  kinds: [domain]
  never_about: [partner-feed]
  own: {domains: [Harbour.Example], networks: [198.51.100.0/24, 2001:db8::1]}
  treat_as_at_least: amber
  at_most: reach
  beyond_manifest: on
)");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(FormatPartyKeys(config->operator_keys), OperatorKey());
  EXPECT_EQ(config->send_to.http.credentials.bearer, "Zq7-secret");
  EXPECT_EQ(config->verdicts->name, "kafka:verdicts");
  EXPECT_EQ(config->verdicts->brokers, "k:9092");
  EXPECT_EQ(config->verdicts->properties.at("security.protocol"), "SSL");
  EXPECT_EQ(config->jitter.count(), 7);
  EXPECT_EQ(config->watches->In(Epoch{0}).events, EventsBucket::kUpTo1M);
  EXPECT_TRUE(config->watches->In(Epoch{0}).Has(Kind::kUrl));
  EXPECT_THAT(config->policy.kinds, ElementsAre(Kind::kDomain));
  EXPECT_THAT(config->policy.never_about, ElementsAre("partner-feed"));
  EXPECT_THAT(config->policy.own_domains, ElementsAre("harbour.example"));
  ASSERT_EQ(config->policy.own_networks.size(), 2U);
  EXPECT_EQ(FormatNetwork(config->policy.own_networks[0]), "198.51.100.0/24");
  EXPECT_EQ(config->policy.own_networks[1].prefix_bits, 128);
  EXPECT_EQ(config->policy.at_least, Tlp::kAmber);
  EXPECT_EQ(config->policy.at_most, Detail::kReach);
  EXPECT_TRUE(config->policy.beyond_manifest);
}

TEST(FeedbackConfig, IsWhatTheTableAllowsByDefault) {
  const auto config = Read(kLeast);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->policy.at_least, Tlp::kClear);
  EXPECT_EQ(config->policy.at_most, Detail::kCount);
  EXPECT_FALSE(config->policy.beyond_manifest);
  EXPECT_EQ(config->jitter.count(), 120);
}

TEST(FeedbackConfig, SaysWhatIsWrongAndWhere) {
  struct Case {
    std::string more;
    std::string problem;
  };
  const Case cases[] = {
      {"polcy: {}\n", "policy.yaml:8:1: unknown key 'polcy'; did you mean 'policy'?"},
      {"policy: {at_mots: seen}\n", "policy.yaml:8:10: unknown key 'at_mots'; did you mean 'at_most'?"},
      {"policy: {at_most: everything}\n",
       "'policy.at_most' is one of seen, latency, reach, count, found 'everything'"},
      {"policy: {treat_as_at_least: pink}\n", "'policy.treat_as_at_least' is one of clear"},
      {"policy: {kinds: [mutex]}\n", "'policy.kinds[0]' is one of ip, network, domain"},
      {"policy: {own: {domains: [localhost]}}\n", "'policy.own.domains[0]' is a domain name"},
      {"policy: {own: {networks: [300.0.0.0/8]}}\n", "'policy.own.networks[0]' is a network"},
      {"verdicts: kafka:verdicts\n", "'verdicts' is a topic, and nothing says where Kafka is"},
      {"watch: https://x.example/\n", "'watch' is kafka:TOPIC or a file"},
      {"watch: w.ndjson\nwatches: {kinds: [ip], log_sources: [dns], events_per_day: 1}\n",
       "keep one of the two"},
      {"watches: {kinds: [ip]}\n", "missing key 'log_sources'"},
      {"watches: {kinds: [ip], log_sources: [smoke], events_per_day: 1}\n",
       "'watches.log_sources[0]' is one of"},
      {"jitter_minutes: 10000\n", "'jitter_minutes' is a whole number from 0 to 720"},
      {"http: {token: \"${ABSENT}\"}\n", "the environment variable ABSENT, which is not set"},
      {"kafka: {properties: {group.id: x}}\n", "missing key 'brokers'"},
      {"member: again\n", "'member' is already in line 1"},
      {"---\n", "a second YAML document"},
      {"policy: [\n", "not YAML"},
  };
  for (const Case& one : cases) {
    const auto config = Read(kLeast + one.more);
    ASSERT_FALSE(config.ok()) << one.more;
    EXPECT_THAT(std::string(config.status().message()), HasSubstr(one.problem));
  }
}

TEST(FeedbackConfig, NamesAllThatIsMissingAtOnce) {
  const auto config = Read("jitter_minutes: 1\n");
  const std::string message(config.status().message());
  for (const char* key : {"member", "key", "operator_key", "board", "send_to", "sightings", "state"}) {
    EXPECT_THAT(message, HasSubstr(std::string("missing key '") + key + "'"));
  }
}

TEST(FeedbackConfig, RefusesAKeyThatIsNone) {
  std::string text(kLeast);
  text.replace(text.find("file:operator.pub"), 17, "polder-key:12");
  EXPECT_THAT(std::string(Read(text).status().message()),
              HasSubstr("policy.yaml:3:15: 'operator_key' is polder-key: and 128 hexadecimal digits"));
}

}  // namespace
}  // namespace polder
