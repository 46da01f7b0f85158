// Finds what is allowed in a field map, but cannot be meant.
#ifndef POLDER_RULES_FIELDS_FIELD_MAP_CHECK_H_
#define POLDER_RULES_FIELDS_FIELD_MAP_CHECK_H_

#include <string_view>
#include <vector>

#include "engine/event/field_map.h"
#include "rules/yaml/problems.h"

namespace polder {

// All that ReadFieldMap refuses, and if there is nothing of that:
//   object paths that no STIX pattern can name (a type or property that the specification does not have)
//   names of ECS that are no dotted names of small letters
//   fields of the time that also mean something else, and time fields that are named twice
//   a URL whose parts are one field twice, or that is there twice
//   a map that is never asked, since another that stands before it recognises all that it recognises
//   a map that takes all events of a shipped one, by recognising more than it
//   maps to extend that are not there
// `before` are the maps that are asked before this one, `after` those that are asked after it.
std::vector<TextProblem> CheckFieldMap(std::string_view yaml, const std::vector<FieldMap>& before,
                                       const std::vector<FieldMap>& after);

}  // namespace polder

#endif  // POLDER_RULES_FIELDS_FIELD_MAP_CHECK_H_
