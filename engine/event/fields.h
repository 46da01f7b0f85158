// The fields of an event that mean something to the matcher: which product's event it is, when it happened,
// and URLs that are spread over several fields.
#ifndef POLDER_ENGINE_EVENT_FIELDS_H_
#define POLDER_ENGINE_EVENT_FIELDS_H_

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/base/time.h"
#include "engine/event/field_map.h"

namespace polder {

// Collects those fields while a record is read, then answers. Reused from record to record; one per worker.
//
// Where no map is recognised, or its own fields hold none, the time is looked for in the fields that most
// products use, and URLs are composed by every map's rule.
//
// A URL is composed where the host field is a host with at most a port (no `%`, `/`, `?`, `#` or `@`) and the
// path begins with `/`. A host that is an IPv6 address may stand with or without brackets. The port field
// counts when the host has none of its own. Of a key that occurs twice the first text counts.
class EventFields {
 public:
  // `maps` outlive it.
  explicit EventFields(const FieldMaps& maps);
  ~EventFields();
  EventFields(EventFields&&) noexcept;
  EventFields& operator=(EventFields&&) noexcept;

  void Clear();
  void SeeString(std::string_view path, std::string_view value);
  void SeeNumber(std::string_view path, double value);
  // The record is read to its end, and was of this format. Asked before the rest.
  void End(Format format);

  // The map of the product; null if none is recognised.
  const FieldMap* map() const;
  // All maps that recognise the event, the one that counts first: for those who write maps.
  std::vector<const FieldMap*> recognised() const;
  // Its name; without one that of the format ("json", "syslog", "cef", ...).
  std::string_view format_name() const;
  std::optional<TimeUs> Time(TimeUs arrival) const;
  // `field` is the path field; the views last for the call.
  void ComposedUrls(absl::FunctionRef<void(std::string_view field, std::string_view url)> sink) const;
  // "suricata", "network", "dns"; each empty if not known. Valid until Clear.
  struct LogSource {
    std::string_view product, category, service;
  };
  LogSource log_source() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_FIELDS_H_
