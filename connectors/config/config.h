// The configuration of `polder run`.
#ifndef POLDER_CONNECTORS_CONFIG_CONFIG_H_
#define POLDER_CONNECTORS_CONFIG_CONFIG_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/config/secrets.h"
#include "engine/community/party_keys.h"
#include "engine/event/record.h"
#include "engine/indicator/tlp.h"
#include "engine/observable/kind.h"
#include "engine/sighting/render.h"

namespace polder {

struct KafkaConfig {
  // Properties of librdkafka, as text, none of those that Polder controls itself.
  using Properties = std::map<std::string, std::string>;

  std::string brokers;
  std::string group = "polder";
  Properties properties;  // for both clients
  Properties consumer;    // for the consumers alone; these win
  Properties producer;

  // The broker is to be run inside this process, for a demonstration.
  bool embedded() const { return brokers == "embedded"; }
};

struct InputConfig {
  std::vector<std::string> topics;  // at least one, each once
  Format format = Format::kAuto;
  std::vector<std::string> field_maps;  // files and folders, beside the shipped ones
};

struct OutputConfig {
  std::string topic = "sightings";
  OutputFormat format = OutputFormat::kEcs;
  std::optional<std::string> dead_letter;
  std::optional<std::string> watch;        // what was watched, hour by hour: for feedback (engine/watch)
  std::size_t max_original_bytes = 65536;  // how much of the event a sighting carries
};

// Where indicators come from: exactly one of the first five.
struct IndicatorConfig {
  std::string path;   // a file or folder
  std::string taxii;  // the address of a TAXII 2.1 server or collection
  std::string misp;   // that of a MISP feed
  std::string url;    // that of one file
  std::string topic;  // a compacted topic of indicators, of the brokers of `kafka`
  // Of a topic that is a community's board: its operator's keys; then only signed indicators count.
  std::optional<PartyKeys> operator_key;

  std::optional<std::string> source;  // nothing: each file's own name, the address, the topic
  std::optional<Tlp> tlp;             // for indicators without a marking
  std::optional<int> confidence;      // 0 to 100, for indicators without one
  bool shadow = false;                // matched and counted, without sightings
  bool watch = true;                  // of a path: read again when it changes
  std::optional<Kind> kind;           // of bare values in lists
  std::string column;                 // with the value, in CSV lists

  // For what is fetched over HTTP.
  std::string collection;  // of a TAXII server: its id, alias or title
  std::optional<std::chrono::seconds> poll;
  struct Access {
    std::string user;
    std::string password;
    std::string token;
    std::string api_key;
    std::string api_key_header;
    std::string certificate;      // PEM file, for mutual TLS
    std::string certificate_key;  // PEM file
    std::string ca;               // PEM file, in place of the system's authorities
  } access;
};

// How much a feed may change at a refresh before it is held.
struct FeedGuardConfig {
  bool on = true;
  double most_change = 0.5;
  std::size_t at_least = 10;
};

struct BatchConfig {
  std::size_t events = 10'000;
  std::chrono::milliseconds wait{100};
};

struct LimitsConfig {
  std::size_t in_flight_sightings = 100'000;  // consumption pauses above this
  std::chrono::seconds drain{30};
};

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

struct RunConfig {
  KafkaConfig kafka;
  InputConfig input;
  OutputConfig output;
  std::vector<IndicatorConfig> indicators;  // at least one
  bool guard = true;
  FeedGuardConfig feed_guard;
  std::vector<std::string> warninglists;  // files and folders
  std::string cache;        // a folder for compiled expressions and the last roster; empty: nothing is kept
  std::size_t workers = 1;  // ReadRunConfig: the number of cores, unless given
  BatchConfig batch;
  LimitsConfig limits;
  LogLevel log_level = LogLevel::kInfo;
};

// Reads and checks YAML. Values may hold `${NAME}`, replaced from the environment (`$${` is a literal `${`);
// the value of a librdkafka property may be `file:PATH`, replaced by that file's content without its last
// line end. Paths are kept as they are written.
//
// All that is wrong is reported at once: the InvalidArgument error has one line for each problem, in order,
// `NAME:LINE:COLUMN: what is wrong; what to do`. Values that came from the environment or a file are not
// shown.
absl::StatusOr<RunConfig> ReadRunConfig(const std::string& text, const std::string& name_for_messages,
                                        const SecretReader& secrets);

// The same for a file, secrets being those of the system; relative paths, of indicators and of secrets, are
// counted from the file's folder.
absl::StatusOr<RunConfig> ReadRunConfigFile(const std::string& path);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_CONFIG_H_
