// The sightings of one member of a community, from a file or a topic.
#ifndef POLDER_CONNECTORS_CLI_MEMBER_SIGHTINGS_H_
#define POLDER_CONNECTORS_CLI_MEMBER_SIGHTINGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/feedback/feedback.h"

namespace polder {

// `place` is a path (plain, gzip, zstd, - for standard input) or `kafka:TOPIC`, read from its beginning to
// where it ends now. Records that are no sightings are counted in *refused and the first of them is shown on
// standard error.
absl::StatusOr<std::vector<SightedIndicator>> ReadMemberSightings(const std::string& place,
                                                                  const std::string& brokers,
                                                                  std::size_t* refused);

// The epoch that a command is asked for: a date such as 2024-05-06, or the day of the latest sighting.
absl::StatusOr<Epoch> ChooseEpoch(const std::string& date, const std::vector<SightedIndicator>& sighted);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_MEMBER_SIGHTINGS_H_
