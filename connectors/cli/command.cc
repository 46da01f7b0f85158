#include "connectors/cli/command.h"

#include <fmt/format.h>

#include <cstdio>

namespace polder {
namespace {

// What fits on a screen; `polder check` shows all.
constexpr std::size_t kShownRefusals = 20;

}  // namespace

void PrintError(const std::string& message) { fmt::print(stderr, "error: {}\n", message); }

CLI::Option* AddGuardOption(CLI::App& command, bool& guard) {
  return command
      .add_option_function<std::string>(
          "--guard", [&guard](const std::string& value) { guard = value == "on"; },
          "keep out indicators that would match everything: on or off (default on)")
      ->check(CLI::IsMember({"on", "off"}));
}

std::shared_ptr<const Snapshot> LoadIndicators(const std::vector<std::string>& paths, bool guard) {
  std::vector<FeedSpec> specs;
  specs.reserve(paths.size());
  for (const std::string& path : paths) specs.push_back({.path = path, .source = ""});
  FeedLoader loader(std::move(specs), guard, RandomFingerprintKey());
  LoadReport report;
  auto snapshot = loader.Load(/*reread_all=*/true, &report);
  std::size_t shown = 0;
  for (const Refusal& refusal : report.refusals) {
    if (shown++ == kShownRefusals) break;
    fmt::print(stderr, "{}\n", refusal.Message());
  }
  if (report.refusals.size() > kShownRefusals) {
    fmt::print(stderr, "... and {} more refused; polder check lists them all\n",
               report.refusals.size() - kShownRefusals);
  }
  for (const std::string& failure : report.failures) PrintError(failure);
  if (!report.failures.empty()) return nullptr;
  if (snapshot->indicator_count() == 0) {
    PrintError(fmt::format("no indicator in {}: every value was refused, or there was none",
                           fmt::join(paths, ", ")));
    return nullptr;
  }
  return snapshot;
}

}  // namespace polder
