#include "connectors/config/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <map>
#include <span>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "connectors/config/document.h"
#include "connectors/config/indicators_section.h"
#include "connectors/config/kafka_section.h"
#include "connectors/config/section.h"

namespace polder {
namespace {

constexpr std::int64_t kMostWorkers = 256;
constexpr std::int64_t kLargestOriginalBytes = std::int64_t{64} << 20;

constexpr std::array<std::string_view, 9> kFormats{"auto", "json",   "syslog",   "cef", "leef",
                                                   "zeek", "access", "keyvalue", "text"};
constexpr std::array<std::string_view, 4> kOutputFormats{"ecs", "stix", "misp", "text"};
constexpr std::array<std::string_view, 4> kLogLevels{"debug", "info", "warn", "error"};

std::optional<LogLevel> LogLevelFromName(std::string_view name) {
  const auto found = std::find(kLogLevels.begin(), kLogLevels.end(), name);
  if (found == kLogLevels.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLogLevels.begin());
}

template <typename T>
void Number(const Section& section, std::string_view key, std::int64_t least, std::int64_t most, T& to) {
  if (std::optional<std::int64_t> number = section.Number(key, least, most)) to = static_cast<T>(*number);
}

template <typename Duration>
void Time(const Section& section, std::string_view key, std::int64_t least, std::int64_t most, Duration& to) {
  if (std::optional<std::int64_t> number = section.Number(key, least, most)) to = Duration(*number);
}

// A list of files and folders under `key`.
std::vector<std::string> ReadPaths(const Section& section, std::string_view key, std::string_view example) {
  std::vector<std::string> paths;
  if (section.Find(key) == nullptr) return paths;
  for (const Value& value : section.List(key, example)) {
    if (auto path = ReadText(section.context(), value, "a file or folder")) paths.push_back(*std::move(path));
  }
  return paths;
}

InputConfig ReadInput(const Section& top) {
  InputConfig input;
  top.Require("input", "input: {topics: [logs]}");
  if (top.Find("input") == nullptr) return input;
  const Section section = top.Within("input", {"topics", "format", "field_maps"});
  section.Require("topics", "topics: [logs]");
  for (const Value& value : section.List("topics", "[logs]")) {
    const std::optional<std::string> topic = ReadText(section.context(), value, "a topic's name");
    if (!topic.has_value()) continue;
    CheckTopicName(section.context(), value, *topic);
    if (std::find(input.topics.begin(), input.topics.end(), *topic) != input.topics.end()) {
      section.context().problems.Add(value.place, fmt::format("topic '{}' is already in the list", *topic));
    }
    input.topics.push_back(*topic);
  }
  section.Choice<Format>("format", kFormats, FormatFromName, input.format);
  input.field_maps = ReadPaths(section, "field_maps", "[maps/]");
  return input;
}

// What is written must not be read again: sightings would be searched for sightings, without end.
void CheckTopics(const Section& section, const InputConfig& input, const OutputConfig& output) {
  Problems& problems = section.context().problems;
  const auto is_input = [&input](const std::string& topic) {
    return std::find(input.topics.begin(), input.topics.end(), topic) != input.topics.end();
  };
  if (is_input(output.topic)) {
    problems.Add(section.PlaceOfKey("topic"),
                 fmt::format("output.topic '{}' is one of input.topics, so that Polder would read its own "
                             "sightings; name another topic",
                             output.topic));
  }
  std::map<std::string, std::string> taken = {{output.topic, "output.topic"}};
  for (const auto& [key, topic, what] : {std::tuple("dead_letter", &output.dead_letter, "dead letters"),
                                         {"watch", &output.watch, "reports"}}) {
    if (!topic->has_value()) continue;
    const TextPlace place = section.PlaceOfKey(key);
    if (is_input(**topic)) {
      problems.Add(place, fmt::format("output.{} '{}' is one of input.topics, so that Polder would read its "
                                      "own {}; name another topic",
                                      key, **topic, what));
    }
    const auto [at, fresh] = taken.try_emplace(**topic, fmt::format("output.{}", key));
    if (!fresh) {
      problems.Add(place,
                   fmt::format("output.{} '{}' is {} too; name another topic", key, **topic, at->second));
    }
  }
}

OutputConfig ReadOutput(const Section& top, const InputConfig& input) {
  OutputConfig output;
  const Section section =
      top.Within("output", {"topic", "format", "dead_letter", "watch", "max_original_bytes"});
  section.Text("topic", output.topic);
  section.Text("dead_letter", output.dead_letter);
  section.Text("watch", output.watch);
  if (section.Find("topic") != nullptr)
    CheckTopicName(section.context(), *section.Find("topic"), output.topic);
  if (output.dead_letter.has_value()) {
    CheckTopicName(section.context(), *section.Find("dead_letter"), *output.dead_letter);
  }
  if (output.watch.has_value()) CheckTopicName(section.context(), *section.Find("watch"), *output.watch);
  section.Choice<OutputFormat>("format", kOutputFormats, OutputFormatFromName, output.format);
  Number(section, "max_original_bytes", 0, kLargestOriginalBytes, output.max_original_bytes);
  CheckTopics(section, input, output);
  return output;
}

FeedGuardConfig ReadFeedGuard(const Section& top) {
  FeedGuardConfig guard;
  const Value* const value = top.Find("feed_guard");
  if (value == nullptr) return guard;
  if (value->node.IsScalar()) {
    top.Flag("feed_guard", guard.on);
    return guard;
  }
  const Section section = top.Within("feed_guard", {"most_change_percent", "at_least"});
  if (const auto percent = section.Number("most_change_percent", 1, 10'000)) {
    guard.most_change = static_cast<double>(*percent) / 100;
  }
  Number(section, "at_least", 1, 1'000'000'000, guard.at_least);
  return guard;
}

RunConfig ReadTop(const Section& top) {
  RunConfig config;
  config.kafka = ReadKafkaSection(top);
  config.input = ReadInput(top);
  config.output = ReadOutput(top, config.input);
  config.indicators = ReadIndicatorSets(top, config.input);
  top.Flag("guard", config.guard);
  config.feed_guard = ReadFeedGuard(top);
  config.warninglists = ReadPaths(top, "warninglists", "[warninglists/]");
  top.Text("cache", config.cache);
  config.workers = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostWorkers);
  Number(top, "workers", 1, kMostWorkers, config.workers);
  const Section batch = top.Within("batch", {"events", "wait_ms"});
  Number(batch, "events", 1, 1'000'000, config.batch.events);
  Time(batch, "wait_ms", 1, 60'000, config.batch.wait);
  const Section limits = top.Within("limits", {"in_flight_sightings", "drain_seconds"});
  Number(limits, "in_flight_sightings", 1, 100'000'000, config.limits.in_flight_sightings);
  Time(limits, "drain_seconds", 0, 3600, config.limits.drain);
  top.Choice<LogLevel>("log_level", kLogLevels, LogLevelFromName, config.log_level);
  return config;
}

}  // namespace

absl::StatusOr<RunConfig> ReadRunConfig(const std::string& text, const std::string& name_for_messages,
                                        const SecretReader& secrets) {
  RunConfig config;
  absl::Status status = ReadDocument(text, name_for_messages, secrets,
                                     {"kafka", "input", "output", "indicators", "guard", "feed_guard",
                                      "warninglists", "cache", "workers", "batch", "limits", "log_level"},
                                     [&](const Section& top) { config = ReadTop(top); });
  if (!status.ok()) return status;
  return config;
}

absl::StatusOr<RunConfig> ReadRunConfigFile(const std::string& path) {
  const auto text = ReadConfigText(path);
  if (!text.ok()) return text.status();
  const ConfigFolder folder(path);
  absl::StatusOr<RunConfig> config = ReadRunConfig(*text, path, folder.secrets());
  if (!config.ok()) return config;
  for (IndicatorConfig& indicator : config->indicators) {
    for (std::string* file : {&indicator.path, &indicator.access.certificate,
                              &indicator.access.certificate_key, &indicator.access.ca}) {
      folder.Resolve(*file);
    }
  }
  for (std::string& list : config->warninglists) folder.Resolve(list);
  for (std::string& map : config->input.field_maps) folder.Resolve(map);
  folder.Resolve(config->cache);
  return config;
}

}  // namespace polder
