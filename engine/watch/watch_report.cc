#include "engine/watch/watch_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

namespace polder {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestReport = std::size_t{64} << 10;
constexpr std::size_t kLongestInstance = 128;
// Receivers add them up as signed numbers.
constexpr std::uint64_t kMost = std::uint64_t{1} << 62;

absl::Status Wrong(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("not a report of what is watched: {}", why));
}

// Empty if it is absent or no text.
std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> NumberOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto number = found->get<std::uint64_t>();
  return number <= kMost ? std::optional(number) : std::nullopt;
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

std::string RenderWatchReport(const WatchReport& report) {
  nlohmann::ordered_json json = {{"polder", "watch/1"},
                                 {"instance", report.instance},
                                 {"sequence", report.sequence},
                                 {"epoch_start", FormatIsoTime(report.period_start)},
                                 {"events", report.events},
                                 {"kinds", nlohmann::ordered_json::array()},
                                 {"log_sources", nlohmann::ordered_json::array()}};
  for (const Kind kind : kAllKinds) {
    if (report.watched.Has(kind)) json["kinds"].push_back(KindName(kind));
  }
  for (std::size_t i = 0; i < kLogSources; ++i) {
    const auto source = static_cast<LogSource>(i);
    if (report.watched.Has(source)) json["log_sources"].push_back(LogSourceName(source));
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

absl::StatusOr<WatchReport> ReadWatchReport(std::string_view json) {
  if (json.size() > kLongestReport) {
    return Wrong(fmt::format("{} bytes; at most {} are read", json.size(), kLongestReport));
  }
  const Json object = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (object.is_discarded() || !object.is_object()) return Wrong("it is no JSON object");
  if (TextOf(object, "polder") != "watch/1") return Wrong("'polder' is not 'watch/1'");
  WatchReport report;
  report.instance = TextOf(object, "instance");
  if (report.instance.empty() || report.instance.size() > kLongestInstance) {
    return Wrong("'instance' is missing or too long");
  }
  const auto sequence = NumberOf(object, "sequence");
  const auto events = NumberOf(object, "events");
  if (!sequence || !events) return Wrong("'sequence' and 'events' are whole numbers from 0 on");
  const auto start = ParseIsoTime(TextOf(object, "epoch_start"));
  if (!start) return Wrong("'epoch_start' is no time such as 2024-05-06T07:00:00Z");
  report.sequence = *sequence;
  report.events = *events;
  report.period_start = *start;
  AddNames<Kind>(object, "kinds", KindFromName, report.watched);
  AddNames<LogSource>(object, "log_sources", LogSourceFromName, report.watched);
  return report;
}

}  // namespace polder
