// A made-up community, the same for the same seed: 12 members in 11 groups, 6 sources of different worth, 30
// epochs. For the picture of the page and for tests.
#ifndef POLDER_TESTS_ENGINE_SCORECARD_EXAMPLE_COMMUNITY_H_
#define POLDER_TESTS_ENGINE_SCORECARD_EXAMPLE_COMMUNITY_H_

#include <cstdint>

#include "engine/scorecard/scorecard.h"

namespace polder {

ScorecardInput ExampleCommunity(std::uint64_t seed);

// Gives the sources names that try to get out of wherever they are put: into tags, quotes, other directions
// of text, formulas, ten thousand bytes.
void RenameToHostile(ScorecardInput& input);

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_SCORECARD_EXAMPLE_COMMUNITY_H_
