// polder isac: the operator of a community.
#include <fmt/format.h>

#include <chrono>

#include "connectors/cli/isac.h"
#include "connectors/files/clock.h"

namespace polder {

void AddFolderOption(CLI::App& command, std::string& folder) {
  command.add_option("--folder", folder, "the operator's folder (default: this one)")->default_str(".");
}

TimeUs WallClock() {
  const TimeUs now = Now();
  return now - now % kSecondUs;
}

LimitedMessages MessagesToStderr() {
  return LimitedMessages([](const std::string& message) { fmt::print(stderr, "{}\n", message); });
}

absl::StatusOr<OperatorDesk> OpenDesk(const std::string& folder, OperatorFolder::Access access) {
  OperatorDesk desk;
  auto opened = OperatorFolder::Open(folder, access);
  if (!opened.ok()) return opened.status();
  desk.folder = *std::move(opened);
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
  auto time = ParseIsoTime(text);
  if (!time) time = ParseIsoTime(text + ":00");
  if (time && *time >= 0 && *time < kEndOfTime - 2 * length) return Epoch::Of(*time, length);
  return absl::InvalidArgumentError(fmt::format(
      "--epoch '{}': expected a date such as 2024-05-06, or a time such as 2024-05-06T12:00", text));
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
