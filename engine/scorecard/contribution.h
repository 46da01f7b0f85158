// What one member gave to the releases: for him alone. Pure.
#ifndef POLDER_ENGINE_SCORECARD_CONTRIBUTION_H_
#define POLDER_ENGINE_SCORECARD_CONTRIBUTION_H_

#include <string>
#include <string_view>

#include "engine/scorecard/scorecard.h"

namespace polder {

// One JSON object: polder "contribution/1", community, member, period {start, end}, batches[] {release
// {start, end}, kinds[] that he watched, records[] as he sent them, each with the value and sources of the
// indicator and whether it was released}, totals {batches, records, released}. Made of his own reports alone.
//
std::string RenderContribution(const ScorecardInput& input, std::string_view member);

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_CONTRIBUTION_H_
