// polder check: what is wrong with configuration, field maps and indicators, before anything runs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>

#include "connectors/cli/command.h"
#include "connectors/config/config.h"
#include "connectors/config/isac_config.h"
#include "connectors/feeds/warninglist_files.h"
#include "connectors/files/clock.h"
#include "connectors/files/list_files.h"
#include "connectors/files/read_file.h"
#include "connectors/kafka/client.h"
#include "connectors/member/feedback_config.h"
#include "connectors/pipeline/runner.h"
#include "engine/expression/check.h"
#include "engine/expression/expression_set.h"
#include "rules/fields/field_map_check.h"
#include "rules/fields/field_map_reader.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

bool IsYaml(const std::string& path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

// Which sort of file it is shows in its keys, even if there is a mistake in it.
bool HasKey(const std::string& yaml, std::string_view key) {
  return yaml.starts_with(key) || yaml.find(fmt::format("\n{}", key)) != std::string::npos;
}
bool HasKeyOf(const std::string& yaml, std::initializer_list<std::string_view> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) { return HasKey(yaml, key); });
}

struct Refused {
  std::size_t total = 0;
  std::string by_reason;  // ", 3 guarded, 2 invalid value"
};

Refused CountRefused(const std::map<std::string, std::size_t>& refused) {
  Refused counted;
  for (const auto& [category, count] : refused) {
    counted.total += count;
    counted.by_reason += fmt::format("{}{} {}", counted.by_reason.empty() ? "" : ", ", count, category);
  }
  return counted;
}

void PrintDocument(const DocumentReport& document) {
  const Refused refused = CountRefused(document.refused);
  fmt::print("{}: {}: {} read, {} taken, {} refused{}\n", document.path, document.format, document.read,
             document.accepted, refused.total,
             refused.total == 0 ? "" : fmt::format(" ({})", refused.by_reason));
}

// What all documents of each source come to, and what the merge makes of it.
void PrintSources(const std::vector<DocumentReport>& documents, const Snapshot& snapshot) {
  std::map<std::string, DocumentReport> sources;
  for (const DocumentReport& document : documents) {
    DocumentReport& sum = sources[document.source];
    sum.read += document.read;
    sum.accepted += document.accepted;
    for (const auto& [category, count] : document.refused) sum.refused[category] += count;
  }
  const TimeUs now = Now();
  std::map<std::string, Snapshot::SourceFigures> in_force;
  for (Snapshot::SourceFigures& figures : snapshot.CountBySource(now)) in_force[figures.name] = figures;
  for (const auto& [name, sum] : sources) {
    const Snapshot::SourceFigures& figures = in_force[name];
    const Refused refused = CountRefused(sum.refused);
    fmt::print("source {}: {} read, {} taken, {} merged ({} of them shared with other sources, {} expired)",
               name, sum.read, sum.accepted, figures.indicators, figures.shared, figures.expired);
    if (refused.total > 0) fmt::print(", {} refused: {}", refused.total, refused.by_reason);
    fmt::print("{}\n", figures.shadow ? ", in shadow" : "");
  }
}

// What the expressions cost to hold and to try; each is compiled by itself.
void PrintExpressions(const Snapshot& snapshot) {
  constexpr std::size_t kMost = 2000;
  constexpr std::size_t kShown = 5;
  struct Cost {
    ExpressionCost cost;
    std::string text;
  };
  std::vector<Cost> costs;
  std::size_t confirmed = 0;
  std::size_t total = 0;
  for (const auto& set : snapshot.expressions()) {
    total += set->size();
    for (std::size_t i = 0; i < set->size() && costs.size() < kMost; ++i) {
      const auto cost = CostOf(set->expression(i));
      if (!cost.ok()) continue;
      confirmed += cost->prefiltered ? 1 : 0;
      costs.push_back({*cost, FormatExpression(set->expression(i))});
    }
  }
  if (costs.empty()) return;
  std::sort(costs.begin(), costs.end(),
            [](const Cost& a, const Cost& b) { return a.cost.database_bytes > b.cost.database_bytes; });
  fmt::print(
      "patterns: {}{}, {} of them confirmed by PCRE2 (look-around, back-references: slower); the largest:\n",
      total, total > costs.size() ? fmt::format(" (the first {} are told of)", costs.size()) : "", confirmed);
  for (std::size_t i = 0; i < std::min(costs.size(), kShown); ++i) {
    std::string text = costs[i].text.substr(0, 80);
    if (text.size() < costs[i].text.size()) text += "...";
    fmt::print("  {:>8} bytes compiled{}: {}\n", costs[i].cost.database_bytes,
               costs[i].cost.prefiltered ? ", confirmed by PCRE2" : "", text);
  }
}

// Lints the feeds as one set, as a run would load them.
int CheckFeeds(std::vector<FileFeedSpec> specs, const std::vector<std::string>& warninglist_paths,
               bool guard) {
  auto warninglists = LoadWarninglists(warninglist_paths);
  if (!warninglists.ok()) {
    fmt::print("{}\n", std::string(warninglists.status().message()));
    return kExitError;
  }
  bool refused = false;
  IndicatorStore store({.guard = guard,
                        .feed_guard = {.on = false},
                        .warninglists = *std::move(warninglists),
                        .expressions = nullptr,
                        .on_refusal =
                            [&refused](const Refusal& refusal) {
                              refused = true;
                              fmt::print("{}\n", refusal.Message());
                            }},
                       RandomFingerprintKey());
  LoadReport report;
  FileFeeds(std::move(specs), store).Load(/*reread_all=*/true, &report);
  const auto snapshot = store.Publish(/*even_if_unchanged=*/true);
  for (const DocumentReport& document : report.documents) PrintDocument(document);
  for (const std::string& failure : report.failures) fmt::print("{}\n", failure);
  PrintSources(report.documents, *snapshot);
  const RuleSet::Dropped dropped = store.rules().CountDropped();
  const auto values = snapshot->CountValues();
  fmt::print(
      "together: {} indicators of {} values in force; {} superseded, {} repeated, {} revoked; digest {}\n",
      snapshot->indicator_count(), std::accumulate(values.begin(), values.end(), std::size_t{0}),
      dropped.superseded, dropped.repeated + store.repeated(), dropped.revoked, snapshot->digest());
  for (const Kind kind : kAllKinds) {
    const std::size_t count = values[static_cast<std::size_t>(kind)];
    if (count > 0) fmt::print("  {:<8} {}\n", KindName(kind), count);
  }
  PrintExpressions(*snapshot);
  if (!report.failures.empty()) return kExitError;
  return refused ? kExitNoHit : kExitHit;
}

int CheckMap(const std::string& path, const std::string& yaml) {
  const auto problems = CheckFieldMap(yaml, {}, ShippedFieldMaps().maps());
  if (problems.empty()) {
    fmt::print("{}: field map is sound\n", path);
    return kExitHit;
  }
  fmt::print("{}\n", ProblemsAsText(path, problems));
  return ReadFieldMap(yaml, path).ok() ? kExitNoHit : kExitError;
}

int CheckMaps(const std::vector<std::string>& paths) {
  int result = kExitHit;
  for (const std::string& path : paths) {
    const auto files = ListFiles(path);
    if (!files.ok()) {
      fmt::print("{}\n", std::string(files.status().message()));
      return kExitError;
    }
    for (const std::string& file : *files) {
      if (file != path && !IsYaml(file)) continue;
      const auto yaml = ReadWholeFile(file, kLargestFieldMapBytes);
      if (!yaml.ok()) fmt::print("{}\n", std::string(yaml.status().message()));
      result = std::max(result, yaml.ok() ? CheckMap(file, *yaml) : static_cast<int>(kExitError));
    }
  }
  return result;
}

int CheckFeedbackConfig(const std::string& path) {
  const auto config = ReadFeedbackConfigFile(path);
  fmt::print("{}\n", config.ok() ? path + ": a configuration of polder feedback, and sound"
                                 : std::string(config.status().message()));
  return config.ok() ? kExitHit : kExitError;
}

int CheckIsacConfig(const std::string& path) {
  const auto config = ReadIsacConfigFile(path);
  fmt::print("{}\n", config.ok() ? path + ": the settings of an operator's folder, and sound"
                                 : std::string(config.status().message()));
  return config.ok() ? kExitHit : kExitError;
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
  result = std::max(result, CheckMaps(config->input.field_maps));
  return std::max(result, CheckFeeds(FileFeedsOf(*config), config->warninglists, config->guard));
}

int CheckYaml(const std::string& path) {
  const auto yaml = ReadWholeFile(path, kLargestFieldMapBytes);
  if (!yaml.ok()) return CheckConfiguration(path);
  if (HasKeyOf(*yaml, {"member:", "send_to:", "operator_key:", "sightings:"}))
    return CheckFeedbackConfig(path);
  if (HasKeyOf(*yaml, {"board:", "mailbox:"})) return CheckIsacConfig(path);
  if (HasKeyOf(*yaml, {"kafka:", "indicators:", "input:"})) return CheckConfiguration(path);
  const bool map = HasKeyOf(*yaml, {"recognise:", "fields:", "fields_under:", "urls:"});
  return map ? CheckMap(path, *yaml) : CheckConfiguration(path);
}

int Check(const IndicatorOptions& options) {
  int result = kExitHit;
  std::vector<FileFeedSpec> specs;
  for (const std::string& path : options.paths) {
    if (!IsYaml(path)) {
      specs.push_back({.path = path, .terms = {.kind = KindFromName(options.kind)}});
      continue;
    }
    result = std::max(result, CheckYaml(path));
  }
  if (!specs.empty()) {
    result = std::max(result, CheckFeeds(std::move(specs), options.warninglists, options.guard));
  }
  return result;
}

}  // namespace

void AddCheckCommand(CLI::App& app, Action& action) {
  auto options = std::make_shared<IndicatorOptions>();
  CLI::App* command = app.add_subcommand(
      "check",
      "lint configuration and field maps (.yaml) and indicators: exit 0 clean, 1 something is refused, 2 "
      "unusable");
  command->add_option("files", options->paths, "configuration files, field maps; indicator files or folders")
      ->required();
  AddIndicatorOptions(*command, *options);
  command->callback([options, &action] { action = [options] { return Check(*options); }; });
}

}  // namespace polder
