// A record that is not what its format says is searched as text all the same,
// and kept where somebody can look at it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/e2e/event_corpus.h"
#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

class DeadLetterTest : public RunTest {
 protected:
  DeadLetterTest() {
    settings_.format = "json";
    settings_.dead_letter_topic = "dead-" + input();
    client_.CreateTopic(settings_.dead_letter_topic, 1);
  }
};

std::string Header(const KafkaMessage& message, const std::string& name) {
  for (const auto& [header, value] : message.headers) {
    if (header == name) return value;
  }
  return "";
}

TEST_F(DeadLetterTest, KeepsABrokenRecordWithItsReasonAndSearchesItAsText) {
  const std::string broken = R"({"timestamp":"2026-03-02T12:00:00Z","dns":{"rrname":"bad-1.example","rrty)";
  const std::string harmless = R"({"timestamp":"2026-03-02T12:00:00Z","dns":)";
  KafkaMessage whole = ProbeEvent("whole", "bad-2.example");
  client_.Produce(input(), {{"broken", broken, {}, 0}, {"harmless", harmless, {}, 0}});
  whole.partition = 0;
  client_.Produce(input(), {whole});
  const std::unique_ptr<PolderProcess> polder = StartPolder();
  WaitForEnd(*polder);
  Drain(*polder);

  SightingsByPlace sightings = ByPlace(ReadSightings(client_, output()));
  EXPECT_EQ(sightings.size(), 2u);
  EXPECT_EQ(sightings.count({input(), 0, 0}), 1u) << "the broken record was not searched as text";
  EXPECT_EQ(sightings.count({input(), 0, 2}), 1u) << "the record after the broken ones was not searched";

  const std::vector<KafkaMessage> dead = client_.ReadAll(settings_.dead_letter_topic);
  ASSERT_EQ(dead.size(), 2u);
  EXPECT_EQ(dead[0].value, broken) << "a dead letter is a copy, byte by byte";
  EXPECT_EQ(dead[1].value, harmless);
  EXPECT_EQ(Header(dead[0], "polder.topic"), input());
  EXPECT_EQ(Header(dead[0], "polder.partition"), "0");
  EXPECT_EQ(Header(dead[0], "polder.offset"), "0");
  EXPECT_EQ(Header(dead[1], "polder.offset"), "1");
  for (const KafkaMessage& letter : dead) EXPECT_NE(Header(letter, "polder.reason"), "");
}

TEST_F(DeadLetterTest, LeavesAHealthyStreamAlone) {
  std::vector<KafkaMessage> probes;
  for (int i = 0; i < 100; ++i) probes.push_back(ProbeEvent(fmt::format("{}", i), "bad-3.example"));
  client_.Produce(input(), probes);
  const std::unique_ptr<PolderProcess> polder = StartPolder();
  WaitForEnd(*polder);
  Drain(*polder);
  EXPECT_EQ(ByPlace(ReadSightings(client_, output())).size(), 100u);
  EXPECT_TRUE(client_.ReadAll(settings_.dead_letter_topic).empty());
}

}  // namespace
}  // namespace polder
