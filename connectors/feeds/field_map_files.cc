#include "connectors/feeds/field_map_files.h"

#include <utility>

#include "connectors/files/list_files.h"
#include "connectors/files/read_file.h"
#include "rules/fields/field_map_reader.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

bool IsYaml(const std::string& path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

}  // namespace

absl::StatusOr<FieldMaps> LoadFieldMaps(const std::vector<std::string>& paths) {
  std::vector<FieldMap> maps;
  std::string problems;
  for (const std::string& path : paths) {
    const auto files = ListFiles(path);
    if (!files.ok()) return files.status();
    for (const std::string& file : *files) {
      if (file != path && !IsYaml(file)) continue;
      const auto yaml = ReadWholeFile(file, kLargestFieldMapBytes);
      if (!yaml.ok()) return yaml.status();
      auto map = ReadFieldMap(*yaml, file);
      if (map.ok()) {
        maps.push_back(*std::move(map));
        continue;
      }
      if (!problems.empty()) problems += '\n';
      problems += std::string(map.status().message());
    }
  }
  if (!problems.empty()) return absl::InvalidArgumentError(problems);
  if (maps.empty()) return ShippedFieldMaps();
  return WithUserMaps(std::move(maps));
}

}  // namespace polder
