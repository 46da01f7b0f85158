// The few fields of an event that mean something to the matcher whatever the product: when it happened, and
// URLs that are spread over several fields.
#ifndef POLDER_ENGINE_EVENT_FIELDS_H_
#define POLDER_ENGINE_EVENT_FIELDS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "engine/base/time.h"

namespace polder {

// Collects those fields while a record is walked, then answers. Reused from record to record; one per worker.
//
// The time of the event is the first of these fields that holds a time (ISO 8601, or seconds, milli- or
// microseconds since 1970, as a string or a number): @timestamp, timestamp, ts, UtcTime, TimeCreated,
// Event.System.TimeCreated.#attributes.SystemTime, eventTime, EventTime, time, _time, created_at, datetime.
//
// URLs are composed from
//   http.hostname + http.url, port http.http_port    Suricata EVE; scheme http
//   host + uri                                       Zeek http.log as JSON; scheme http
//   url.domain + url.path [+ ?url.query], port url.port, scheme url.scheme (http if absent)    ECS
// where the host field is a host with at most a port (no `%`, `/`, `?`, `#` or `@`) and the path begins with
// `/`. A host that is an IPv6 address may stand with or without brackets. The port field counts when the host
// has none of its own. Of a key that occurs twice the first text counts.
class EventFields {
 public:
  void Clear();
  void SeeString(std::string_view path, std::string_view value);
  void SeeNumber(std::string_view path, double value);

  std::optional<TimeUs> Time() const;
  // `field` is the path field; the views last for the call.
  void ComposedUrls(absl::FunctionRef<void(std::string_view field, std::string_view url)> sink) const;
  // Which product's shape the record has: "eve", "zeek", "winlog", "ecs", or "json" for any other.
  std::string_view FormatName() const;

 private:
  static constexpr std::size_t kTimeFields = 12;
  static constexpr std::size_t kUrlFields = 10;

  std::array<std::optional<TimeUs>, kTimeFields> times_;
  std::array<std::string, kUrlFields> url_parts_;
  std::array<bool, kUrlFields> url_seen_{};
  std::uint32_t marks_ = 0;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_FIELDS_H_
