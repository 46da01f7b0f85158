#include "connectors/config/indicators_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/config/access.h"
#include "connectors/config/kafka_section.h"

namespace polder {
namespace {

constexpr std::string_view kExample = "[{path: indicators/}]";
constexpr std::int64_t kLongestPoll = 30 * 86'400;

constexpr std::array<std::string_view, 5> kOrigins{"path", "taxii", "misp", "url", "topic"};
constexpr std::array<std::string_view, 5> kTlps{"clear", "green", "amber", "amber+strict", "red"};
const std::vector<std::string_view>& KindNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Kind kind : kAllKinds) {
      if (kind != Kind::kPort) all.push_back(KindName(kind));
    }
    return all;
  }();
  return names;
}

// The outer optional says whether `name` is one, the inner is the type to fill: "unmarked" cannot be asked
// for.
std::optional<std::optional<Tlp>> MarkingFromName(std::string_view name) {
  const std::optional<Tlp> tlp = TlpFromName(name);
  if (!tlp.has_value() || *tlp == Tlp::kUnmarked) return std::nullopt;
  return tlp;
}

std::optional<std::optional<Kind>> ListKindFromName(std::string_view name) {
  const std::optional<Kind> kind = KindFromName(name);
  if (!kind.has_value() || *kind == Kind::kPort) return std::nullopt;
  return kind;
}

void AddProblem(const Section& section, std::string_view key, const std::string& message) {
  section.context().problems.Add(section.PlaceOfKey(key), message);
}

// Which of kOrigins it has; empty, and a problem, unless it is one.
std::string_view OriginOf(const Section& section) {
  std::vector<std::string_view> there;
  std::copy_if(kOrigins.begin(), kOrigins.end(), std::back_inserter(there),
               [&](std::string_view key) { return section.Find(key) != nullptr; });
  if (there.size() == 1) return there.front();
  if (there.empty()) {
    section.Require("path", "path: indicators/");
  } else {
    AddProblem(
        section, there[1],
        fmt::format("'{}' and '{}' are two feeds; write each as an element of its own", there[0], there[1]));
  }
  return {};
}

// `keys` mean something only for some origins.
void RefuseKeys(const Section& section, std::span<const std::string_view> keys, std::string_view origin,
                std::string_view belongs_to) {
  for (const std::string_view key : keys) {
    if (section.Find(key) == nullptr) continue;
    AddProblem(section, key,
               fmt::format("'{}' means something for {}, not for '{}'; remove it", section.PathOf(key),
                           belongs_to, origin));
  }
}

void CheckAddress(const Section& section, std::string_view key, const std::string& address) {
  if (address.empty() || address.starts_with("https://") || address.starts_with("http://")) return;
  AddUnexpected(section.context(), *section.Find(key), "an address that begins with https:// (or http://)");
}

void CheckTopic(const Section& section, const InputConfig& input, const std::string& topic) {
  if (topic.empty()) return;
  CheckTopicName(section.context(), *section.Find("topic"), topic);
  if (std::find(input.topics.begin(), input.topics.end(), topic) == input.topics.end()) return;
  AddProblem(section, "topic",
             fmt::format("topic '{}' is one of input.topics: it has either events or indicators", topic));
}

void ReadOperatorKey(const Section& section, std::optional<PartyKeys>& keys) {
  const Value* const value = section.Find("operator_key");
  if (value == nullptr) return;
  const auto text = ReadProperty(section.context(), *value, "a key or file:PATH");
  if (!text) return;
  keys = ParsePartyKeys(*text);
  if (!keys) {
    AddUnexpected(section.context(), *value,
                  "the line that polder isac init printed: polder-key: and 128 digits");
  }
}

IndicatorConfig ReadFeed(const Section& section, const InputConfig& input) {
  IndicatorConfig feed;
  const std::string_view origin = OriginOf(section);
  section.Text("path", feed.path);
  section.Text("taxii", feed.taxii);
  section.Text("misp", feed.misp);
  section.Text("url", feed.url);
  section.Text("topic", feed.topic);
  CheckAddress(section, "taxii", feed.taxii);
  CheckAddress(section, "misp", feed.misp);
  CheckAddress(section, "url", feed.url);
  CheckTopic(section, input, feed.topic);

  ReadOperatorKey(section, feed.operator_key);
  section.Text("source", feed.source);
  section.Choice<std::optional<Tlp>>("tlp", kTlps, MarkingFromName, feed.tlp);
  if (const auto number = section.Number("confidence", 0, 100)) feed.confidence = static_cast<int>(*number);
  section.Flag("shadow", feed.shadow);
  section.Choice<std::optional<Kind>>("kind", KindNames(), ListKindFromName, feed.kind);
  section.Text("column", feed.column);
  section.Flag("watch", feed.watch);
  section.Text("collection", feed.collection);
  if (const auto seconds = section.Number("poll_seconds", 1, kLongestPoll)) {
    feed.poll = std::chrono::seconds(*seconds);
  }
  ReadAccess(section, feed.access);
  if (!origin.empty() && origin != "topic") {
    RefuseKeys(section, std::array{std::string_view("operator_key")}, origin, "a topic");
  }
  const bool fetched = origin == "taxii" || origin == "misp" || origin == "url";
  if (!origin.empty() && origin != "path") {
    RefuseKeys(section, std::array{std::string_view("watch")}, origin, "a path");
  }
  if (!origin.empty() && origin != "taxii") {
    RefuseKeys(section, std::array{std::string_view("collection")}, origin, "taxii");
  }
  if (!origin.empty() && !fetched) {
    RefuseKeys(section, std::array{std::string_view("poll_seconds")}, origin, "taxii, misp and url");
    RefuseKeys(section, kAccessKeys, origin, "taxii, misp and url");
  }
  return feed;
}

}  // namespace

std::vector<IndicatorConfig> ReadIndicatorSets(const Section& top, const InputConfig& input) {
  std::vector<std::string_view> keys(kOrigins.begin(), kOrigins.end());
  keys.insert(keys.end(), {"source", "tlp", "confidence", "shadow", "watch", "kind", "column", "collection",
                           "poll_seconds", "operator_key"});
  keys.insert(keys.end(), kAccessKeys.begin(), kAccessKeys.end());
  std::vector<IndicatorConfig> feeds;
  top.Require("indicators", fmt::format("indicators: {}", kExample));
  for (const Value& value : top.List("indicators", kExample)) {
    feeds.push_back(ReadFeed(Section(top.context(), value, keys), input));
  }
  return feeds;
}

}  // namespace polder
