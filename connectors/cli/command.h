// The subcommands of `polder`. Each adds its options to the application and leaves what is to be done in
// `action`, which main runs.
#ifndef POLDER_CONNECTORS_CLI_COMMAND_H_
#define POLDER_CONNECTORS_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/feeds/feed_loader.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// As grep has them.
enum ExitCode : int { kExitHit = 0, kExitNoHit = 1, kExitError = 2 };

using Action = std::function<int()>;

void AddMatchCommand(CLI::App& app, Action& action);
void AddRunCommand(CLI::App& app, Action& action);
void AddCheckCommand(CLI::App& app, Action& action);
void AddDemoCommand(CLI::App& app, Action& action);
void AddFeedbackCommand(CLI::App& app, Action& action);
void AddIsacCommand(CLI::App& app, Action& action);

// Writes `error: message` to standard error.
void PrintError(const std::string& message);

// Loads indicators for an offline command, reporting to standard error what is refused. Null, with the reason
// reported, if a path cannot be read or there is no indicator at all.
std::shared_ptr<const Snapshot> LoadIndicators(const std::vector<std::string>& paths, bool guard);

// "on" or "off".
CLI::Option* AddGuardOption(CLI::App& command, bool& guard);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_COMMAND_H_
