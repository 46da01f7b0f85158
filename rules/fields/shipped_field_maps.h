// The field maps that Polder knows without being told: the YAML files of this folder, part of the binary.
#ifndef POLDER_RULES_FIELDS_SHIPPED_FIELD_MAPS_H_
#define POLDER_RULES_FIELDS_SHIPPED_FIELD_MAPS_H_

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/event/field_map.h"

namespace polder {

// Lives as long as the process; safe from any thread.
const FieldMaps& ShippedFieldMaps();

// The shipped maps and the user's: these come first, in their order, and replace shipped ones of the same
// name. Of two of the user's with one name the first counts.
FieldMaps WithUserMaps(std::vector<FieldMap> user_maps);

// Name and YAML text of each, the more particular first: a start for those who write their own.
std::span<const std::pair<std::string_view, std::string_view>> ShippedFieldMapTexts();

}  // namespace polder

#endif  // POLDER_RULES_FIELDS_SHIPPED_FIELD_MAPS_H_
