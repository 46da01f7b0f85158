// The subcommands of `polder`. Each adds its options to the application and leaves what is to be done in
// `action`, which main runs.
#ifndef POLDER_CONNECTORS_CLI_COMMAND_H_
#define POLDER_CONNECTORS_CLI_COMMAND_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "connectors/feeds/file_feeds.h"
#include "engine/event/field_map.h"
#include "engine/event/record.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

// As grep has them.
enum ExitCode : int { kExitHit = 0, kExitNoHit = 1, kExitError = 2 };

using Action = std::function<int()>;

void AddMatchCommand(CLI::App& app, Action& action);
void AddRunCommand(CLI::App& app, Action& action);
void AddCheckCommand(CLI::App& app, Action& action);
void AddPatternCommand(CLI::App& app, Action& action);
void AddDemoCommand(CLI::App& app, Action& action);
void AddBenchCommand(CLI::App& app, Action& action);
void AddFeedbackCommand(CLI::App& app, Action& action);
void AddVerdictCommand(CLI::App& app, Action& action);
void AddKeyCommand(CLI::App& app, Action& action);
void AddPublishCommand(CLI::App& app, Action& action);
void AddIsacCommand(CLI::App& app, Action& action);

// Writes `error: message` to standard error.
void PrintError(const std::string& message);
// The same of a status; returns kExitError.
int Failed(const absl::Status& status);

// What an offline command is told about indicators.
struct IndicatorOptions {
  std::vector<std::string> paths;
  std::vector<std::string> warninglists;
  std::string kind;
  bool guard = true;
};
// Adds --guard, --kind and --warninglist.
void AddIndicatorOptions(CLI::App& command, IndicatorOptions& options);

// What an offline command is told about events.
struct EventOptions {
  std::string format = "auto";
  std::vector<std::string> field_maps;
};
// Adds --format and --field-map.
void AddEventOptions(CLI::App& command, EventOptions& options);
// As --format allows them.
Format FormatOf(const EventOptions& options);
// The shipped field maps and those that were named. Nothing, with the reason reported, if one cannot be used.
std::optional<FieldMaps> LoadFieldMaps(const EventOptions& options);

// Loads them, reporting to standard error what is refused. Null, with the reason reported, if a path cannot
// be read or there is no indicator at all.
std::unique_ptr<IndicatorStore> LoadStore(const IndicatorOptions& options);
std::shared_ptr<const Snapshot> LoadIndicators(const IndicatorOptions& options);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_COMMAND_H_
