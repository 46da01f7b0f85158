// Releases epochs: what enough groups reported, made once, kept, and published to everyone at the same
// moment.
#ifndef POLDER_CONNECTORS_ISAC_RELEASER_H_
#define POLDER_CONNECTORS_ISAC_RELEASER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/isac/operator_folder.h"
#include "connectors/isac/operator_store.h"
#include "connectors/isac/release_store.h"
#include "engine/community/community.h"
#include "engine/release/release.h"

namespace polder {

// What the members reported of an epoch, with what the roster says of them; those that are not on it are left
// out.
absl::StatusOr<std::vector<MemberReport>> ReportsOf(OperatorStore& store, const Roster& roster,
                                                    const Epoch& epoch);

struct Released {
  Release release;  // the operator's own
  KeptRelease kept;
  std::size_t batches = 0;           // of its epochs
  std::size_t batches_expected = 0;  // by who belonged
};
struct ReleaseOutcome {
  std::vector<Released> released;   // in their order
  std::optional<ReleasePlan> held;  // the epochs that wait for the next, and why
};

// Releases every epoch up to `last` that is not yet released, from the first of which there is a batch; an
// epoch in which somebody came or went may wait for the next. From then on no batch of them is accepted.
// AlreadyExists if `last` was released, FailedPrecondition if it is not over. Nothing is published yet.
absl::StatusOr<ReleaseOutcome> ReleaseThrough(const OperatorFolder& folder, OperatorStore& store,
                                              const Epoch& last, TimeUs now);

// Writes the documents of the release whose names hold one of `formats` ("json", "stix", "misp") into the
// folder, which is made, and posts those for members on the board, if one is set, signed. Doing it again
// changes nothing. Returns the paths.
absl::StatusOr<std::vector<std::string>> Publish(const OperatorFolder& folder, const KeptRelease& release,
                                                 const std::string& to,
                                                 const std::vector<std::string>& formats, TimeUs now);

inline constexpr std::string_view kStixReleaseType = "release-stix";

// How an epoch is called in the names of files: `2026-05-06`, and with the time if it does not begin at
// midnight.
std::string NameOfEpoch(TimeUs start);

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_RELEASER_H_
