// What one member gave, as the operator seals it to that member (engine/scorecard/contribution.h): a signed
// document of this type, sealed.
#ifndef POLDER_CONNECTORS_CLI_CONTRIBUTION_H_
#define POLDER_CONNECTORS_CLI_CONTRIBUTION_H_

#include "connectors/cli/command.h"

namespace polder {

inline constexpr std::string_view kContributionType = "contribution";
// Filled up with spaces to a multiple of this.
inline constexpr std::size_t kContributionBytes = std::size_t{64} << 10;

// `polder feedback own`, which opens it.
void AddFeedbackOwn(CLI::App& feedback, Action& action);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_CONTRIBUTION_H_
