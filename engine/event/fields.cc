#include "engine/event/fields.h"

#include <algorithm>
#include <cmath>

namespace polder {
namespace {

constexpr std::array<std::string_view, 12> kTimePaths = {
    "@timestamp", "timestamp",   "ts",
    "UtcTime",    "TimeCreated", "Event.System.TimeCreated.#attributes.SystemTime",
    "eventTime",  "EventTime",   "time",
    "_time",      "created_at",  "datetime"};

enum UrlField : std::size_t {
  kEveHost,
  kEvePath,
  kEvePort,
  kZeekHost,
  kZeekPath,
  kEcsHost,
  kEcsPath,
  kEcsQuery,
  kEcsPort,
  kEcsScheme,
  kNoField
};
constexpr std::array<std::string_view, 10> kUrlPaths = {
    "http.hostname", "http.url", "http.http_port", "host",     "uri",
    "url.domain",    "url.path", "url.query",      "url.port", "url.scheme"};
static_assert(kUrlPaths.size() == kNoField);

struct Composition {
  UrlField host, path, query, port, scheme;
};
constexpr std::array<Composition, 3> kCompositions = {
    {{kEveHost, kEvePath, kNoField, kEvePort, kNoField},
     {kZeekHost, kZeekPath, kNoField, kNoField, kNoField},
     {kEcsHost, kEcsPath, kEcsQuery, kEcsPort, kEcsScheme}}};

// Fields whose presence tells the product; a record has the first shape all of whose marks it shows.
enum Mark : std::uint32_t {
  kEventType = 1,
  kFlowId = 2,
  kZeekPathField = 4,
  kUid = 8,
  kEventId = 16,
  kWinlog = 32,
  kEcs = 64,
  kTimestamp = 128
};

std::uint32_t MarkOf(std::string_view path) {
  if (path == "event_type") return kEventType;
  if (path == "flow_id" || path == "src_ip" || path == "dest_ip") return kFlowId;
  if (path == "_path" || path == "id.orig_h" || path == "id_orig_h") return kZeekPathField;
  if (path == "uid") return kUid;
  if (path == "EventID" || path.starts_with("Event.System.EventID")) return kEventId;
  if (path.starts_with("winlog.")) return kWinlog;
  if (path == "ecs.version" || path == "event.kind" || path == "event.category.0" ||
      path == "event.category" || path == "event.dataset" || path == "event.module") {
    return kEcs;
  }
  if (path == "@timestamp") return kTimestamp;
  return 0;
}

std::optional<TimeUs> TimeFromNumber(double value) {
  double unit = 0;
  if (value >= 1e9 && value < 1e10) unit = 1e6;
  if (value >= 1e12 && value < 1e13) unit = 1e3;
  if (value >= 1e15 && value < 1e16) unit = 1;
  if (unit == 0) return std::nullopt;
  return static_cast<TimeUs>(std::llround(value * unit));
}

template <std::size_t N>
std::size_t IndexOf(const std::array<std::string_view, N>& paths, std::string_view path) {
  return static_cast<std::size_t>(std::find(paths.begin(), paths.end(), path) - paths.begin());
}

// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare v6 address.
bool IsHostField(std::string_view host) {
  return !host.empty() && host.find_first_of("%/?#@ ") == std::string_view::npos;
}

}  // namespace

void EventFields::Clear() {
  times_.fill(std::nullopt);
  url_seen_.fill(false);
  marks_ = 0;
}

void EventFields::SeeString(std::string_view path, std::string_view value) {
  marks_ |= MarkOf(path);
  if (const std::size_t i = IndexOf(kTimePaths, path); i < kTimeFields && !times_[i]) {
    times_[i] = ParseIsoTime(value);
    if (!times_[i]) times_[i] = ParseEpochTime(value);
  }
  if (const std::size_t i = IndexOf(kUrlPaths, path); i < kUrlFields && !url_seen_[i]) {
    url_seen_[i] = true;
    url_parts_[i] = value;
  }
}

void EventFields::SeeNumber(std::string_view path, double value) {
  marks_ |= MarkOf(path);
  if (const std::size_t i = IndexOf(kTimePaths, path); i < kTimeFields && !times_[i]) {
    times_[i] = TimeFromNumber(value);
  }
  if (const std::size_t i = IndexOf(kUrlPaths, path); (i == kEvePort || i == kEcsPort) && !url_seen_[i]) {
    if (value < 0 || value > 65535 || value != std::floor(value)) return;
    url_seen_[i] = true;
    url_parts_[i] = std::to_string(static_cast<int>(value));
  }
}

std::optional<TimeUs> EventFields::Time() const {
  for (const auto& time : times_) {
    if (time) return time;
  }
  return std::nullopt;
}

void EventFields::ComposedUrls(absl::FunctionRef<void(std::string_view, std::string_view)> sink) const {
  const auto part = [this](UrlField field) {
    return field != kNoField && url_seen_[field] ? std::string_view(url_parts_[field]) : std::string_view();
  };
  for (const Composition& composition : kCompositions) {
    std::string_view host = part(composition.host);
    const std::string_view path = part(composition.path);
    if (!IsHostField(host) || !path.starts_with('/')) continue;
    std::string url(part(composition.scheme));
    if (url.empty()) url = "http";
    url += "://";
    const auto colons = std::count(host.begin(), host.end(), ':');
    const bool bare_v6 = colons > 1 && !host.starts_with('[');
    const bool has_port = !bare_v6 && colons > 0 && !host.ends_with(']');
    if (bare_v6) url += '[';
    url += host;
    if (bare_v6) url += ']';
    const std::string_view port = part(composition.port);
    if (!has_port && !port.empty()) {
      url += ':';
      url += port;
    }
    url += path;
    if (const std::string_view query = part(composition.query); !query.empty()) {
      url += '?';
      url += query;
    }
    sink(kUrlPaths[composition.path], url);
  }
}

std::string_view EventFields::FormatName() const {
  const auto has = [this](std::uint32_t marks) { return (marks_ & marks) == marks; };
  if (has(kEventType | kFlowId)) return "eve";
  if (has(kZeekPathField) || (has(kUid) && times_[2])) return "zeek";
  if (has(kWinlog) || has(kEventId)) return "winlog";
  if (has(kEcs | kTimestamp)) return "ecs";
  return "json";
}

}  // namespace polder
