// The subcommands of `polder isac`, and what they have in common.
#ifndef POLDER_CONNECTORS_CLI_ISAC_H_
#define POLDER_CONNECTORS_CLI_ISAC_H_

#include <memory>
#include <string>

#include "connectors/cli/command.h"
#include "connectors/isac/limited_messages.h"
#include "connectors/isac/operator_folder.h"
#include "connectors/isac/operator_store.h"

namespace polder {

void AddIsacInit(CLI::App& isac, Action& action);
void AddIsacRoster(CLI::App& isac, Action& action);
void AddIsacRotateKey(CLI::App& isac, Action& action);
void AddIsacManifest(CLI::App& isac, Action& action);
void AddIsacCollect(CLI::App& isac, Action& action);
void AddIsacRelease(CLI::App& isac, Action& action);
void AddIsacScorecard(CLI::App& isac, Action& action);

// Adds --folder.
void AddFolderOption(CLI::App& command, std::string& folder);

// Now, in whole seconds, as documents are signed.
TimeUs WallClock();

// Messages about what others sent, to standard error.
LimitedMessages MessagesToStderr();

// An operator's folder with its database.
struct OperatorDesk {
  std::unique_ptr<OperatorFolder> folder;
  std::unique_ptr<OperatorStore> store;
};
absl::StatusOr<OperatorDesk> OpenDesk(const std::string& folder, OperatorFolder::Access access);

// The time of --since: a date or time that is not later than `now`, which it is for an empty text.
absl::StatusOr<TimeUs> SinceNamed(const std::string& text, TimeUs now);

// The epoch that holds a date, such as 2024-05-06, or a time, such as 2024-05-06T12:00; the latest that is
// over for an empty text.
absl::StatusOr<Epoch> EpochNamed(const std::string& text, TimeUs length, TimeUs now);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_ISAC_H_
