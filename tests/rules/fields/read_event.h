// Reads one event as the matcher does, and says what the maps make of it.
#ifndef POLDER_TESTS_RULES_FIELDS_READ_EVENT_H_
#define POLDER_TESTS_RULES_FIELDS_READ_EVENT_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/event_reader.h"
#include "engine/event/fields.h"

namespace polder {

struct SeenEvent {
  std::string format;
  const FieldMap* map = nullptr;
  std::vector<std::string> recognised;
  std::optional<TimeUs> time;
  std::vector<std::string> urls;
  std::string source;           // PRODUCT/CATEGORY/SERVICE
  std::set<std::string> paths;  // of the fields, generalised
};

class EventLooker {
 public:
  explicit EventLooker(const FieldMaps& maps) : fields_(maps) {}

  SeenEvent Look(std::string_view bytes, const ZeekColumns* columns = nullptr, TimeUs arrival = 0) {
    SeenEvent seen;
    padded_.assign(bytes);
    padded_.append(kRecordPadding, '\0');
    fields_.Clear();
    std::string scratch;
    const EventReading reading = reader_.Read(
        {std::string_view(padded_).substr(0, bytes.size()), arrival, columns}, Format::kAuto,
        [&](std::string_view path, std::string_view value) {
          fields_.SeeString(path, value);
          seen.paths.emplace(GeneralisedPath(path, scratch));
        },
        [&](std::string_view path, double value) {
          fields_.SeeNumber(path, value);
          seen.paths.emplace(GeneralisedPath(path, scratch));
        });
    fields_.End(reading.format);
    seen.format = fields_.format_name();
    seen.map = fields_.map();
    for (const FieldMap* map : fields_.recognised()) seen.recognised.push_back(map->name);
    seen.time = fields_.Time(arrival);
    fields_.ComposedUrls([&](std::string_view, std::string_view url) { seen.urls.emplace_back(url); });
    const EventFields::LogSource source = fields_.log_source();
    for (const std::string_view part : {source.product, source.category, source.service}) {
      seen.source += part;
      seen.source += '/';
    }
    seen.source.pop_back();
    return seen;
  }

 private:
  EventReader reader_;
  EventFields fields_;
  std::string padded_;
};

}  // namespace polder

#endif  // POLDER_TESTS_RULES_FIELDS_READ_EVENT_H_
