// polder isac: the operator of a community.
#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "connectors/cli/epoch_option.h"
#include "connectors/cli/isac.h"
#include "connectors/files/clock.h"

namespace polder {

void AddFolderOption(CLI::App& command, std::string& folder) {
  command.add_option("--folder", folder, "the operator's folder (default: this one)")->default_str(".");
}

TimeUs WallClock() { return NowInWholeSeconds(); }

LimitedMessages MessagesToStderr() {
  return LimitedMessages([](const std::string& message) { fmt::print(stderr, "{}\n", message); });
}

absl::StatusOr<OperatorDesk> OpenDesk(const std::string& folder, OperatorFolder::Access access) {
  OperatorDesk desk;
  auto opened = OperatorFolder::Open(folder, access);
  if (!opened.ok()) return opened.status();
  desk.folder = *std::move(opened);
  // An empty one would release again, otherwise, what was released.
  std::error_code ignored;
  if (desk.folder->roster().version > 1 && !std::filesystem::exists(desk.folder->StorePath(), ignored)) {
    return absl::NotFoundError(fmt::format(
        "{}: is missing, which has what was collected and released; restore it from the backup of {}",
        desk.folder->StorePath(), folder));
  }
  auto store = OperatorStore::Open(desk.folder->StorePath());
  if (!store.ok()) return store.status();
  desk.store = *std::move(store);
  return desk;
}

absl::StatusOr<TimeUs> SinceNamed(const std::string& text, TimeUs now) {
  if (text.empty()) return now;
  const auto time = ParseIsoTime(text);
  if (time && *time >= 0 && *time <= now) return *time;
  return absl::InvalidArgumentError(
      fmt::format("--since '{}': expected a date such as 2024-05-06, not later than now", text));
}

absl::StatusOr<Epoch> EpochNamed(const std::string& text, TimeUs length, TimeUs now) {
  if (text.empty()) return Epoch::Of(now, length).Previous();
  return EpochOfDate(text, length);
}

void AddIsacCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("isac", "the operator's side of a community");
  command->require_subcommand(1);
  AddIsacInit(*command, action);
  AddIsacRoster(*command, action);
  AddIsacRotateKey(*command, action);
  AddIsacManifest(*command, action);
  AddIsacCollect(*command, action);
  AddIsacRelease(*command, action);
  AddIsacScorecard(*command, action);
}

}  // namespace polder
