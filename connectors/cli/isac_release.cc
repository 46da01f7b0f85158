// polder isac release: what goes out.
#include <fmt/format.h>

#include "connectors/cli/isac.h"
#include "connectors/isac/releaser.h"

namespace polder {
namespace {

struct ReleaseOptions {
  std::string folder = ".";
  std::string epoch;
  std::string to;
  std::vector<std::string> formats;
  bool again = false;
};

std::vector<std::string> FormatsOf(const ReleaseOptions& options) {
  if (!options.formats.empty()) return options.formats;
  return {"json", "stix", "misp"};
}

int PublishOne(const ReleaseOptions& options, const OperatorFolder& folder, const KeptRelease& kept,
               TimeUs now) {
  const auto paths = Publish(folder, kept, options.to, FormatsOf(options), now);
  if (!paths.ok()) {
    PrintError(
        fmt::format("the release of {} is made, and not published everywhere: {}; when that is mended, run "
                    "it again with --again",
                    NameOfEpoch(kept.period_start), std::string(paths.status().message())));
    return kExitError;
  }
  for (const std::string& path : *paths) fmt::print("{}\n", path);
  return kExitHit;
}

void Tell(const Released& one) {
  const Release& release = one.release;
  std::string epochs;
  for (const Epoch& epoch : release.epochs) {
    if (!epochs.empty()) epochs += ", ";
    epochs += NameOfEpoch(epoch.start);
  }
  fmt::print(
      stderr,
      "released {}: {} indicators that at least k={} groups reported; {} of {} batches came; hidden below k: "
      "{} indicators with {} reports\n",
      epochs, release.released.size(), release.k ? fmt::format("{}", *release.k) : "none", one.batches,
      one.batches_expected, release.exactly_suppressed.indicators, release.exactly_suppressed.reports);
  if (!release.k) {
    fmt::print(stderr, "{} members: too few, nothing is released per indicator\n", release.members);
  }
}

int PublishAgain(const ReleaseOptions& options, const OperatorDesk& desk, const Epoch& epoch) {
  const auto kept = ReleaseStore(desk.store->database()).Find(epoch.start);
  if (!kept.ok()) return Failed(kept.status());
  if (*kept) return PublishOne(options, *desk.folder, **kept, WallClock());
  return Failed(absl::NotFoundError(
      fmt::format("the epoch of {} is not released; without --again it is", NameOfEpoch(epoch.start))));
}

int ReleaseEpochs(const ReleaseOptions& options) {
  const auto desk = OpenDesk(options.folder, OperatorFolder::Access::kChange);
  if (!desk.ok()) return Failed(desk.status());
  const TimeUs now = WallClock();
  const auto epoch = EpochNamed(options.epoch, desk->folder->roster().terms.epoch_length, now);
  if (!epoch.ok()) return Failed(epoch.status());
  if (options.again) return PublishAgain(options, *desk, *epoch);
  const auto outcome = ReleaseThrough(*desk->folder, *desk->store, *epoch, now);
  if (!outcome.ok()) return Failed(outcome.status());
  int code = kExitHit;
  for (const Released& one : outcome->released) {
    Tell(one);
    if (PublishOne(options, *desk->folder, one.kept, now) != kExitHit) code = kExitError;
  }
  if (!outcome->held) return code;
  fmt::print(stderr, "held {} epochs from {}: {}\n", outcome->held->epochs.size(),
             NameOfEpoch(outcome->held->start()), outcome->held->why);
  return outcome->released.empty() && code == kExitHit ? kExitNoHit : code;
}

}  // namespace

void AddIsacRelease(CLI::App& isac, Action& action) {
  auto options = std::make_shared<ReleaseOptions>();
  CLI::App* release = isac.add_subcommand("release",
                                          "publish what at least k groups saw up to an epoch, and how much "
                                          "stays hidden; prints the files written; "
                                          "exit code 1 if it is held for the next epoch");
  AddFolderOption(*release, options->folder);
  release->add_option("--epoch", options->epoch,
                      "up to which day, such as 2024-05-06 (default: the latest that is over)");
  release->add_option("--to", options->to, "the folder to write to: for members, for peers, for the public")
      ->required();
  release
      ->add_option("--format", options->formats,
                   "json, stix or misp; several times for several (default all)")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"json", "stix", "misp"}));
  release->add_flag("--again", options->again, "publish once more what was released, byte by byte the same");
  release->callback([options, &action] { action = [options] { return ReleaseEpochs(*options); }; });
}

}  // namespace polder
