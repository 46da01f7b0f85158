#include "connectors/config/isac_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::StatusOr<IsacConfig> Read(const std::string& text) {
  const SecretReader secrets{
      [](const std::string&) { return std::optional<std::string>("from-environment"); },
      [](const std::string&) { return absl::StatusOr<std::string>("from-file"); },
  };
  return ReadIsacConfig(text, "settings.yaml", secrets);
}

std::string ProblemOf(const std::string& text) {
  const auto config = Read(text);
  return config.ok() ? "" : std::string(config.status().message());
}

TEST(IsacConfig, ReadsPlacesAndBrokers) {
  const auto config = Read(
      "board: kafka:board\nmailbox: [in/, 'kafka:in']\nkafka: {brokers: 'h:9092', properties: "
      "{sasl.password: "
      "'file:secret'}}\nwarninglists: lists/\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->board, "kafka:board");
  EXPECT_THAT(config->mailboxes, ElementsAre("in/", "kafka:in"));
  EXPECT_EQ(config->brokers, "h:9092");
  EXPECT_EQ(config->kafka_properties.at("sasl.password"), "from-file");
  EXPECT_THAT(config->warninglists, ElementsAre("lists/"));
}

TEST(IsacConfig, AFileOfCommentsHasNoSettings) {
  const auto config = Read("# nothing\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->board, IsEmpty());
  EXPECT_THAT(config->mailboxes, IsEmpty());
}

TEST(IsacConfig, WhatIsWrittenIsReadAsItWas) {
  IsacConfig config;
  config.board = "/srv/a \"board\": # {x}";
  config.mailboxes = {"kafka:in", "/srv/in"};
  config.brokers = "h:9092";
  config.warninglists = {"/srv/lists"};
  const auto read = Read(RenderIsacConfig(config));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->board, config.board);
  EXPECT_EQ(read->mailboxes, config.mailboxes);
  EXPECT_EQ(read->brokers, config.brokers);
  EXPECT_EQ(read->warninglists, config.warninglists);
  EXPECT_TRUE(Read(RenderIsacConfig({})).ok());
}

TEST(IsacConfig, ProblemsAreToldWithTheirPlace) {
  EXPECT_THAT(ProblemOf("bord: x\n"), HasSubstr("settings.yaml:1:1"));
  EXPECT_THAT(ProblemOf("bord: x\n"), HasSubstr("board"));
  EXPECT_THAT(ProblemOf("board: kafka:board\n"), HasSubstr("brokers"));
  EXPECT_THAT(ProblemOf("mailbox: [a, [b]]\n"), HasSubstr("settings.yaml:1:"));
  EXPECT_THAT(ProblemOf("- a\n"), HasSubstr("settings.yaml:1:1"));
  EXPECT_THAT(ProblemOf("board: [\n"), HasSubstr("not YAML"));
  EXPECT_THAT(ProblemOf("board: a\n---\nboard: b\n"), HasSubstr("second YAML document"));
}

}  // namespace
}  // namespace polder
