// The last act of the demo: five members, their feedback, and the release.
#ifndef POLDER_CONNECTORS_DEMO_COMMUNITY_H_
#define POLDER_CONNECTORS_DEMO_COMMUNITY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/base/time.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// `member_one` are the sightings (ecs) that the demo's run has made. The other four members match a part of
// the sample logs each, with the same engine and the indicators of `snapshot`; which part is fixed, so that
// the release is the same at every demo. Prints what leaves, what is released and what stays hidden.
absl::Status PlayCommunity(const std::vector<std::string>& member_one, const Snapshot& snapshot, TimeUs now);

}  // namespace polder

#endif  // POLDER_CONNECTORS_DEMO_COMMUNITY_H_
