// Field maps in files and folders.
#ifndef POLDER_CONNECTORS_FEEDS_FIELD_MAP_FILES_H_
#define POLDER_CONNECTORS_FEEDS_FIELD_MAP_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/event/field_map.h"

namespace polder {

// The shipped maps with those of these files and folders before them, of which the .yaml and .yml files are
// read. An error says what is wrong with all of them, `path:line:column`: half a map would name fields
// wrongly.
absl::StatusOr<FieldMaps> LoadFieldMaps(const std::vector<std::string>& paths);

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_FIELD_MAP_FILES_H_
