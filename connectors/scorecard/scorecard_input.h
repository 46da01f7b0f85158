// What a scorecard is made of, out of the operator's database.
#ifndef POLDER_CONNECTORS_SCORECARD_SCORECARD_INPUT_H_
#define POLDER_CONNECTORS_SCORECARD_SCORECARD_INPUT_H_

#include "absl/status/statusor.h"
#include "connectors/isac/operator_store.h"
#include "engine/community/roster.h"
#include "engine/scorecard/scorecard.h"

namespace polder {

// The releases that begin in `from <= start < to`, as they were published, with the reports that counted in
// them then, and the catalogue as it is now. NotFound if there is no such release.
absl::StatusOr<ScorecardInput> ReadScorecardInput(OperatorStore& store, const Roster& roster, TimeUs from,
                                                  TimeUs to);

}  // namespace polder

#endif  // POLDER_CONNECTORS_SCORECARD_SCORECARD_INPUT_H_
