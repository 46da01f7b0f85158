// The fixture itself: a broker that would lose or repeat messages on its own
// could prove nothing about Polder.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/e2e/kafka_broker.h"
#include "tests/e2e/kafka_client.h"

namespace polder {
namespace {

std::vector<KafkaMessage> Numbered(int first, int last) {
  std::vector<KafkaMessage> messages;
  for (int i = first; i < last; ++i) messages.push_back({fmt::format("{}", i), fmt::format("value {}", i)});
  return messages;
}

TEST(KafkaFixture, GivesBackTenThousandMessagesInOrder) {
  KafkaClient client(SharedBroker().address());
  client.CreateTopic("ordered", 3);
  client.Produce("ordered", Numbered(0, 10000));
  const std::vector<KafkaMessage> read = client.ReadAll("ordered");
  ASSERT_EQ(read.size(), 10000u);
  std::set<std::string> keys;
  std::map<int32_t, int64_t> next;
  for (const KafkaMessage& message : read) {
    EXPECT_EQ(message.value, "value " + message.key);
    EXPECT_EQ(message.offset, next[message.partition]++);
    keys.insert(message.key);
  }
  EXPECT_EQ(keys.size(), 10000u);
  EXPECT_EQ(next, client.EndOffsets("ordered"));
  EXPECT_EQ(next.size(), 3u);
}

TEST(KafkaFixture, KeepsHeadersAndTheChosenPartition) {
  KafkaClient client(SharedBroker().address());
  client.CreateTopic("headed", 2);
  client.Produce("headed", {{"k", "v", {{"reason", "broken"}, {"empty", ""}}, 1}});
  const std::vector<KafkaMessage> read = client.ReadAll("headed");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].partition, 1);
  EXPECT_EQ(read[0].headers,
            (std::vector<std::pair<std::string, std::string>>{{"reason", "broken"}, {"empty", ""}}));
}

TEST(KafkaFixture, ReadsAnEmptyTopicAndAGroupThatCommittedNothing) {
  KafkaClient client(SharedBroker().address());
  client.CreateTopic("empty", 2);
  EXPECT_TRUE(client.ReadAll("empty").empty());
  EXPECT_EQ(client.EndTotal("empty"), 0);
  EXPECT_EQ(client.CommittedTotal("nobody", "empty"), 0);
  EXPECT_EQ(client.Group("nobody").members, 0);
}

TEST(KafkaFixture, KeepsItsDataWhenKilledAndRestarted) {
  KafkaClient client(SharedBroker().address());
  client.CreateTopic("kept", 2);
  client.Produce("kept", Numbered(0, 1000));
  SharedBroker().Kill();
  EXPECT_FALSE(KafkaClient::Answers(SharedBroker().address()));
  SharedBroker().Restart();
  client.Produce("kept", Numbered(1000, 2000));
  EXPECT_EQ(client.ReadAll("kept").size(), 2000u);
}

}  // namespace
}  // namespace polder
