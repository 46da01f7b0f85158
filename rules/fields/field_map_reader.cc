#include "rules/fields/field_map_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rules/fields/yaml_map.h"
#include "rules/yaml/nearest.h"

namespace polder {
namespace {

constexpr std::array<std::string_view, 8> kTopKeys{"name", "recognise", "log_source", "time",
                                                   "urls", "extends",   "fields",     "fields_under"};
constexpr std::array<std::string_view, 3> kRecogniseKeys{"format", "all", "any"};
constexpr std::array<std::string_view, 3> kLogSourceKeys{"product", "category", "service"};
constexpr std::array<std::string_view, 2> kLogPartKeys{"field", "else"};
constexpr std::array<std::string_view, 5> kUrlKeys{"host", "path", "query", "port", "scheme"};
constexpr std::array<std::string_view, 4> kMeaningKeys{"stix", "ecs", "kind", "packed"};
constexpr std::array<std::string_view, 2> kUnderKeys{"prefixes", "fields"};
constexpr std::array<std::string_view, 7> kFormats{"json", "syslog", "cef",     "leef",
                                                   "zeek", "access", "keyvalue"};

constexpr std::string_view kFieldExample = "a field such as src_ip or dns.answers.*.rdata";

std::vector<std::string_view> TextKindNames() {
  std::vector<std::string_view> names;
  for (const Kind kind : kAllKinds) {
    if (IsWholeText(kind) && kind != Kind::kText) names.push_back(KindName(kind));
  }
  return names;
}

bool IsMapName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() >= 'a' && name.front() <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

class MapReader {
 public:
  explicit MapReader(FieldMapReading& reading) : reading_(reading), yaml_(reading.problems) {}

  void Read(std::string_view yaml);

 private:
  void Note(const YamlValue& value) { reading_.places.emplace(value.path, value.place); }
  void Top(std::string_view key, const YamlValue& value);
  void Name(const YamlValue& value);
  void Recognise(const YamlValue& value);
  Recognition OneRecognition(const YamlValue& value);
  void Formats(const YamlValue& value, std::vector<Format>& formats);
  void Marks(const YamlValue& value, std::vector<FieldMark>& marks);
  void LogSource(const YamlValue& value);
  void Part(const YamlValue& value, LogPart& part);
  void Times(const YamlValue& value);
  void Urls(const YamlValue& value);
  void Fields(const YamlValue& value, const std::vector<std::string>& prefixes);
  void FieldsUnder(const YamlValue& value);
  std::optional<FieldMeaning> Meaning(const YamlValue& value);
  void Stix(const YamlValue& value, FieldMeaning& meaning);

  FieldMapReading& reading_;
  YamlMapReader yaml_;
  FieldMap map_;
  bool full_ = false;
};

void MapReader::Read(std::string_view yaml) {
  if (yaml.size() > kLargestFieldMapBytes) {
    reading_.problems.push_back(
        {1, 1, fmt::format("{} bytes; a field map has at most {}", yaml.size(), kLargestFieldMapBytes)});
    return;
  }
  const std::optional<YamlValue> document = yaml_.Document(yaml);
  if (!document) return;
  std::vector<std::string_view> seen;
  bool misspelt = false;
  const std::size_t before = reading_.problems.size();
  yaml_.Keys(*document, kTopKeys, "a map with the keys name, recognise, fields, ...",
             [&](std::string_view key, const YamlValue& value) {
               seen.push_back(*std::find(kTopKeys.begin(), kTopKeys.end(), key));
               Note(value);
               Top(key, value);
             });
  for (std::size_t i = before; i < reading_.problems.size(); ++i) {
    misspelt = misspelt || reading_.problems[i].message.starts_with("unknown key");
  }
  for (const auto& [key, example] :
       {std::pair("name", "name: suricata"),
        std::pair("recognise", "recognise: {format: json, all: [event_type]}")}) {
    if (misspelt || !document->node.IsMap()) break;
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
    yaml_.Add(*document, fmt::format("missing key '{}'; add for example: {}", key, example));
  }
  if (reading_.problems.empty()) reading_.map = std::move(map_);
}

void MapReader::Top(std::string_view key, const YamlValue& value) {
  if (key == "name") Name(value);
  if (key == "recognise") Recognise(value);
  if (key == "log_source") LogSource(value);
  if (key == "time") Times(value);
  if (key == "urls") Urls(value);
  if (key == "extends") map_.extends = yaml_.Texts(value, "the name of a map, or a list of them");
  if (key == "fields") Fields(value, {""});
  if (key == "fields_under") FieldsUnder(value);
}

void MapReader::Name(const YamlValue& value) {
  constexpr std::string_view kExpected = "a name of small letters, digits, _ and -, such as suricata";
  const std::optional<std::string> name = yaml_.Text(value, kExpected);
  if (!name) return;
  if (!IsMapName(*name)) return yaml_.AddUnexpected(value, kExpected);
  // As sightings call events that no map knows.
  if (*name == "json" || *name == "text" || *name == "auto") {
    return yaml_.Add(
        value, fmt::format("'{}' is how events without a map are called; a map needs another name", *name));
  }
  map_.name = *name;
}

void MapReader::Recognise(const YamlValue& value) {
  bool first = true;
  for (const YamlValue& element : yaml_.OneOrMore(value, "a map such as {all: [event_type]}")) {
    Recognition recognition = OneRecognition(element);
    if (first) {
      map_.recognition = std::move(recognition);
    } else {
      map_.alternatives.push_back(std::move(recognition));
    }
    first = false;
  }
}

Recognition MapReader::OneRecognition(const YamlValue& value) {
  Recognition recognition;
  yaml_.Keys(value, kRecogniseKeys, "a map such as {format: json, all: [event_type], any: [flow_id, src_ip]}",
             [&](std::string_view key, const YamlValue& part) {
               if (key == "format") Formats(part, recognition.formats);
               if (key == "all") Marks(part, recognition.all);
               if (key == "any") Marks(part, recognition.any);
             });
  const bool json = recognition.formats.empty() ||
                    std::find(recognition.formats.begin(), recognition.formats.end(), Format::kJson) !=
                        recognition.formats.end();
  if (value.node.IsMap() && json && recognition.all.empty() && recognition.any.empty() &&
      reading_.problems.empty()) {
    yaml_.Add(value,
              fmt::format("'{}' would recognise every event; name fields under all or any", value.path));
  }
  return recognition;
}

void MapReader::Formats(const YamlValue& value, std::vector<Format>& formats) {
  for (const YamlValue& element : yaml_.OneOrMore(value, "a format such as json")) {
    const std::optional<std::string> name = yaml_.Text(element, "a format such as json");
    if (!name) continue;
    const std::optional<Format> format = FormatFromName(*name);
    if (format && std::find(kFormats.begin(), kFormats.end(), *name) != kFormats.end()) {
      formats.push_back(*format);
    } else {
      yaml_.Add(element, fmt::format("unknown format '{}'{}", *name, MeantOrKnown(*name, kFormats)));
    }
  }
}

void MapReader::Marks(const YamlValue& value, std::vector<FieldMark>& marks) {
  constexpr std::string_view kExpected = "a list of fields, some with a value, such as [uid, kind: Event]";
  for (const YamlValue& element : yaml_.OneOrMore(value, kExpected)) {
    if (!element.node.IsMap()) {
      if (std::optional<std::string> path = yaml_.Text(element, kExpected)) marks.push_back({*path, {}});
      continue;
    }
    for (const auto& [path, wanted] : yaml_.Members(element, kExpected)) {
      if (std::optional<std::string> text = yaml_.Text(wanted, "the value that the field has")) {
        marks.push_back({path, std::move(text)});
      }
    }
  }
}

void MapReader::LogSource(const YamlValue& value) {
  yaml_.Keys(value, kLogSourceKeys, "a map such as {product: suricata, service: {field: event_type}}",
             [&](std::string_view key, const YamlValue& part) {
               Part(part, key == "product" ? map_.product : key == "category" ? map_.category : map_.service);
             });
}

void MapReader::Part(const YamlValue& value, LogPart& part) {
  constexpr std::string_view kExpected = "a text, or {field: event_type}";
  if (!value.node.IsMap()) {
    part.fixed = yaml_.Text(value, kExpected).value_or("");
    return;
  }
  yaml_.Keys(value, kLogPartKeys, kExpected, [&](std::string_view key, const YamlValue& said) {
    if (key == "field") part.fields = yaml_.Texts(said, kFieldExample);
    if (key == "else") part.fixed = yaml_.Text(said, "a text").value_or("");
  });
}

void MapReader::Times(const YamlValue& value) {
  for (const YamlValue& element : yaml_.OneOrMore(value, kFieldExample)) {
    Note(element);
    if (std::optional<std::string> path = yaml_.Text(element, kFieldExample)) map_.time.push_back(*path);
  }
}

void MapReader::Urls(const YamlValue& value) {
  constexpr std::string_view kExpected = "a map such as {host: http.hostname, path: http.url}";
  for (const YamlValue& element : yaml_.OneOrMore(value, kExpected)) {
    Note(element);
    UrlComposition url;
    const std::size_t before = reading_.problems.size();
    yaml_.Keys(element, kUrlKeys, kExpected, [&](std::string_view key, const YamlValue& part) {
      const std::string path = yaml_.Text(part, kFieldExample).value_or("");
      if (key == "host") url.host = path;
      if (key == "path") url.path = path;
      if (key == "query") url.query = path;
      if (key == "port") url.port = path;
      if (key == "scheme") url.scheme = path;
    });
    if (before == reading_.problems.size() && (url.host.empty() || url.path.empty())) {
      yaml_.Add(element, fmt::format("'{}' has no {}; a URL is composed of a host and a path at least",
                                     element.path, url.host.empty() ? "host" : "path"));
    }
    map_.urls.push_back(std::move(url));
  }
}

void MapReader::Fields(const YamlValue& value, const std::vector<std::string>& prefixes) {
  for (const auto& [name, meaning_value] : yaml_.Members(value, "a map of fields and what they mean")) {
    if (name.empty()) {
      yaml_.Add(meaning_value, fmt::format("expected {}, found an empty key", kFieldExample));
      continue;
    }
    const std::optional<FieldMeaning> meaning = Meaning(meaning_value);
    if (!meaning) continue;
    for (const std::string& prefix : prefixes) {
      std::string path;
      GeneralisePath(prefix.empty() ? name : fmt::format("{}.{}", prefix, name), path);
      reading_.places.emplace("fields." + path, meaning_value.place);
      if (map_.fields.size() >= kMostFieldsOfMap) {
        if (!full_) yaml_.Add(meaning_value, fmt::format("a map has at most {} fields", kMostFieldsOfMap));
        full_ = true;
      } else if (!map_.fields.emplace(path, *meaning).second) {
        yaml_.Add(meaning_value,
                  fmt::format("the field '{}' has a meaning already; give it all in one", path));
      }
    }
  }
}

void MapReader::FieldsUnder(const YamlValue& value) {
  constexpr std::string_view kExpected = "a map such as {prefixes: [\"\", event_data], fields: {...}}";
  for (const YamlValue& element : yaml_.OneOrMore(value, kExpected)) {
    std::vector<std::string> prefixes;
    const YamlValue* fields = nullptr;
    YamlValue kept;
    yaml_.Keys(element, kUnderKeys, kExpected, [&](std::string_view key, const YamlValue& part) {
      if (key == "fields") {
        kept = part;
        fields = &kept;
      }
      if (key != "prefixes") return;
      for (const YamlValue& prefix : yaml_.OneOrMore(part, "a list of fields, \"\" being none")) {
        if (prefix.node.IsScalar()) {
          prefixes.push_back(prefix.node.Scalar());
        } else {
          yaml_.AddUnexpected(prefix, "a field, or \"\"");
        }
      }
    });
    if (!element.node.IsMap()) continue;
    if (prefixes.empty() || fields == nullptr) {
      yaml_.Add(element,
                fmt::format("'{}' has no {}", element.path, prefixes.empty() ? "prefixes" : "fields"));
    } else {
      Fields(*fields, prefixes);
    }
  }
}

std::optional<FieldMeaning> MapReader::Meaning(const YamlValue& value) {
  FieldMeaning meaning;
  const std::size_t before = reading_.problems.size();
  yaml_.Keys(value, kMeaningKeys, "a map such as {stix: \"ipv4-addr:value\", ecs: source.ip}",
             [&](std::string_view key, const YamlValue& part) {
               if (key == "stix") return Stix(part, meaning);
               const std::optional<std::string> text = yaml_.Text(part, "a text");
               if (!text) return;
               if (key == "ecs") meaning.ecs = *text;
               if (key == "packed") {
                 meaning.packing = FieldMeaning::Packing::kPairs;
                 if (*text != "pairs") yaml_.AddUnexpected(part, "pairs, the one packing that is known");
               }
               if (key == "kind") {
                 meaning.kind = KindFromName(*text);
                 const std::vector<std::string_view> names = TextKindNames();
                 if (std::find(names.begin(), names.end(), *text) == names.end()) {
                   yaml_.Add(part, fmt::format("'{}' is '{}', which is no text kind{}", part.path, *text,
                                               MeantOrKnown(*text, names)));
                 }
               }
             });
  if (before != reading_.problems.size()) return std::nullopt;
  if (meaning.stix.empty() && meaning.ecs.empty() && !meaning.kind) {
    yaml_.Add(value,
              fmt::format("'{}' means nothing; give it stix, ecs or kind, or leave it out", value.path));
    return std::nullopt;
  }
  return meaning;
}

void MapReader::Stix(const YamlValue& value, FieldMeaning& meaning) {
  constexpr std::string_view kExpected = "an object path such as \"network-traffic:src_ref.value\"";
  for (const YamlValue& element : yaml_.OneOrMore(value, kExpected)) {
    const std::optional<std::string> text = yaml_.Text(element, kExpected);
    if (!text) continue;
    const std::size_t colon = text->find(':');
    if (colon == 0 || colon == std::string::npos || colon + 1 == text->size()) {
      yaml_.AddUnexpected(element, kExpected);
      continue;
    }
    std::string path = NormaliseObjectPath(*text);
    if (std::find(meaning.stix.begin(), meaning.stix.end(), path) == meaning.stix.end()) {
      meaning.stix.push_back(std::move(path));
    }
  }
}

}  // namespace

FieldMapReading ReadFieldMapWithPlaces(std::string_view yaml) {
  FieldMapReading reading;
  try {
    MapReader(reading).Read(yaml);
  } catch (const std::exception& wrong) {
    reading.map.reset();
    reading.problems.push_back({1, 1, fmt::format("cannot be read: {}", wrong.what())});
  }
  return reading;
}

absl::StatusOr<FieldMap> ReadFieldMap(std::string_view yaml, std::string_view name_for_messages) {
  FieldMapReading reading = ReadFieldMapWithPlaces(yaml);
  if (reading.map) return std::move(*reading.map);
  return absl::InvalidArgumentError(ProblemsAsText(name_for_messages, std::move(reading.problems)));
}

}  // namespace polder
