#include "connectors/member/feedback_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

#include "connectors/config/access.h"
#include "connectors/config/document.h"
#include "connectors/config/kafka_section.h"
#include "connectors/config/section.h"
#include "engine/observable/domain.h"

namespace polder {
namespace {

constexpr std::size_t kLongestName = 64;

constexpr std::array<std::string_view, 9> kKinds{"ip",  "network", "domain", "url",   "email",
                                                 "md5", "sha1",    "sha256", "sha512"};
constexpr std::array<std::string_view, 5> kTlps{"clear", "green", "amber", "amber+strict", "red"};
constexpr std::array<std::string_view, 4> kDetails{"seen", "latency", "reach", "count"};
constexpr std::array<std::string_view, kLogSources> kSources{
    "network", "dns", "web", "mail", "endpoint", "identity", "cloud", "firewall", "other"};

// Only kinds of which a record can be made.
std::optional<Kind> FeedbackKindFromName(std::string_view name) {
  if (std::find(kKinds.begin(), kKinds.end(), name) == kKinds.end()) return std::nullopt;
  return KindFromName(name);
}

std::optional<Tlp> MarkingFromName(std::string_view name) {
  const std::optional<Tlp> tlp = TlpFromName(name);
  return tlp == Tlp::kUnmarked ? std::nullopt : tlp;
}

std::optional<Detail> DetailFromName(std::string_view name) {
  const auto* const found = std::find(kDetails.begin(), kDetails.end(), name);
  if (found == kDetails.end()) return std::nullopt;
  return static_cast<Detail>(found - kDetails.begin());
}

void AddProblem(const Section& section, std::string_view key, const std::string& message) {
  section.context().problems.Add(section.PlaceOfKey(key), message);
}

template <typename T>
std::vector<T> ReadNames(const Section& section, std::string_view key, std::string_view example,
                         std::span<const std::string_view> names,
                         std::optional<T> (*from_name)(std::string_view)) {
  const std::string expected = fmt::format("one of {}", fmt::join(names, ", "));
  std::vector<T> all;
  for (const Value& value : section.List(key, example)) {
    const auto text = ReadText(section.context(), value, expected);
    if (!text) continue;
    if (const std::optional<T> one = from_name(*text)) {
      all.push_back(*one);
    } else {
      AddUnexpected(section.context(), value, expected);
    }
  }
  return all;
}

std::vector<std::string> ReadTexts(const Section& section, std::string_view key, std::string_view example) {
  std::vector<std::string> all;
  for (const Value& value : section.List(key, example)) {
    if (auto text = ReadText(section.context(), value)) all.push_back(*std::move(text));
  }
  return all;
}

// --- Places --------------------------------------------------------------------------------------
struct PlaceTerms {
  std::string brokers;
  KafkaProperties properties;
  HttpOptions http;
};

HttpOptions ReadHttp(const Section& top) {
  IndicatorConfig::Access access;
  ReadAccess(top.Within("http", {kAccessKeys.begin(), kAccessKeys.end()}), access);
  return HttpOf(access);
}

PlaceTerms ReadPlaceTerms(const Section& top) {
  PlaceTerms terms;
  const Section kafka = top.Within("kafka", {"brokers", "properties"});
  if (top.Find("kafka") != nullptr) kafka.Require("brokers", "brokers: 127.0.0.1:9092");
  kafka.Text("brokers", terms.brokers);
  terms.properties = ReadKafkaProperties(kafka, "properties");
  terms.http = ReadHttp(top);
  return terms;
}

std::optional<Place> ReadPlace(const Section& top, const Value& value, const PlaceTerms& terms,
                               std::string_view expected, bool address) {
  auto name = ReadText(top.context(), value, expected);
  if (!name) return std::nullopt;
  Place place{*std::move(name), {}, {}, terms.http};
  if (place.is_topic()) {
    CheckTopicName(top.context(), value, place.topic());
    if (top.Find("kafka") == nullptr) {
      top.context().problems.Add(
          value.place, fmt::format("'{}' is a topic, and nothing says where Kafka is; add for example: "
                                   "kafka: {{brokers: 127.0.0.1:9092}}",
                                   value.path));
    }
    place.brokers = terms.brokers;
    place.properties = terms.properties;
  } else if (place.name == "-" ||
             (place.name.find("://") != std::string::npos && !(address && place.is_address()))) {
    AddUnexpected(top.context(), value, expected);
  }
  return place;
}

void ReadPlaces(const Section& top, FeedbackConfig& config) {
  const PlaceTerms terms = ReadPlaceTerms(top);
  const auto read = [&](std::string_view key, std::string_view expected, bool address) {
    const Value* const value = top.Find(key);
    return value == nullptr ? std::nullopt : ReadPlace(top, *value, terms, expected, address);
  };
  top.Require("board", "board: kafka:community");
  top.Require("send_to", "send_to: kafka:feedback");
  top.Require("sightings", "sightings: [kafka:sightings]");
  config.board = read("board", "kafka:TOPIC or a folder", false).value_or(Place{});
  config.send_to = read("send_to", "kafka:TOPIC, https://ADDRESS or a folder", true).value_or(Place{});
  config.verdicts = read("verdicts", "kafka:TOPIC or a file", false);
  config.watch = read("watch", "kafka:TOPIC or a file", false);
  for (const Value& value : top.List("sightings", "[kafka:sightings]")) {
    if (auto place = ReadPlace(top, value, terms, "kafka:TOPIC or a file", false)) {
      config.sightings.push_back(*std::move(place));
    }
  }
  if (top.Find("http") != nullptr && !config.send_to.name.empty() && !config.send_to.is_address()) {
    AddProblem(top, "http", "'http' means something for 'send_to: https://...' only; remove it");
  }
}

// --- Who and what --------------------------------------------------------------------------------
void ReadParties(const Section& top, FeedbackConfig& config) {
  top.Require("member", "member: harbour");
  top.Require("key", "key: harbour.key");
  top.Require("operator_key", "operator_key: file:operator.pub");
  top.Require("state", "state: /var/lib/polder/feedback");
  top.Text("member", config.member);
  top.Text("key", config.key);
  top.Text("state", config.state);
  if (config.member.size() > kLongestName) {
    AddUnexpected(top.context(), *top.Find("member"), "a name of at most 64 characters, as on the roster");
  }
  const Value* const key = top.Find("operator_key");
  if (key == nullptr) return;
  const auto text = ReadProperty(top.context(), *key, "polder-key:... or file:PATH");
  if (!text) return;
  const auto keys = ParsePartyKeys(*text);
  if (!keys) {
    AddUnexpected(
        top.context(), *key,
        "polder-key: and 128 hexadecimal digits, as the operator tells it (or file:PATH with that)");
    return;
  }
  config.operator_keys = *keys;
}

void ReadWatches(const Section& top, FeedbackConfig& config) {
  if (top.Find("watches") == nullptr) return;
  if (top.Find("watch") != nullptr) {
    AddProblem(top, "watches", "'watch' and 'watches' both say what is watched; keep one of the two");
  }
  const Section section = top.Within("watches", {"kinds", "log_sources", "events_per_day"});
  section.Require("kinds", "kinds: [ip, domain]");
  section.Require("log_sources", "log_sources: [network, dns]");
  section.Require("events_per_day", "events_per_day: 1000000");
  DeclaredWatch& watches = config.watches.emplace();
  watches.kinds = ReadNames<Kind>(section, "kinds", "[ip, domain]", kKinds, FeedbackKindFromName);
  watches.log_sources =
      ReadNames<LogSource>(section, "log_sources", "[network, dns]", kSources, LogSourceFromName);
  watches.events_per_day =
      static_cast<std::uint64_t>(section.Number("events_per_day", 0, 1'000'000'000'000'000).value_or(0));
}

void ReadOwn(const Section& policy, MemberPolicy& to) {
  const Section own = policy.Within("own", {"domains", "networks"});
  for (const Value& value : own.List("domains", "[harbour.example]")) {
    const auto text = ReadText(own.context(), value, "a domain name");
    if (!text) continue;
    const auto domain =
        IsName(*text) ? CanonicalDomain(*text, /*drop_bad_labels=*/false) : std::optional<std::string>();
    if (domain) {
      to.own_domains.push_back(*domain);
    } else {
      AddUnexpected(own.context(), value, "a domain name such as harbour.example");
    }
  }
  for (const Value& value : own.List("networks", "[198.51.100.0/24]")) {
    const auto text = ReadText(own.context(), value, "a network");
    if (!text) continue;
    const auto ip = ParseIp(*text);
    const auto network = ip ? Network{*ip, 128} : ParseNetwork(*text);
    if (network) {
      to.own_networks.push_back(*network);
    } else {
      AddUnexpected(own.context(), value, "a network such as 198.51.100.0/24, or an address");
    }
  }
}

MemberPolicy ReadPolicy(const Section& top) {
  MemberPolicy policy;
  const Section section = top.Within(
      "policy", {"kinds", "never_about", "own", "treat_as_at_least", "at_most", "beyond_manifest"});
  policy.kinds = ReadNames<Kind>(section, "kinds", "[ip, domain]", kKinds, FeedbackKindFromName);
  policy.never_about = ReadTexts(section, "never_about", "[name-of-a-feed]");
  ReadOwn(section, policy);
  section.Choice<Tlp>("treat_as_at_least", kTlps, MarkingFromName, policy.at_least);
  section.Choice<Detail>("at_most", kDetails, DetailFromName, policy.at_most);
  section.Flag("beyond_manifest", policy.beyond_manifest);
  return policy;
}

FeedbackConfig ReadTop(const Section& top) {
  FeedbackConfig config;
  ReadParties(top, config);
  ReadPlaces(top, config);
  ReadWatches(top, config);
  if (const auto minutes = top.Number("jitter_minutes", 0, 720))
    config.jitter = std::chrono::minutes(*minutes);
  config.policy = ReadPolicy(top);
  return config;
}

}  // namespace

Watched DeclaredWatch::In(const Epoch& epoch) const {
  Watched watched;
  for (const Kind kind : kinds) watched.Add(kind);
  for (const LogSource source : log_sources) watched.Add(source);
  const double events =
      static_cast<double>(events_per_day) * static_cast<double>(epoch.length) / static_cast<double>(kDayUs);
  watched.events = EventsBucketOf(static_cast<std::uint64_t>(events));
  return watched;
}

absl::StatusOr<FeedbackConfig> ReadFeedbackConfig(const std::string& text,
                                                  const std::string& name_for_messages,
                                                  const SecretReader& secrets) {
  FeedbackConfig config;
  absl::Status status =
      ReadDocument(text, name_for_messages, secrets,
                   {"member", "key", "operator_key", "board", "send_to", "kafka", "http", "sightings",
                    "verdicts", "watch", "watches", "state", "jitter_minutes", "policy"},
                   [&](const Section& top) { config = ReadTop(top); });
  if (!status.ok()) return status;
  return config;
}

absl::StatusOr<FeedbackConfig> ReadFeedbackConfigFile(const std::string& path) {
  const auto text = ReadConfigText(path);
  if (!text.ok()) return text.status();
  const ConfigFolder folder(path);
  auto config = ReadFeedbackConfig(*text, path, folder.secrets());
  if (!config.ok()) return config;
  const auto place_from_folder = [&](Place& place) {
    if (!place.is_topic() && !place.is_address()) folder.Resolve(place.name);
    folder.Resolve(place.http.credentials.client_certificate);
    folder.Resolve(place.http.credentials.client_key);
    folder.Resolve(place.http.ca_file);
  };
  folder.Resolve(config->key);
  folder.Resolve(config->state);
  place_from_folder(config->board);
  place_from_folder(config->send_to);
  for (Place& place : config->sightings) place_from_folder(place);
  if (config->verdicts) place_from_folder(*config->verdicts);
  if (config->watch) place_from_folder(*config->watch);
  return config;
}

}  // namespace polder
