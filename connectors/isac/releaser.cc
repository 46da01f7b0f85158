#include "connectors/isac/releaser.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "connectors/files/write_file.h"
#include "connectors/isac/catalogue_store.h"
#include "engine/release/render_release.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMembersJson = "members.json";
constexpr std::string_view kMembersStix = "members.stix.json";
constexpr std::string_view kMembersMisp = "members.misp.json";

// The format that a document's name says.
std::string_view FormatOfName(std::string_view name) {
  if (name.ends_with(".stix.json")) return "stix";
  return name.ends_with(".misp.json") ? "misp" : "json";
}

KeptRelease Render(const Release& release, TimeUs now) {
  const PublishedRelease members = ReleaseFor(release, Audience::kRecipients);
  const std::string name = "release-" + NameOfEpoch(release.start());
  KeptRelease kept{release.start(), now, {}};
  const auto add = [&](std::string_view ending, std::string text) {
    kept.documents.push_back({fmt::format("{}.{}", name, ending), std::move(text)});
  };
  add(kMembersJson, RenderReleaseJson(members));
  add(kMembersMisp, RenderReleaseMisp(members));
  add(kMembersStix, RenderReleaseStix(members, now));
  add("peers.json", RenderReleaseJson(ReleaseFor(release, Audience::kMembersAndPeers)));
  add("public.json", RenderReleaseJson(ReleaseFor(release, Audience::kAnyone)));
  return kept;
}

absl::StatusOr<std::vector<Epoch>> Unreleased(OperatorStore& store, ReleaseStore& releases,
                                              const Epoch& last) {
  const auto latest = releases.Latest();
  if (!latest.ok()) return latest.status();
  const auto with_batches = store.EpochsWithBatches();
  if (!with_batches.ok()) return with_batches.status();
  Epoch epoch = last;
  if (*latest) {
    epoch = Epoch{**latest, last.length}.Next();
  } else if (!with_batches->empty()) {
    epoch.start = std::min(last.start, *with_batches->begin());
  }
  std::vector<Epoch> epochs;
  for (; epoch.start <= last.start; epoch = epoch.Next()) epochs.push_back(epoch);
  return epochs;
}

absl::Status AddManifests(OperatorStore& store, Release& release) {
  for (const Epoch& epoch : release.epochs) {
    std::optional<Digest256>& manifest = release.manifests.emplace_back();
    const auto kept = store.ManifestOf(epoch.start);
    if (!kept.ok()) return kept.status();
    if (!*kept) continue;
    const auto document = ReadSignedDocument(**kept);
    if (!document.ok()) return document.status();
    manifest = Blake2b256(document->body);
  }
  return absl::OkStatus();
}

std::vector<CountedMember> Counted(const ReleasePlan& plan, const Roster& roster) {
  std::vector<CountedMember> counted;
  for (const ReleasePlan::Reporter& reporter : plan.reporters) {
    const RosterEntry* const entry = roster.Find(reporter.member);
    if (!reporter.counts || entry == nullptr) continue;
    counted.push_back({reporter.member, reporter.group, entry->sector, entry->role, reporter.from});
  }
  return counted;
}

// In one transaction, so that no batch comes in between that is in the store and not in its release.
absl::StatusOr<Released> ReleaseOne(const Roster& roster, const Catalogue& catalogue, const ReleasePlan& plan,
                                    OperatorStore& store, ReleaseStore& releases, TimeUs now) {
  auto transaction = Transaction::Begin(store.database());
  if (!transaction.ok()) return transaction.status();
  Released one;
  std::vector<MemberReport> reports;
  for (const Epoch& epoch : plan.epochs) {
    auto of_epoch = ReportsOf(store, roster, epoch);
    if (!of_epoch.ok()) return of_epoch.status();
    one.batches += of_epoch->size();
    one.batches_expected += roster.ReportersAt(epoch.end() - 1).size();
    std::move(of_epoch->begin(), of_epoch->end(), std::back_inserter(reports));
  }
  const auto runs = releases.ReadRuns();
  if (!runs.ok()) return runs.status();
  one.release = MakeRelease(reports, catalogue, plan, *runs);
  if (absl::Status added = AddManifests(store, one.release); !added.ok()) return added;
  one.kept = Render(one.release, now);
  const Runs next = NextRuns(*runs, reports, plan, one.release);
  absl::Status kept = releases.Keep(plan.epochs, one.kept, next, Counted(plan, roster));
  if (kept.ok()) kept = transaction->Commit();
  if (!kept.ok()) return kept;
  return one;
}

// What of the documents everybody on the board may have.
absl::Status PostOnBoard(const OperatorFolder& folder, const KeptRelease& release, TimeUs now) {
  const auto board = folder.Board();
  if (!board) return absl::OkStatus();
  std::vector<KeyedDocument> documents;
  for (const KeptRelease::Document& document : release.documents) {
    const bool json = document.name.ends_with(kMembersJson);
    if (!json && !document.name.ends_with(kMembersStix)) continue;
    const std::string_view type = json ? kReleaseType : kStixReleaseType;
    documents.push_back({fmt::format("{}-{}", type, FormatIsoTime(release.period_start)),
                         folder.Signed(type, document.text, now)});
  }
  return PostDocuments(*board, documents);
}

}  // namespace

std::string NameOfEpoch(TimeUs start) {
  std::string name = FormatIsoTime(start);
  if (start % kDayUs == 0) return name.substr(0, 10);
  std::erase(name, ':');
  return name;
}

absl::StatusOr<std::vector<MemberReport>> ReportsOf(OperatorStore& store, const Roster& roster,
                                                    const Epoch& epoch) {
  auto batches = store.BatchesOf(epoch);
  if (!batches.ok()) return batches.status();
  std::vector<MemberReport> reports;
  for (OperatorStore::Kept& kept : *batches) {
    const RosterEntry* const entry = roster.Find(kept.batch.member);
    if (entry == nullptr) continue;
    reports.push_back({.member = entry->name,
                       .group = entry->group,
                       .sector = entry->sector,
                       .role = entry->role,
                       .joined = entry->joined,
                       .watched = kept.batch.watched,
                       .feedback = std::move(kept.batch.records)});
  }
  return reports;
}

absl::StatusOr<ReleaseOutcome> ReleaseThrough(const OperatorFolder& folder, OperatorStore& store,
                                              const Epoch& last, TimeUs now) {
  if (last.end() > now) {
    return absl::FailedPreconditionError(fmt::format("the epoch of {} ends at {}; it is released after that",
                                                     NameOfEpoch(last.start), FormatIsoTime(last.end())));
  }
  ReleaseStore releases(store.database());
  const auto unreleased = Unreleased(store, releases, last);
  if (!unreleased.ok()) return unreleased.status();
  if (unreleased->empty()) {
    return absl::AlreadyExistsError(
        fmt::format("the epoch of {} is released, and an epoch is released once; --again publishes what was "
                    "released once more",
                    NameOfEpoch(last.start)));
  }
  const auto catalogue = CatalogueStore(store.database()).Read(folder.roster());
  if (!catalogue.ok()) return catalogue.status();
  ReleaseOutcome outcome;
  for (std::span<const Epoch> left = *unreleased; !left.empty();) {
    ReleasePlan plan = PlanRelease(folder.roster(), left);
    if (plan.hold || plan.epochs.empty()) {
      outcome.held = std::move(plan);
      break;
    }
    auto one = ReleaseOne(folder.roster(), *catalogue, plan, store, releases, now);
    if (!one.ok()) return one.status();
    outcome.released.push_back(*std::move(one));
    left = left.subspan(std::min(plan.epochs.size(), left.size()));
  }
  return outcome;
}

absl::StatusOr<std::vector<std::string>> Publish(const OperatorFolder& folder, const KeptRelease& release,
                                                 const std::string& to,
                                                 const std::vector<std::string>& formats, TimeUs now) {
  std::error_code error;
  fs::create_directories(to, error);
  if (error) {
    return absl::PermissionDeniedError(fmt::format("{}: cannot be made: {}", to, error.message()));
  }
  std::vector<std::string> paths;
  for (const KeptRelease::Document& document : release.documents) {
    if (std::find(formats.begin(), formats.end(), FormatOfName(document.name)) == formats.end()) continue;
    paths.push_back((fs::path(to) / document.name).string());
    absl::Status written = WriteFileAtomically(paths.back(), document.text + "\n");
    if (!written.ok()) return written;
  }
  if (absl::Status posted = PostOnBoard(folder, release, now); !posted.ok()) return posted;
  return paths;
}

}  // namespace polder
