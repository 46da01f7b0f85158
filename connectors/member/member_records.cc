#include "connectors/member/member_records.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rules/read/list_value.h"
#include "rules/read/shown.h"

namespace polder {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestInstance = 128;

absl::Status Wrong(std::string_view what, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("not a {}: {}", what, why));
}

absl::StatusOr<Json> ReadObject(std::string_view json, std::string_view what) {
  if (json.size() > kLargestRecord) {
    return Wrong(what, fmt::format("{} bytes; at most {} are read", json.size(), kLargestRecord));
  }
  Json object = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded() || !object.is_object()) return Wrong(what, "it is no JSON object");
  return object;
}

// Empty if it is absent or no text.
std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> NumberOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

template <typename T>
void AddNames(const Json& object, const char* key, std::optional<T> (*from_name)(std::string_view),
              Watched& to) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return;
  for (const Json& name : *found) {
    if (!name.is_string()) continue;
    if (const auto one = from_name(name.get_ref<const std::string&>())) to.Add(*one);
  }
}

}  // namespace

absl::StatusOr<std::vector<GivenVerdict>> MakeVerdict(std::string_view value, std::string_view kind,
                                                      std::string_view verdict, TimeUs given) {
  const auto word = VerdictFromName(verdict);
  if (!word || *word == Verdict::kSeen) {
    return absl::InvalidArgumentError(
        fmt::format("'{}' is no verdict: expected confirmed or false_positive", Shown(verdict, 100)));
  }
  const auto known_kind = kind.empty() ? std::nullopt : KindFromName(kind);
  if (!kind.empty() && (!known_kind || !MakesFeedback(*known_kind))) {
    return absl::InvalidArgumentError(fmt::format(
        "'{}' is no kind that feedback is about: expected ip, network, domain, url, email, md5, sha1, sha256 "
        "or sha512",
        Shown(kind, 100)));
  }
  auto typed = known_kind ? ReadForcedValue(value, *known_kind) : ReadValue(value, ValueRole{});
  if (!typed.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("'{}': {}", Shown(value, 100), std::string(typed.status().message())));
  }
  std::vector<GivenVerdict> verdicts;
  for (TypedValue& one : *typed) {
    if (!one.conditions.empty() || !one.pattern.empty() || !MakesFeedback(one.kind)) {
      return absl::InvalidArgumentError(fmt::format(
          "'{}' is a conjunction, text or expression, and feedback is about exact values and networks only: "
          "give the value alone",
          Shown(value, 100)));
    }
    verdicts.push_back({one.kind, std::move(one.value), *word, given});
  }
  return verdicts;
}

absl::StatusOr<std::vector<GivenVerdict>> ReadVerdictRecord(std::string_view json, TimeUs now) {
  const auto object = ReadObject(json, "verdict");
  if (!object.ok()) return object.status();
  const std::string value = TextOf(*object, "value");
  if (value.empty()) return Wrong("verdict", "'value' is missing; expected the indicator's value");
  TimeUs given = now;
  if (object->contains("time")) {
    const auto time = ParseIsoTime(TextOf(*object, "time"));
    if (!time) return Wrong("verdict", "'time' is no time such as 2024-05-06T07:08:09Z");
    // An hour for clocks that differ. A later one would stand against every word to come.
    given = std::min(*time, now + 3'600 * kSecondUs);
  }
  return MakeVerdict(value, TextOf(*object, "kind"), TextOf(*object, "verdict"), given);
}

absl::StatusOr<WatchRecord> ReadWatchRecord(std::string_view json) {
  constexpr std::string_view kWhat = "record of what is watched";
  const auto object = ReadObject(json, kWhat);
  if (!object.ok()) return object.status();
  if (TextOf(*object, "polder") != "watch/1") return Wrong(kWhat, "'polder' is not 'watch/1'");
  WatchRecord record;
  record.instance = TextOf(*object, "instance");
  if (record.instance.empty() || record.instance.size() > kLongestInstance) {
    return Wrong(kWhat, "'instance' is missing or too long");
  }
  const auto sequence = NumberOf(*object, "sequence");
  const auto events = NumberOf(*object, "events");
  // They are stored as signed numbers.
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  if (!sequence || !events || *sequence > kMost || *events > kMost) {
    return Wrong(kWhat, "'sequence' and 'events' are whole numbers from 0 on");
  }
  const auto start = ParseIsoTime(TextOf(*object, "epoch_start"));
  if (!start) return Wrong(kWhat, "'epoch_start' is no time such as 2024-05-06T00:00:00Z");
  record.sequence = *sequence;
  record.events = *events;
  record.epoch = *start;
  AddNames<Kind>(*object, "kinds", KindFromName, record.watched);
  AddNames<LogSource>(*object, "log_sources", LogSourceFromName, record.watched);
  return record;
}

}  // namespace polder
