// One event, one observable, one indicator.
#ifndef POLDER_ENGINE_MATCH_HIT_H_
#define POLDER_ENGINE_MATCH_HIT_H_

#include <cstdint>
#include <string>

#include "engine/snapshot/snapshot.h"

namespace polder {

struct Hit {
  std::uint32_t indicator;  // Snapshot::Describe
  MatchType type;
  Kind indicator_kind;
  Kind observable_kind;
  std::string indicator_value;  // canonical; of Kind::kStixPattern the pattern
  std::string atomic;           // the observable as it stands in the event; of an expression the whole value
  std::string canonical;        // the observable as indicators are compared
  std::string field;            // dotted path, its first kMaxFieldBytes; "message" in text
  std::string ecs_field = {};   // its name in ECS, if the event's field map says it
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_HIT_H_
