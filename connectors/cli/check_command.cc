// polder check: what is wrong with configuration and indicators, before anything runs.
#include <fmt/format.h>

#include "connectors/cli/command.h"
#include "connectors/config/config.h"
#include "connectors/kafka/client.h"
#include "connectors/pipeline/runner.h"

namespace polder {
namespace {

bool IsConfiguration(const std::string& path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

void PrintFile(const FileReport& file) {
  std::size_t refused = 0;
  std::string reasons;
  for (const auto& [category, count] : file.refused) {
    refused += count;
    reasons += fmt::format("{}{} {}", reasons.empty() ? " (" : ", ", count, category);
  }
  if (!reasons.empty()) reasons += ")";
  fmt::print("{}: {}: {} read, {} taken, {} refused{}\n", file.path, file.format, file.read, file.accepted,
             refused, reasons);
}

// Lints the feeds as one set, as a run would load them.
int CheckFeeds(std::vector<FeedSpec> specs, bool guard) {
  FeedLoader loader(std::move(specs), guard, RandomFingerprintKey());
  LoadReport report;
  const auto snapshot = loader.Load(/*reread_all=*/true, &report);
  for (const std::string& failure : report.failures) fmt::print("{}\n", failure);
  for (const Refusal& refusal : report.refusals) fmt::print("{}\n", refusal.Message());
  for (const FileReport& file : report.files) PrintFile(file);
  fmt::print(
      "together: {} indicators of {} values in force; {} superseded, {} repeated, {} revoked; digest {}\n",
      snapshot->indicator_count(), snapshot->value_count(), report.dropped.superseded,
      report.dropped.repeated, report.dropped.revoked, snapshot->digest());
  for (const Kind kind : kAllKinds) {
    if (snapshot->value_count(kind) > 0)
      fmt::print("  {:<8} {}\n", KindName(kind), snapshot->value_count(kind));
  }
  if (!report.failures.empty()) return kExitError;
  return report.refusals.empty() ? kExitHit : kExitNoHit;
}

int CheckConfiguration(const std::string& path) {
  const auto config = ReadRunConfigFile(path);
  if (!config.ok()) {
    fmt::print("{}\n", std::string(config.status().message()));
    return kExitError;
  }
  int result = kExitHit;
  for (const auto* own : {&config->kafka.consumer, &config->kafka.producer}) {
    const auto conf = MakeKafkaConf({&config->kafka.properties, own});
    if (conf.ok()) continue;
    fmt::print("{}: {}\n", path, std::string(conf.status().message()));
    result = kExitError;
  }
  if (result == kExitHit) fmt::print("{}: configuration is sound\n", path);
  return std::max(result, CheckFeeds(FeedSpecsOf(*config), config->guard));
}

int Check(const std::vector<std::string>& paths, bool guard) {
  int result = kExitHit;
  std::vector<FeedSpec> specs;
  for (const std::string& path : paths) {
    if (IsConfiguration(path)) {
      result = std::max(result, CheckConfiguration(path));
    } else {
      specs.push_back({.path = path, .source = ""});
    }
  }
  if (!specs.empty()) result = std::max(result, CheckFeeds(std::move(specs), guard));
  return result;
}

}  // namespace

void AddCheckCommand(CLI::App& app, Action& action) {
  auto paths = std::make_shared<std::vector<std::string>>();
  auto guard = std::make_shared<bool>(true);
  CLI::App* command = app.add_subcommand(
      "check", "lint configuration (.yaml) and indicators: exit 0 clean, 1 something is refused, 2 unusable");
  command->add_option("files", *paths, "configuration files; indicator files or folders")->required();
  AddGuardOption(*command, *guard);
  command->callback([paths, guard, &action] { action = [paths, guard] { return Check(*paths, *guard); }; });
}

}  // namespace polder
