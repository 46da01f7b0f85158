#include "engine/scorecard/read_release.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace polder {
namespace {

using Json = nlohmann::json;

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(
      fmt::format("this is no release for members: {} is missing or not as expected", what));
}

const Json& At(const Json& object, const char* key) {
  static const Json kNone;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found == object.end() ? kNone : *found;
}

std::string TextAt(const Json& object, const char* key) {
  const Json& value = At(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool ReadCount(const Json& value, std::size_t& count) {
  if (!value.is_number_unsigned()) return false;
  count = value.get<std::size_t>();
  return true;
}

std::optional<LatencyBucket> LatencyFromName(std::string_view name) {
  for (const LatencyBucket bucket :
       {LatencyBucket::kRetro, LatencyBucket::kDay, LatencyBucket::kWeek, LatencyBucket::kLater}) {
    if (LatencyBucketName(bucket) == name) return bucket;
  }
  return std::nullopt;
}

bool ReadEpochs(const Json& json, std::vector<Epoch>& epochs) {
  if (!json.is_array() || json.empty()) return false;
  for (const Json& one : json) {
    const auto start = ParseIsoTime(TextAt(one, "start"));
    const auto end = ParseIsoTime(TextAt(one, "end"));
    if (!start || !end || *end <= *start || (!epochs.empty() && *start < epochs.back().end())) return false;
    epochs.push_back({*start, *end - *start});
  }
  return true;
}

bool ReadIndicator(const Json& json, ReleasedIndicator& one) {
  const auto ioc_id = FromHex<32>(TextAt(json, "ioc_id"));
  const auto kind = KindFromName(TextAt(json, "kind"));
  if (!ioc_id || !kind) return false;
  one.ioc_id = *ioc_id;
  one.kind = *kind;
  one.tlp = TlpFromName(TextAt(json, "tlp")).value_or(Tlp::kUnmarked);
  one.audience = Audience::kRecipients;
  one.latency_at_most = LatencyFromName(TextAt(json, "latency_at_most"));
  for (const Json& verdict : At(json, "verdicts")) {
    one.confirmed |= verdict == VerdictName(Verdict::kConfirmed);
    one.false_positive |= verdict == VerdictName(Verdict::kFalsePositive);
  }
  return true;
}

}  // namespace

absl::StatusOr<Release> ReadMembersRelease(std::string_view json) {
  const Json parsed = Json::parse(json, nullptr, false);
  if (TextAt(parsed, "type") != "polder-release" || TextAt(parsed, "audience") != "members") {
    return Wrong("its type or audience");
  }
  Release release;
  release.community = TextAt(parsed, "community");
  if (!ReadEpochs(At(parsed, "epochs"), release.epochs)) return Wrong("the list of epochs");
  if (!ReadCount(At(parsed, "members"), release.members)) return Wrong("the number of members");
  if (const Json& k = At(parsed, "k"); !k.is_null()) {
    if (!ReadCount(k, release.k.emplace()) || *release.k == 0) return Wrong("k");
  }
  const Json& released = At(parsed, "released");
  if (!released.is_array()) return Wrong("the list of what is released");
  for (const Json& one : released) {
    if (!ReadIndicator(one, release.released.emplace_back())) return Wrong("a released indicator");
  }
  const Json& suppressed = At(parsed, "suppressed");
  if (!ReadCount(At(suppressed, "indicators_at_least"), release.suppressed.indicators) ||
      !ReadCount(At(suppressed, "reports_at_least"), release.suppressed.reports)) {
    return Wrong("what is suppressed");
  }
  return release;
}

}  // namespace polder
