// The option --epoch. Internal to connectors/cli.
#ifndef POLDER_CONNECTORS_CLI_EPOCH_OPTION_H_
#define POLDER_CONNECTORS_CLI_EPOCH_OPTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/feedback/feedback.h"

namespace polder {

// The time of a date, such as 2024-05-06, or of a date with a time of day, such as 2024-05-06T12:00 (seconds
// and zone may follow), in UTC. InvalidArgument for what is none, or lies before 1970 or in no age of ours.
absl::StatusOr<TimeUs> TimeOfDate(const std::string& text);

// The epoch that holds it.
absl::StatusOr<Epoch> EpochOfDate(const std::string& text, TimeUs length);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_EPOCH_OPTION_H_
