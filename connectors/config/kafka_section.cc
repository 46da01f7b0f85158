#include "connectors/config/kafka_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace polder {
namespace {

constexpr std::size_t kLongestTopicName = 249;

struct Controlled {
  std::string_view property;
  std::string_view why;
};

constexpr std::array<Controlled, 8> kControlled{{
    {"bootstrap.servers", "it is set by kafka.brokers"},
    {"metadata.broker.list", "it is set by kafka.brokers"},
    {"group.id", "it is set by kafka.group"},
    {"enable.auto.commit", "Polder decides when offsets are committed, so that no event is lost"},
    {"enable.auto.offset.store",
     "Polder stores an offset only once the sightings of its event are acknowledged"},
    {"enable.idempotence",
     "Polder's producer relies on it, so that a retry neither repeats nor reorders sightings"},
    {"partition.assignment.strategy", "Polder hands partitions over by the strategy it was built for"},
    {"transactional.id", "exactly_once is not yet supported"},
}};

bool IsTopicCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

void RefuseExactlyOnce(const Section& section) {
  bool exactly_once = false;
  section.Flag("exactly_once", exactly_once);
  if (!exactly_once) return;
  section.context().problems.Add(
      section.PlaceOfKey("exactly_once"),
      "exactly_once is not yet supported; without it sightings are delivered at least "
      "once, with ids that stay the same");
}

}  // namespace

KafkaConfig::Properties ReadKafkaProperties(const Section& section, std::string_view key) {
  KafkaConfig::Properties properties;
  const Value* const value = section.Find(key);
  if (value == nullptr) return properties;
  const ReadingContext& context = section.context();
  const std::optional<std::vector<Entry>> entries = ReadEntries(context, *value);
  if (!entries.has_value()) {
    AddUnexpected(context, *value, "a map of librdkafka properties such as {linger.ms: 5}");
    return properties;
  }
  for (const Entry& entry : *entries) {
    const auto controlled =
        std::find_if(kControlled.begin(), kControlled.end(),
                     [&entry](const Controlled& known) { return known.property == entry.key; });
    if (controlled != kControlled.end()) {
      context.problems.Add(entry.key_place,
                           fmt::format("'{}' cannot be set here: {}; remove it", entry.key, controlled->why));
    } else if (std::optional<std::string> text = ReadProperty(context, entry.value)) {
      properties.emplace(entry.key, std::move(*text));
    }
  }
  return properties;
}

KafkaConfig ReadKafkaSection(const Section& top) {
  KafkaConfig kafka;
  top.Require("kafka", "kafka: {brokers: 127.0.0.1:9092}");
  if (top.Find("kafka") == nullptr) return kafka;
  const Section section =
      top.Within("kafka", {"brokers", "group", "properties", "consumer", "producer", "exactly_once"});
  section.Require("brokers", "brokers: 127.0.0.1:9092");
  section.Text("brokers", kafka.brokers);
  section.Text("group", kafka.group);
  kafka.properties = ReadKafkaProperties(section, "properties");
  kafka.consumer = ReadKafkaProperties(section, "consumer");
  kafka.producer = ReadKafkaProperties(section, "producer");
  RefuseExactlyOnce(section);
  return kafka;
}

void CheckTopicName(const ReadingContext& context, const Value& value, const std::string& name) {
  const bool fits = !name.empty() && name.size() <= kLongestTopicName && name != "." && name != ".." &&
                    std::all_of(name.begin(), name.end(), IsTopicCharacter);
  if (fits) return;
  AddUnexpected(context, value,
                name.starts_with('^') ? "the name of one topic (patterns are not supported; list the topics)"
                                      : "a topic's name of up to 249 letters, digits, '.', '_' and '-'");
}

}  // namespace polder
