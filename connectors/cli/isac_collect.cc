// polder isac manifest, collect: what comes in.
#include <fmt/format.h>

#include "connectors/cli/isac.h"
#include "connectors/isac/catalogue_refresh.h"
#include "connectors/isac/collector.h"
#include "connectors/isac/manifest_maker.h"
#include "connectors/isac/releaser.h"

namespace polder {
namespace {

struct ManifestOptions {
  std::string folder = ".";
  std::string epoch;
};

struct CollectOptions {
  std::string folder = ".";
  std::vector<std::string> from;
  std::vector<std::string> indicators;
  std::string source;
};

int MakeAndPostManifest(const ManifestOptions& options) {
  const auto desk = OpenDesk(options.folder, OperatorFolder::Access::kRead);
  if (!desk.ok()) return Failed(desk.status());
  const OperatorFolder& folder = *desk->folder;
  const TimeUs now = WallClock();
  const auto epoch = EpochNamed(options.epoch, folder.roster().terms.epoch_length, now);
  if (!epoch.ok()) return Failed(epoch.status());
  CatalogueStore catalogue(desk->store->database());
  LimitedMessages messages = MessagesToStderr();
  const auto community = RefreshFromBoard(folder, catalogue, now, messages);
  if (!community.ok()) return Failed(community.status());
  if (absl::Status marked = MarkKnownValues(folder, catalogue); !marked.ok()) return Failed(marked);
  const auto made = MakeManifest(folder, *desk->store, *community, *epoch, now);
  if (!made.ok()) return Failed(made.status());
  const absl::Status posted = PostDocuments(*folder.Board(), DocumentsOf(*made));
  if (!posted.ok()) return Failed(posted);
  fmt::print("{}\n", Fingerprint(ManifestDigest(made->manifest)));
  fmt::print(stderr, "manifest of {}: {} indicators, roster version {}, k {}{}\n", NameOfEpoch(epoch->start),
             made->manifest.indicators, made->manifest.roster_version,
             made->manifest.k ? fmt::format("{}", *made->manifest.k) : "none (too few members)",
             made->fresh ? "" : "; made before, posted once more");
  return kExitHit;
}

std::string CountsOf(const CollectReport& report) {
  std::string text =
      fmt::format("accepted {}, known {}, refused {}", report.accepted, report.known, report.all_refused());
  const char* separator = ": ";
  for (std::size_t i = 0; i < report.refused.size(); ++i) {
    if (report.refused.at(i) == 0) continue;
    text += fmt::format("{}{} {}", separator, BatchRefusalName(static_cast<BatchRefusal>(i)),
                        report.refused.at(i));
    separator = ", ";
  }
  return text;
}

int ReadIndicatorFiles(const CollectOptions& options, const OperatorDesk& desk) {
  if (options.indicators.empty() && options.source.empty()) return kExitHit;
  if (options.indicators.empty() || options.source.empty()) {
    return Failed(absl::InvalidArgumentError("--indicators and --source go together: what, and from whom"));
  }
  CatalogueStore catalogue(desk.store->database());
  LimitedMessages messages = MessagesToStderr();
  const auto values = RefreshFromFiles(options.indicators, options.source, desk.folder->roster(), catalogue,
                                       WallClock(), messages);
  if (!values.ok()) return Failed(values.status());
  if (absl::Status marked = MarkKnownValues(*desk.folder, catalogue); !marked.ok()) return Failed(marked);
  fmt::print(stderr, "{} values of '{}' are in the catalogue\n", *values, options.source);
  return kExitHit;
}

int Collect(const CollectOptions& options) {
  const auto desk = OpenDesk(options.folder, OperatorFolder::Access::kRead);
  if (!desk.ok()) return Failed(desk.status());
  if (const int code = ReadIndicatorFiles(options, *desk); code != kExitHit) return code;
  std::vector<Place> places;
  for (const std::string& name : options.from) places.push_back(desk->folder->PlaceNamed(name));
  if (places.empty()) places = desk->folder->Mailboxes();
  if (places.empty()) {
    if (!options.indicators.empty()) return kExitHit;
    return Failed(absl::FailedPreconditionError(fmt::format(
        "{}: no mailbox is set; name one with --from, or add mailbox: to settings.yaml", options.folder)));
  }
  LimitedMessages messages = MessagesToStderr();
  Collector collector(*desk->folder, *desk->store, WallClock(), messages);
  absl::Status status;
  for (const Place& place : places) status.Update(collector.TakeAll(place));
  status.Update(collector.Finish());
  fmt::print("{}\n", CountsOf(collector.report()));
  return status.ok() ? kExitHit : Failed(status);
}

}  // namespace

void AddIsacManifest(CLI::App& isac, Action& action) {
  auto options = std::make_shared<ManifestOptions>();
  CLI::App* manifest = isac.add_subcommand(
      "manifest",
      "sign and post what the community's indicators were when an epoch ended; prints its fingerprint");
  AddFolderOption(*manifest, options->folder);
  manifest->add_option("--epoch", options->epoch,
                       "a day, such as 2024-05-06 (default: the latest that is over)");
  manifest->callback([options, &action] { action = [options] { return MakeAndPostManifest(*options); }; });
}

void AddIsacCollect(CLI::App& isac, Action& action) {
  auto options = std::make_shared<CollectOptions>();
  CLI::App* collect = isac.add_subcommand(
      "collect", "take in the batches that have arrived; prints how many were accepted, and refused why");
  AddFolderOption(*collect, options->folder);
  collect
      ->add_option("--from", options->from,
                   "a folder or kafka:TOPIC (default: the mailboxes of settings.yaml)")
      ->allow_extra_args(false);
  collect
      ->add_option(
          "--indicators", options->indicators,
          "files or folders: all that an unsigned feed shares now, for the catalogue; what it shared "
          "before and is not in them counts as withdrawn")
      ->allow_extra_args(false);
  collect->add_option("--source", options->source, "the name of that feed");
  collect->callback([options, &action] { action = [options] { return Collect(*options); }; });
}

}  // namespace polder
