// `polder demo`: the whole loop in one process, on an embedded broker.
#ifndef POLDER_CONNECTORS_DEMO_DEMO_H_
#define POLDER_CONNECTORS_DEMO_DEMO_H_

#include "absl/status/status.h"

namespace polder {

// Produces sample logs to a topic, runs the real workers on it with indicators from a STIX bundle and a list,
// hot-loads a second bundle meanwhile, prints the sightings as they arrive on their topic, then plays a
// community of five members whose feedback is released at k. Prints to standard output; takes about 20
// seconds.
absl::Status RunDemo();

}  // namespace polder

#endif  // POLDER_CONNECTORS_DEMO_DEMO_H_
