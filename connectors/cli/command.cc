#include "connectors/cli/command.h"

#include <fmt/format.h>

#include <cstdio>

#include "connectors/feeds/field_map_files.h"
#include "connectors/feeds/warninglist_files.h"
#include "connectors/files/expression_files.h"

namespace polder {
namespace {

// What fits on a screen; `polder check` shows all.
constexpr std::size_t kShownRefusals = 20;

}  // namespace

void PrintError(const std::string& message) { fmt::print(stderr, "error: {}\n", message); }

int Failed(const absl::Status& status) {
  PrintError(std::string(status.message()));
  return kExitError;
}

void AddIndicatorOptions(CLI::App& command, IndicatorOptions& options) {
  command
      .add_option_function<std::string>(
          "--guard", [&options](const std::string& value) { options.guard = value == "on"; },
          "keep out indicators that would match everything: on or off (default on)")
      ->check(CLI::IsMember({"on", "off"}));
  std::vector<std::string> kinds;
  for (const Kind kind : kAllKinds) {
    if (kind != Kind::kPort && kind != Kind::kStixPattern) kinds.emplace_back(KindName(kind));
  }
  command.add_option("--kind", options.kind, "of all values in lists (default: the shape of each tells)")
      ->check(CLI::IsMember(kinds));
  command
      .add_option("--warninglist", options.warninglists,
                  "files or folders of MISP warninglists: values known to be benign are kept out")
      ->allow_extra_args(false);
}

void AddEventOptions(CLI::App& command, EventOptions& options) {
  command
      .add_option("--format", options.format,
                  "auto, json, syslog, cef, leef, zeek, access, keyvalue or text (default auto)")
      ->check(CLI::IsMember({"auto", "json", "syslog", "cef", "leef", "zeek", "access", "keyvalue", "text"}));
  command
      .add_option("--field-map", options.field_maps,
                  "files or folders that say what the fields of a product mean, beside the shipped ones")
      ->allow_extra_args(false);
}

Format FormatOf(const EventOptions& options) {
  return FormatFromName(options.format).value_or(Format::kAuto);
}

std::optional<FieldMaps> LoadFieldMaps(const EventOptions& options) {
  auto maps = LoadFieldMaps(options.field_maps);
  if (maps.ok()) return *std::move(maps);
  PrintError(std::string(maps.status().message()));
  return std::nullopt;
}

std::unique_ptr<IndicatorStore> LoadStore(const IndicatorOptions& options) {
  auto warninglists = LoadWarninglists(options.warninglists);
  if (!warninglists.ok()) {
    PrintError(std::string(warninglists.status().message()));
    return nullptr;
  }
  // It lives as long as the store that counts in it.
  const auto refused = std::make_shared<std::size_t>(0);
  const auto cache = ExpressionFiles::DefaultFolder();
  auto store = std::make_unique<IndicatorStore>(
      IndicatorStore::Options{.guard = options.guard,
                              .feed_guard = {.on = false},
                              .warninglists = *std::move(warninglists),
                              .expressions = cache ? std::make_shared<ExpressionFiles>(*cache) : nullptr,
                              .on_refusal =
                                  [refused](const Refusal& refusal) {
                                    if ((*refused)++ < kShownRefusals) {
                                      fmt::print(stderr, "{}\n", refusal.Message());
                                    }
                                  }},
      RandomFingerprintKey());
  std::vector<FileFeedSpec> specs;
  for (const std::string& path : options.paths) {
    specs.push_back({.path = path, .terms = {.kind = KindFromName(options.kind)}});
  }
  LoadReport report;
  FileFeeds(std::move(specs), *store).Load(/*reread_all=*/true, &report);
  if (*refused > kShownRefusals) {
    fmt::print(stderr, "... and {} more refused; polder check lists them all\n", *refused - kShownRefusals);
  }
  for (const std::string& failure : report.failures) PrintError(failure);
  if (!report.failures.empty()) return nullptr;
  std::size_t taken = 0;
  for (const DocumentReport& document : report.documents) taken += document.accepted;
  if (taken == 0) {
    PrintError(fmt::format("no indicator in {}: every value was refused, or there was none",
                           fmt::join(options.paths, ", ")));
    return nullptr;
  }
  return store;
}

std::shared_ptr<const Snapshot> LoadIndicators(const IndicatorOptions& options) {
  const auto store = LoadStore(options);
  return store == nullptr ? nullptr : store->Publish(/*even_if_unchanged=*/true);
}

}  // namespace polder
