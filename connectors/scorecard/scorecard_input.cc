#include "connectors/scorecard/scorecard_input.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/isac/catalogue_store.h"
#include "connectors/isac/release_store.h"
#include "connectors/isac/releaser.h"
#include "engine/scorecard/read_release.h"

namespace polder {
namespace {

// What was published, not what would be released today.
absl::StatusOr<Release> PublishedTo(const KeptRelease& kept) {
  for (const KeptRelease::Document& document : kept.documents) {
    if (!document.name.ends_with(".members.json")) continue;
    auto release = ReadMembersRelease(document.text);
    if (release.ok()) return release;
    return absl::DataLossError(fmt::format("{}: {}", document.name, std::string(release.status().message())));
  }
  return absl::DataLossError(
      fmt::format("the release of {} has no document for members", NameOfEpoch(kept.period_start)));
}

// Of those who counted then, as the roster was then: a figure of a time that is over must not move with who
// left since, or moved to another sector.
absl::StatusOr<std::vector<MemberReport>> CountingReports(OperatorStore& store, const Roster& roster,
                                                          const Release& release) {
  const auto counted = ReleaseStore(store.database()).CountedIn(release.start());
  if (!counted.ok()) return counted.status();
  std::vector<MemberReport> counting;
  for (const Epoch& epoch : release.epochs) {
    auto reports = ReportsOf(store, roster, epoch);
    if (!reports.ok()) return reports.status();
    for (MemberReport& report : *reports) {
      const auto found = std::find_if(counted->begin(), counted->end(),
                                      [&](const CountedMember& one) { return one.member == report.member; });
      if (found == counted->end()) continue;
      report.group = found->group;
      report.sector = found->sector;
      report.role = found->role;
      report.joined = found->from;
      counting.push_back(std::move(report));
    }
  }
  return counting;
}

}  // namespace

absl::StatusOr<ScorecardInput> ReadScorecardInput(OperatorStore& store, const Roster& roster, TimeUs from,
                                                  TimeUs to) {
  ReleaseStore releases(store.database());
  const auto latest = releases.Latest();
  if (!latest.ok()) return latest.status();
  const auto with_batches = store.EpochsWithBatches();
  if (!with_batches.ok()) return with_batches.status();
  ScorecardInput input;
  input.community = roster.terms.name;
  input.one_organisation = roster.terms.one_organisation;
  const TimeUs length = roster.terms.epoch_length;
  const TimeUs first = with_batches->empty() ? latest->value_or(0) : *with_batches->begin();
  TimeUs start = Epoch::Of(std::max(first, from), length).start;
  for (; *latest && start <= **latest && start < to; start += length) {
    const auto kept = releases.Find(start);
    if (!kept.ok()) return kept.status();
    // Of a release of several epochs the first one finds it.
    if (!*kept || (*kept)->period_start != start || start < from) continue;
    auto release = PublishedTo(**kept);
    if (!release.ok()) return release.status();
    auto reports = CountingReports(store, roster, *release);
    if (!reports.ok()) return reports.status();
    input.periods.push_back({*std::move(release), *std::move(reports)});
  }
  if (input.periods.empty()) {
    return absl::NotFoundError(
        "there is no release in this time, and scorecards are made of releases; make one with `polder isac "
        "release`");
  }
  auto catalogue = CatalogueStore(store.database()).Read(roster);
  if (!catalogue.ok()) return catalogue.status();
  input.catalogue = *std::move(catalogue);
  return input;
}

}  // namespace polder
