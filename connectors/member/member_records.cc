#include "connectors/member/member_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/read/list_value.h"
#include "rules/read/shown.h"

namespace polder {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLargestRecord = std::size_t{1} << 20;

absl::Status Wrong(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("not a verdict: {}", why));
}

// Empty if it is absent or no text.
std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
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
  if (json.size() > kLargestRecord) {
    return Wrong(fmt::format("{} bytes; at most {} are read", json.size(), kLargestRecord));
  }
  const Json object = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded() || !object.is_object()) return Wrong("it is no JSON object");
  const std::string value = TextOf(object, "value");
  if (value.empty()) return Wrong("'value' is missing; expected the indicator's value");
  TimeUs given = now;
  if (object.contains("time")) {
    const auto time = ParseIsoTime(TextOf(object, "time"));
    if (!time) return Wrong("'time' is no time such as 2024-05-06T07:08:09Z");
    // An hour for clocks that differ. A later one would stand against every word to come.
    given = std::min(*time, now + 3'600 * kSecondUs);
  }
  return MakeVerdict(value, TextOf(object, "kind"), TextOf(object, "verdict"), given);
}

}  // namespace polder
