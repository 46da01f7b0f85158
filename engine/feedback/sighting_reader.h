// Reads what feedback needs out of a sighting as Polder writes it (ECS).
#ifndef POLDER_ENGINE_FEEDBACK_SIGHTING_READER_H_
#define POLDER_ENGINE_FEEDBACK_SIGHTING_READER_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/feedback/feedback.h"

namespace polder {

// One entry for each hit of an exact value or a network; others, conjunctions among them, never make
// feedback. An InvalidArgument says which field is missing or wrong.
absl::StatusOr<std::vector<SightedIndicator>> ReadSightedIndicators(std::string_view ecs_json);

}  // namespace polder

#endif  // POLDER_ENGINE_FEEDBACK_SIGHTING_READER_H_
