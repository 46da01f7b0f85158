#include "connectors/config/isac_config.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "connectors/config/document.h"
#include "connectors/config/kafka_section.h"
#include "connectors/config/section.h"
#include "connectors/kafka/topic_place.h"

namespace polder {
namespace {

std::vector<std::string> ReadTexts(const Section& section, std::string_view key, std::string_view example) {
  std::vector<std::string> texts;
  const Value* const value = section.Find(key);
  if (value == nullptr) return texts;
  if (value->node.IsScalar()) {
    if (auto text = ReadText(section.context(), *value)) texts.push_back(*std::move(text));
    return texts;
  }
  for (const Value& one : section.List(key, example)) {
    if (auto text = ReadText(section.context(), one)) texts.push_back(*std::move(text));
  }
  return texts;
}

IsacConfig ReadTop(const Section& top) {
  IsacConfig config;
  top.Text("board", config.board);
  config.mailboxes = ReadTexts(top, "mailbox", "[mailbox/]");
  config.warninglists = ReadTexts(top, "warninglists", "[warninglists/]");
  if (top.Find("kafka") != nullptr) {
    KafkaConfig kafka = ReadKafkaSection(top);
    config.brokers = std::move(kafka.brokers);
    config.kafka_properties = std::move(kafka.properties);
  }
  const auto needs_brokers = [&](std::string_view key, const std::string& place) {
    if (!IsTopicPlace(place) || top.Find("kafka") != nullptr) return;
    top.context().problems.Add(top.PlaceOfKey(key),
                               fmt::format("'{}' is a topic, and it is not said of which brokers; add "
                                           "kafka: {{brokers: 127.0.0.1:9092}}",
                                           place));
  };
  needs_brokers("board", config.board);
  for (const std::string& mailbox : config.mailboxes) needs_brokers("mailbox", mailbox);
  return config;
}

// A JSON string is a YAML string, whatever is in it.
std::string Quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Quoted(const std::vector<std::string>& texts) {
  return nlohmann::json(texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

absl::StatusOr<IsacConfig> ReadIsacConfig(const std::string& text, const std::string& name_for_messages,
                                          const SecretReader& secrets) {
  IsacConfig config;
  absl::Status status =
      ReadDocument(text, name_for_messages, secrets, {"board", "mailbox", "kafka", "warninglists"},
                   [&](const Section& top) { config = ReadTop(top); });
  if (!status.ok()) return status;
  return config;
}

absl::StatusOr<IsacConfig> ReadIsacConfigFile(const std::string& path) {
  const auto text = ReadConfigText(path);
  if (!text.ok()) return text.status();
  const ConfigFolder folder(path);
  auto config = ReadIsacConfig(*text, path, folder.secrets());
  if (!config.ok()) return config;
  const auto from_folder = [&folder](std::string& place) {
    if (!IsTopicPlace(place)) folder.Resolve(place);
  };
  from_folder(config->board);
  for (std::string& mailbox : config->mailboxes) from_folder(mailbox);
  for (std::string& list : config->warninglists) from_folder(list);
  return config;
}

std::string RenderIsacConfig(const IsacConfig& config) {
  std::string text = "# Where the community's signed documents lie: a folder, or kafka:TOPIC (compacted).\n";
  text += config.board.empty() ? "# board: board/\n" : fmt::format("board: {}\n", Quoted(config.board));
  text += "# Where sealed batches arrive; one or a list.\n";
  text += config.mailboxes.empty() ? "# mailbox: mailbox/\n"
                                   : fmt::format("mailbox: {}\n", Quoted(config.mailboxes));
  text += "# For topics. Any property of librdkafka goes under properties.\n";
  text += config.brokers.empty() ? "# kafka: {brokers: \"127.0.0.1:9092\"}\n"
                                 : fmt::format("kafka: {{brokers: {}}}\n", Quoted(config.brokers));
  text += "# Values that are known to be benign, for the scorecard.\n";
  text += config.warninglists.empty() ? "# warninglists: [warninglists/]\n"
                                      : fmt::format("warninglists: {}\n", Quoted(config.warninglists));
  return text;
}

}  // namespace polder
