#include "rules/fields/shipped_field_maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "rules/fields/field_map_reader.h"

namespace polder {
namespace {

std::vector<FieldMap> ReadShipped() {
  std::vector<FieldMap> maps;
  for (const auto& [name, yaml] : ShippedFieldMapTexts()) {
    absl::StatusOr<FieldMap> map = ReadFieldMap(yaml, name);
    if (!map.ok()) {  // a mistake in this folder, which its tests find
      fmt::print(stderr, "{}\n", std::string(map.status().message()));
      std::abort();
    }
    maps.push_back(std::move(*map));
  }
  return maps;
}

}  // namespace

const FieldMaps& ShippedFieldMaps() {
  static const FieldMaps* const kMaps = new FieldMaps(ReadShipped());
  return *kMaps;
}

FieldMaps WithUserMaps(std::vector<FieldMap> user_maps) {
  std::vector<FieldMap> maps;
  const auto add = [&](FieldMap map) {
    const bool known =
        std::any_of(maps.begin(), maps.end(), [&](const FieldMap& other) { return other.name == map.name; });
    if (!known) maps.push_back(std::move(map));
  };
  for (FieldMap& map : user_maps) add(std::move(map));
  for (FieldMap& map : ReadShipped()) add(std::move(map));
  return FieldMaps(std::move(maps));
}

}  // namespace polder
