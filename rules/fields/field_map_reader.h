// Reads a field map (engine/event/field_map.h) from YAML. One file is one product:
//
//   name: suricata                            # what sightings call the format
//   recognise:                                # or a list of such, any of which is enough
//     format: json                            # json, syslog, cef, leef, zeek, access, keyvalue; or a list
//     all: [event_type, kind: Event]          # fields that every event has, some with a value
//     any: [flow_id, src_ip]                  # and one of these
//   log_source:                               # each a text, or {field: F}, or {field: [F, G], else: TEXT}
//     product: suricata
//     category: network
//     service: {field: event_type}
//   time: [timestamp, date + time + tz]       # the first that holds a time; `+` joins several fields
//   urls:                                     # URLs that stand in several fields; query, port, scheme too
//     - {host: http.hostname, path: http.url, port: http.http_port}
//   extends: [ecs]                            # fields and URLs of other maps, after this one's
//   fields:                                   # what they mean; each of the four may be left out
//     src_ip:  {stix: "network-traffic:src_ref.value", ecs: source.ip}
//     Hashes:  {stix: "file:hashes", packed: pairs}          # SHA1=...,MD5=...
//     http.http_user_agent: {ecs: user_agent.original, kind: user_agent}
//   fields_under:                             # the same fields below several others; "" is the top
//     - prefixes: ["", winlog.event_data]
//       fields: {Image: {stix: "process:image_ref.name"}}
//
// Only name and recognise are needed. Fields are dotted, `*` is any position of an array, `stix` is one or
// more object paths. `kind` makes indicators of that text kind be compared with the fields of that kind only,
// in events of this product: name all such fields or none.
#ifndef POLDER_RULES_FIELDS_FIELD_MAP_READER_H_
#define POLDER_RULES_FIELDS_FIELD_MAP_READER_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/event/field_map.h"
#include "rules/yaml/problems.h"

namespace polder {

inline constexpr std::size_t kLargestFieldMapBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMostFieldsOfMap = 20'000;

struct FieldMapReading {
  std::optional<FieldMap> map;        // nothing if there are problems
  std::vector<TextProblem> problems;  // all of them
  // Where the parts of the map stand, for messages: that of `fields.src_ip`, `urls[0]`, ...
  std::map<std::string, TextPlace> places;
};
FieldMapReading ReadFieldMapWithPlaces(std::string_view yaml);

// The InvalidArgument error has one line for each problem, `NAME:LINE:COLUMN: what is wrong; what to do`.
absl::StatusOr<FieldMap> ReadFieldMap(std::string_view yaml, std::string_view name_for_messages);

}  // namespace polder

#endif  // POLDER_RULES_FIELDS_FIELD_MAP_READER_H_
