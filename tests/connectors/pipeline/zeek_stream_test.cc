// Zeek's columns over Kafka, on the embedded broker: what the header of a partition says holds for the lines
// that follow in it, whatever batches they come in and whatever other partitions say.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectors/kafka/embedded_broker.h"
#include "connectors/pipeline/runner.h"
#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

using Json = nlohmann::json;
using ::testing::UnorderedElementsAre;

constexpr auto kPatience = std::chrono::seconds(60);

class Topics : private KafkaProducer::Listener, private KafkaConsumer::Rebalance {
 public:
  explicit Topics(const std::string& brokers)
      : producer_(KafkaProducer::Create(brokers, {}, {}, 1000, this).value()),
        consumer_(KafkaConsumer::Create(brokers, "reader", {"sightings"}, {}, {}, this).value()) {}

  void Write(const std::string& topic, std::string_view line) {
    EXPECT_TRUE(producer_->Produce({topic, "", line}, 0, 1000).value());
  }
  void Flush() { EXPECT_TRUE(producer_->Flush(10'000)); }

  // `FIELD VALUE` of every match in the next `count` sightings.
  std::vector<std::string> ReadMatches(std::size_t count) {
    std::vector<std::string> matches;
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (count > 0 && std::chrono::steady_clock::now() < deadline) {
      const auto got = consumer_->Poll(100, [&](const KafkaRecord& record) {
        const Json sighting = Json::parse(record.value);
        for (const Json& enrichment : sighting["threat"]["enrichments"]) {
          const Json& matched = enrichment["matched"];
          matches.push_back(
              fmt::format("{} {}", std::string(matched["field"]), std::string(matched["atomic"])));
        }
        --count;
      });
      EXPECT_TRUE(got.ok());
    }
    return matches;
  }

 private:
  void OnDelivered(std::uint64_t) override {}
  void OnRefused(std::uint64_t, std::string_view, std::string_view, std::string_view, bool,
                 const std::string& reason) override {
    ADD_FAILURE() << reason;
  }
  void OnAssign(std::span<const TopicPartition>) override {}
  void OnRevoke(std::span<const TopicPartition>, bool) override {}

  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaConsumer> consumer_;
};

TEST(ZeekStream, KeepsTheColumnsOfEachPartition) {
  const TemporaryFolder folder;
  const auto broker = EmbeddedBroker::Start().value();
  for (const char* topic : {"conn", "dns", "sightings"}) ASSERT_TRUE(broker->CreateTopic(topic, 1).ok());
  RunConfig config;
  config.kafka.brokers = broker->brokers();
  config.input.topics = {"conn", "dns"};
  config.indicators.emplace_back();
  config.indicators.back().path = folder.Write("list.txt", "203.0.113.7\nevil.example\n");
  config.workers = 1;
  config.batch.events = 2;  // a header is batches before its lines
  Runner runner(config, broker->brokers());
  ASSERT_TRUE(runner.Start().ok());

  Topics topics(broker->brokers());
  const std::vector<std::string> conn = {"#separator \\x09",
                                         "#path\tconn",
                                         "#fields\tts\tid.orig_h\tid.resp_p",
                                         "#types\ttime\taddr\tport",
                                         "1714979289.500000\t203.0.113.7\t443",
                                         "1714979290.500000\t10.0.0.1\t443",
                                         "1714979291.5\t203.0.113.7",
                                         "#close\t2024-05-06-07-08-09",
                                         "after 203.0.113.7"};
  const std::vector<std::string> dns = {"#separator |",
                                        "#set_separator|;",
                                        "#path|dns",
                                        "#fields|ts|query|answers",
                                        "#types|time|string|vector[string]",
                                        "1714979289.500000|good.example|10.0.0.1;evil.example",
                                        "1714979290.500000|good.example|-",
                                        "",
                                        "#close|2024"};
  for (std::size_t i = 0; i < conn.size(); ++i) {
    topics.Write("conn", conn[i]);
    topics.Write("dns", dns[i]);
  }
  topics.Flush();
  // The third line of values lacks a column, and the last stands behind the log.
  EXPECT_THAT(topics.ReadMatches(4), UnorderedElementsAre("id.orig_h 203.0.113.7", "message 203.0.113.7",
                                                          "message 203.0.113.7", "answers.1 evil.example"));
  runner.Stop();
  EXPECT_TRUE(runner.Join().ok());
}

}  // namespace
}  // namespace polder
