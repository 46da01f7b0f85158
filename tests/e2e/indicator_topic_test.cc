// Indicators on a compacted topic: all of them count before the first event does, and then every change.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "tests/e2e/event_corpus.h"
#include "tests/e2e/feed_fixture.h"

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr uint32_t kMany = 20'000;

std::string Name(uint32_t number) { return fmt::format("n{}.topic.example", number); }
KafkaMessage Record(uint32_t number, const std::string& domain,
                    const std::string& modified = "2026-01-01T00:00:00.000Z") {
  return {StixId(number), StixIndicator(StixId(number), domain, modified)};
}
KafkaMessage Removal(uint32_t number) {
  KafkaMessage message{StixId(number), ""};
  message.removal = true;
  return message;
}

class IndicatorTopicTest : public FeedTest {
 protected:
  IndicatorTopicTest() : topic_(settings_.group + "-indicators") {
    client_.CreateTopic(topic_, kPartitions, {{"cleanup.policy", "compact"}});
    AddFeed(fmt::format("topic: {}, source: shared", topic_));
  }

  // In batches of `batch`, which a fetch gets as a whole.
  void ProduceMany(uint32_t batch) {
    for (uint32_t first = 0; first < kMany; first += batch) {
      std::vector<KafkaMessage> records;
      for (uint32_t i = first; i < first + batch; ++i) records.push_back(Record(i, Name(i)));
      client_.Produce(topic_, records);
    }
  }
  // Events that hold the last ones.
  void FeedLastOnes(uint32_t count) {
    std::vector<KafkaMessage> events;
    for (uint32_t i = kMany - count; i < kMany; ++i) events.push_back(ProbeEvent(Name(i), Name(i)));
    client_.Produce(input(), events);
  }
  // The client fetches a batch, and then nothing for up to a second.
  void ReadSlowly() { settings_.consumer = ", queued.min.messages: 1, queued.max.messages.kbytes: 1"; }
  // Some is read, and not all.
  void WaitForTheMiddle() {
    ASSERT_TRUE(polder_->WaitForText(fmt::format("topic {}: ", topic_), kPatience)) << polder_->LogTail();
    ASSERT_FALSE(polder_->WaitForText("in force", milliseconds(0))) << "the topic was read too fast";
  }
  void ExpectASightingForEveryEvent() {
    WaitForEnd(*polder_);
    Drain(*polder_);
    const SightingsByPlace sightings = ByPlace(ReadSightings(client_, output()));
    for (const KafkaMessage& event : client_.ReadAll(input())) {
      EXPECT_TRUE(sightings.contains({input(), event.partition, event.offset})) << event.key;
    }
  }
  std::string InForce(uint32_t count) {
    return fmt::format("generation 1 in force: {} indicators", count + CorpusIndicators().size());
  }

  std::string topic_;
};

TEST_F(IndicatorTopicTest, IsReadToItsEndBeforeTheFirstEventIsMatched) {
  ProduceMany(kMany);
  FeedLastOnes(200);
  const auto start = steady_clock::now();
  Start();
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  EXPECT_TRUE(polder_->WaitForText(InForce(kMany), milliseconds(0))) << polder_->LogTail();
  ExpectASightingForEveryEvent();
  Report(fmt::format("{} indicators in force {} ms after the process was started", kMany, took.count()));
}

TEST_F(IndicatorTopicTest, CountsTheLastRecordOfEachKey) {
  std::vector<KafkaMessage> records;
  for (uint32_t i = 0; i < kMany; ++i) records.push_back(Record(i % 10, Name(i)));
  for (uint32_t i = 0; i < 5; ++i) records.push_back(Removal(i));
  client_.Produce(topic_, records);
  const auto start = steady_clock::now();
  Start();
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  EXPECT_TRUE(polder_->WaitForText(InForce(5), milliseconds(0))) << polder_->LogTail();
  EXPECT_TRUE(HitsNow(Name(kMany - 1)));
  EXPECT_FALSE(HitsNow(Name(kMany - 11)));
  Drain(*polder_);
  Report(fmt::format("{} records of 10 keys read {} ms after the start", kMany, took.count()));
}

TEST_F(IndicatorTopicTest, IsFollowedLive) {
  Start();
  ASSERT_TRUE(HitsNow("bad-1.example"));
  client_.Produce(topic_, {Record(1, "one.example", "2026-02-01T00:00:00.000Z")});
  const milliseconds added = TimeToHit("one.example");
  EXPECT_LT(added, std::chrono::seconds(1)) << polder_->LogTail();

  // What the topic says last counts, whatever it says of its age.
  client_.Produce(topic_, {Record(1, "two.example", "2026-01-15T00:00:00.000Z")});
  EXPECT_LT(TimeToHit("two.example"), std::chrono::seconds(1));
  EXPECT_FALSE(HitsNow("one.example")) << "the value before the edit still hits";

  client_.Produce(topic_, {Removal(1)});
  EXPECT_TRUE(StopsHitting("two.example")) << polder_->LogTail();
  Drain(*polder_);
  Report(fmt::format("an added indicator hits within {} ms", added.count()));
}

TEST_F(IndicatorTopicTest, ReportsWhatIsNoIndicatorAndKeepsTheRest) {
  client_.Produce(topic_, {Record(1, "one.example"), Record(2, "two.example")});
  Start();
  KafkaMessage broken{StixId(1), "{\"type\": \"indicator\", "};
  broken.partition = 3;
  client_.Produce(topic_, {broken});
  EXPECT_TRUE(polder_->WaitForText(fmt::format("topic {} partition 3 offset ", topic_), kSoon))
      << polder_->LogTail();
  KafkaMessage stray{StixId(3), StixIndicator(StixId(2), "stray.example")};
  client_.Produce(topic_, {stray, Record(4, "four.example")});
  EXPECT_TRUE(Hits("four.example")) << polder_->LogTail();
  EXPECT_TRUE(polder_->WaitForText("key and id must be the same", milliseconds(0))) << polder_->LogTail();
  EXPECT_FALSE(HitsNow("stray.example"));
  EXPECT_TRUE(HitsNow("one.example"));
  EXPECT_TRUE(HitsNow("two.example"));
  Drain(*polder_);
}

TEST_F(IndicatorTopicTest, IsOneSourceOfAValueBesideAFile) {
  client_.Produce(topic_, {Record(1, "both.example")});
  WriteFile(indicator_folder() / "second.txt", "both.example\n");
  Start();
  EXPECT_EQ(SourcesNow("both.example"), (std::set<std::string>{"community", "shared"}));
  client_.Produce(topic_, {Removal(1)});
  EXPECT_TRUE(ComesFrom("both.example", {"community"})) << polder_->LogTail();
  client_.Produce(topic_, {Record(1, "both.example")});
  EXPECT_TRUE(ComesFrom("both.example", {"community", "shared"})) << polder_->LogTail();
  std::filesystem::remove(indicator_folder() / "second.txt");
  EXPECT_TRUE(ComesFrom("both.example", {"shared"})) << polder_->LogTail();
  Drain(*polder_);
}

TEST_F(IndicatorTopicTest, LosesNothingWhenTheBrokerIsKilledInTheMidstOfIt) {
  ReadSlowly();
  ProduceMany(4'000);
  FeedLastOnes(200);
  polder_ = StartPolder();
  WaitForTheMiddle();
  SharedBroker().Kill();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_TRUE(polder_->Running()) << polder_->LogTail();
  EXPECT_FALSE(polder_->WaitForText("in force", milliseconds(0))) << "half a topic came into force";
  SharedBroker().Restart();
  const bool in_force = polder_->WaitForText(InForce(kMany), kPatience);
  // Whether the broker lost it or Polder.
  EXPECT_TRUE(in_force) << client_.ReadAll(topic_).size() << " records are on the topic\n"
                        << polder_->LogTail();
  ExpectASightingForEveryEvent();
}

TEST_F(IndicatorTopicTest, EndsWithAnErrorWhenThereIsNone) {
  settings_.feeds = {"topic: no-such-topic"};
  polder_ = StartPolder();
  const auto code = polder_->Wait(kSoon);
  ASSERT_TRUE(code.has_value()) << polder_->LogTail();
  EXPECT_EQ(*code, 2);
  EXPECT_TRUE(
      polder_->WaitForText("there is no topic 'no-such-topic' at " + settings_.brokers, milliseconds(0)))
      << polder_->LogTail();
}

TEST_F(IndicatorTopicTest, EndsPromptlyInTheMidstOfItAndHasMatchedNothing) {
  ReadSlowly();
  ProduceMany(2'000);
  FeedLastOnes(200);
  polder_ = StartPolder();
  WaitForTheMiddle();
  polder_->Signal(SIGTERM);
  const auto code = polder_->Wait(std::chrono::seconds(5));
  ASSERT_TRUE(code.has_value()) << polder_->LogTail();
  EXPECT_EQ(*code, 0) << polder_->LogTail();
  EXPECT_EQ(Committed(), 0) << "events were matched against half a topic";
}

TEST_F(IndicatorTopicTest, EndsPromptlyWhileItWaitsForTheBroker) {
  SharedBroker().Kill();
  polder_ = StartPolder();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_TRUE(polder_->Running()) << polder_->LogTail();
  polder_->Signal(SIGTERM);
  const auto code = polder_->Wait(std::chrono::seconds(5));
  SharedBroker().Restart();
  ASSERT_TRUE(code.has_value()) << polder_->LogTail();
  EXPECT_EQ(*code, 0) << polder_->LogTail();
}

// MISP's own topic has no keys: a message says what became of an attribute.
TEST_F(IndicatorTopicTest, MayBeTheOneOfAttributesThatMispWrites) {
  const auto message = [](const std::string& action, const std::string& domain, int64_t timestamp) {
    return KafkaMessage{
        "", fmt::format(R"({{"Attribute":{{"id":"7","uuid":"5f3a1c5e-0d10-4f3b-8a53-0a0a0a0a0a01",)"
                        R"("type":"domain","category":"Network activity","to_ids":true,)"
                        R"("value":"{}","timestamp":"{}","deleted":false}},"action":"{}"}})",
                        domain, timestamp, action)};
  };
  const std::string topic = topic_ + "-misp";
  client_.CreateTopic(topic, 1);
  AddFeed(fmt::format("topic: {}, source: misp", topic));
  client_.Produce(topic, {message("add", "first.example", 1'700'000'000)});
  Start();
  EXPECT_EQ(SourcesNow("first.example"), (std::set<std::string>{"misp"})) << polder_->LogTail();
  client_.Produce(topic, {message("edit", "second.example", 1'700'000'100)});
  EXPECT_TRUE(Hits("second.example")) << polder_->LogTail();
  EXPECT_FALSE(HitsNow("first.example"));
  client_.Produce(topic, {message("delete", "second.example", 1'700'000'200)});
  EXPECT_TRUE(StopsHitting("second.example")) << polder_->LogTail();
  Drain(*polder_);
}

}  // namespace
}  // namespace polder
