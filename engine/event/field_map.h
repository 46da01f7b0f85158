// What the fields of a product's events mean: which is the time, which make up a URL, which is what object
// path of STIX and what field of ECS. Compiled from YAML (rules/fields/field_map_reader.h); a match needs no
// field map, they only add meaning.
#ifndef POLDER_ENGINE_EVENT_FIELD_MAP_H_
#define POLDER_ENGINE_EVENT_FIELD_MAP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/event/record.h"
#include "engine/observable/kind.h"

namespace polder {

// Paths are dotted, as EventReader gives them; in a map the position of an array's element is `*`:
// `dns.answers.*.rdata`. At the end of a path it is left out, so that a list of values means what a single
// value means: `answers` is `answers`, `answers.0` and `answers.1`. Case counts.

// How a URL that stands in several fields is put together: SCHEME://HOST[:PORT]PATH[?QUERY]. Empty paths are
// parts that the product does not have. The scheme is http where none is there.
struct UrlComposition {
  std::string host, path, query, port, scheme;
};

inline constexpr std::string_view kTimeJoin = " + ";

// What one field means.
struct FieldMeaning {
  std::vector<std::string> stix;  // object paths, as NormaliseObjectPath writes them
  std::string ecs;                // `source.ip`; empty if ECS has none
  std::optional<Kind> kind;  // of a text kind: indicators of that kind are compared with such fields only
  // How several values are packed in one: kNone, or `NAME=VALUE` pairs with commas between them, as Sysmon
  // packs hashes; each pair means the paths that PackedObjectPath gives.
  enum class Packing : std::uint8_t { kNone, kPairs } packing = Packing::kNone;
};

// By what an event is known to be of the product: its format, if one is named, every field of `all`, and one
// of `any` if there are some; with a value where one is named. A field is there when the event has a string
// or number for it: an object, true, false and null are none.
struct FieldMark {
  std::string path;
  std::optional<std::string> value;  // compared without regard to case
};
struct Recognition {
  std::vector<Format> formats;
  std::vector<FieldMark> all;
  std::vector<FieldMark> any;
};

// A part of the log source: what the first of `fields` that is there says, else `fixed`.
struct LogPart {
  std::string fixed;
  std::vector<std::string> fields;
};

struct FieldMap {
  std::string name;  // "suricata", "zeek", ...: `polder.format` of a sighting
  Recognition recognition;
  std::vector<Recognition> alternatives;  // each as good as the first
  // The first that holds a time counts. `date + time + tz` are three fields whose values make one.
  std::vector<std::string> time;
  std::vector<UrlComposition> urls;
  LogPart product, category, service;
  // Maps whose fields and URLs this one has as well, its own first: products that write ECS beside their own.
  std::vector<std::string> extends;
  absl::flat_hash_map<std::string, FieldMeaning> fields;
  std::uint32_t text_kinds = 0;  // bit per Kind that some field means

  // Of a generalised path; null if it means nothing. Valid as long as the map is.
  const FieldMeaning* Find(std::string_view path) const;
  bool Names(Kind text_kind) const { return (text_kinds >> static_cast<unsigned>(text_kind) & 1) != 0; }
};

// All maps in force, compiled for asking. Immutable; shared by all threads; copies share what was compiled.
class FieldMaps {
 public:
  // The first whose recognition holds counts; more particular maps stand before general ones. Paths are
  // generalised, `extends` followed (one step; names that are not there say nothing) and text_kinds filled
  // in here.
  explicit FieldMaps(std::vector<FieldMap> maps);

  const std::vector<FieldMap>& maps() const { return *maps_; }
  const FieldMap* Named(std::string_view name) const;  // null if there is none

  // Every composed URL takes its path from a field that has one of these in its path, in small letters: the
  // first look asks for them, in either case, in raw JSON. Other formats need not name their fields.
  const std::vector<std::string>& url_tells() const { return url_tells_; }

  // The maps flattened to slots and bits, for EventFields alone.
  struct Compiled;
  const Compiled& compiled() const { return *compiled_; }

 private:
  std::shared_ptr<const std::vector<FieldMap>> maps_;
  std::vector<std::string> url_tells_;
  std::shared_ptr<const Compiled> compiled_;
};

// `answers.0.rdata` as `answers.*.rdata`, and `answers.0` as `answers`, in `out`.
void GeneralisePath(std::string_view path, std::string& out);
// The same, without a copy where `path` has no positions: the result is `path` or in `scratch`.
std::string_view GeneralisedPath(std::string_view path, std::string& scratch);

// An object path of STIX in the one spelling that maps and the pattern engine use: in small letters, without
// quotes, any index as `[*]`, the names of hashes as the specification writes them (`file:hashes.sha-256`,
// whether it was SHA256, sha-256 or 'SHA-256').
std::string NormaliseObjectPath(std::string_view path);
// That of one of the values packed under `path`: `file:hashes` and `SHA1` give `file:hashes.sha-1`.
std::string PackedObjectPath(std::string_view path, std::string_view name);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_FIELD_MAP_H_
