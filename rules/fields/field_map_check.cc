#include "rules/fields/field_map_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "rules/fields/field_map_reader.h"
#include "rules/fields/object_paths.h"
#include "rules/yaml/nearest.h"

namespace polder {
namespace {

bool IsEcsName(std::string_view name) {
  if (name == "@timestamp") return true;
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_.";
  return name.find_first_not_of(kCharacters) == std::string_view::npos &&
         name.find("..") == std::string_view::npos && name.front() >= 'a' && name.front() <= 'z' &&
         name.back() != '.' &&
         (name.find('.') != std::string_view::npos || name == "message" || name == "tags");
}

bool Covers(const FieldMark& wide, const FieldMark& narrow) {
  return wide.path == narrow.path && (!wide.value || wide.value == narrow.value);
}
bool CoversOne(const FieldMark& wide, const std::vector<FieldMark>& narrow) {
  return std::any_of(narrow.begin(), narrow.end(), [&](const FieldMark& mark) { return Covers(wide, mark); });
}
bool CoveredByOne(const FieldMark& narrow, const std::vector<FieldMark>& wide) {
  return std::any_of(wide.begin(), wide.end(), [&](const FieldMark& mark) { return Covers(mark, narrow); });
}

// Whether `wide` holds for every event for which `narrow` does.
bool Covers(const Recognition& wide, const Recognition& narrow) {
  const auto& formats = wide.formats;
  if (!formats.empty()) {
    if (narrow.formats.empty()) return false;
    for (const Format format : narrow.formats) {
      if (std::find(formats.begin(), formats.end(), format) == formats.end()) return false;
    }
  }
  for (const FieldMark& mark : wide.all) {
    const bool of_all = CoversOne(mark, narrow.all);
    const bool of_each =
        !narrow.any.empty() && std::all_of(narrow.any.begin(), narrow.any.end(),
                                           [&](const FieldMark& m) { return Covers(mark, m); });
    if (!of_all && !of_each) return false;
  }
  if (wide.any.empty()) return true;
  for (const FieldMark& mark : narrow.all) {
    if (CoveredByOne(mark, wide.any)) return true;
  }
  return !narrow.any.empty() && std::all_of(narrow.any.begin(), narrow.any.end(), [&](const FieldMark& mark) {
    return CoveredByOne(mark, wide.any);
  });
}

std::vector<const Recognition*> All(const FieldMap& map) {
  std::vector<const Recognition*> all{&map.recognition};
  for (const Recognition& alternative : map.alternatives) all.push_back(&alternative);
  return all;
}

bool Covers(const FieldMap& wide, const FieldMap& narrow) {
  const std::vector<const Recognition*> wides = All(wide), narrows = All(narrow);
  return std::all_of(narrows.begin(), narrows.end(), [&](const Recognition* n) {
    return std::any_of(wides.begin(), wides.end(), [&](const Recognition* w) { return Covers(*w, *n); });
  });
}

class Checker {
 public:
  explicit Checker(const FieldMapReading& reading) : reading_(reading), map_(*reading.map) {}

  void Meanings();
  void Times();
  void Urls();
  void Order(const std::vector<FieldMap>& before, const std::vector<FieldMap>& after);
  void Extended(const std::vector<FieldMap>& before, const std::vector<FieldMap>& after);

  std::vector<TextProblem> problems;

 private:
  void Add(const std::string& path, std::string message) {
    const auto place = reading_.places.find(path);
    problems.push_back({place == reading_.places.end() ? TextPlace{} : place->second, std::move(message)});
  }

  const FieldMapReading& reading_;
  const FieldMap& map_;
};

void Checker::Meanings() {
  for (const auto& [path, meaning] : map_.fields) {
    for (const std::string& stix : meaning.stix) {
      const bool packed = meaning.packing == FieldMeaning::Packing::kPairs;
      const std::string problem = ObjectPathProblem(packed ? PackedObjectPath(stix, "x") : stix);
      if (!problem.empty()) Add("fields." + path, fmt::format("'fields.{}.stix': {}", path, problem));
    }
    if (!meaning.ecs.empty() && !IsEcsName(meaning.ecs)) {
      Add("fields." + path,
          fmt::format("'fields.{}.ecs' is '{}', which is no name of ECS; one is small letters with "
                      "dots, such as source.ip",
                      path, meaning.ecs));
    }
  }
}

void Checker::Times() {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < map_.time.size(); ++i) {
    const std::string place = fmt::format("time[{}]", i);
    const std::string& time = map_.time[i];
    if (!seen.insert(time).second) Add(place, fmt::format("'{}' is named twice as the time", time));
    std::string path;
    GeneralisePath(time, path);
    const FieldMeaning* const meaning = map_.Find(path);
    if (meaning == nullptr || (meaning->stix.empty() && !meaning->kind && meaning->ecs == "@timestamp"))
      continue;
    Add(place,
        fmt::format("'{}' is a time, and has another meaning under fields; keep one of the two", time));
  }
}

void Checker::Urls() {
  for (std::size_t i = 0; i < map_.urls.size(); ++i) {
    const UrlComposition& url = map_.urls[i];
    std::set<std::string> parts;
    for (const std::string& part : {url.host, url.path, url.query, url.port, url.scheme}) {
      if (part.empty() || parts.insert(part).second) continue;
      Add(fmt::format("urls[{}]", i), fmt::format("'urls[{}]' takes two parts from '{}'", i, part));
    }
    for (std::size_t j = 0; j < i; ++j) {
      const UrlComposition& other = map_.urls[j];
      if (url.host == other.host && url.path == other.path) {
        Add(fmt::format("urls[{}]", i), fmt::format("'urls[{}]' has the host and path of 'urls[{}]'", i, j));
      }
    }
  }
}

void Checker::Order(const std::vector<FieldMap>& before, const std::vector<FieldMap>& after) {
  for (const FieldMap& other : before) {
    if (other.name == map_.name || !Covers(other, map_)) continue;
    Add("recognise",
        fmt::format("the map '{}' stands before this one and recognises all of its events; name more "
                    "under recognise, or give this one the name '{}' to replace it",
                    other.name, other.name));
  }
  for (const FieldMap& other : after) {
    if (other.name == map_.name || !Covers(map_, other)) continue;
    Add("recognise",
        fmt::format("this map also takes all events of the map '{}', which stands after it; name more "
                    "under recognise",
                    other.name));
  }
}

void Checker::Extended(const std::vector<FieldMap>& before, const std::vector<FieldMap>& after) {
  std::vector<std::string_view> known;
  for (const auto* maps : {&before, &after}) {
    for (const FieldMap& map : *maps) {
      if (map.name != map_.name) known.push_back(map.name);
    }
  }
  for (const std::string& name : map_.extends) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    Add("extends", fmt::format("there is no map '{}' to extend{}", name, MeantOrKnown(name, known)));
  }
}

}  // namespace

std::vector<TextProblem> CheckFieldMap(std::string_view yaml, const std::vector<FieldMap>& before,
                                       const std::vector<FieldMap>& after) {
  FieldMapReading reading = ReadFieldMapWithPlaces(yaml);
  if (!reading.map) return std::move(reading.problems);
  Checker checker(reading);
  checker.Meanings();
  checker.Times();
  checker.Urls();
  checker.Order(before, after);
  checker.Extended(before, after);
  return std::move(checker.problems);
}

}  // namespace polder
