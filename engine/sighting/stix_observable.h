// Cyber-observable objects of STIX 2.1 (section 6) for what was found in an event.
#ifndef POLDER_ENGINE_SIGHTING_STIX_OBSERVABLE_H_
#define POLDER_ENGINE_SIGHTING_STIX_OBSERVABLE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/observable/kind.h"

namespace polder {

// The objects that say `value`, complete with deterministic identifiers; what one refers to stands before it.
// What STIX has no object for is an artifact with the bytes of the value. `value` need not be UTF-8; such
// bytes are replaced.
std::vector<nlohmann::ordered_json> StixObservables(Kind kind, const std::string& value);

}  // namespace polder

#endif  // POLDER_ENGINE_SIGHTING_STIX_OBSERVABLE_H_
