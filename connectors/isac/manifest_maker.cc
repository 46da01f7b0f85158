#include "connectors/isac/manifest_maker.h"

#include <fmt/format.h>

#include "engine/release/release_plan.h"

namespace polder {
namespace {

std::optional<std::size_t> ThresholdAt(const Roster& roster, TimeUs time) {
  const std::size_t reporters = roster.ReportersAt(time).size();
  return reporters < roster.terms.minimum_members ? std::nullopt : ReleaseThreshold(reporters);
}

Manifest ManifestNow(const Community& community, const Epoch& epoch) {
  const std::vector<IocId> ids = community.IocIdsAsOf(epoch.end());
  Manifest manifest;
  manifest.epoch = epoch;
  manifest.as_of = epoch.end();
  manifest.indicators = ids.size();
  manifest.root = MerkleRoot(ids);
  manifest.roster_version = community.roster_version();
  manifest.roster_digest = community.roster_digest();
  manifest.k = ThresholdAt(*community.roster(), epoch.end() - 1);
  return manifest;
}

}  // namespace

Digest256 ManifestDigestOf(const Manifest& manifest) { return Blake2b256(RenderManifest(manifest)); }

absl::StatusOr<MadeManifest> MakeManifest(const OperatorFolder& folder, OperatorStore& store,
                                          const Community& community, const Epoch& epoch, TimeUs now) {
  if (epoch.end() > now) {
    return absl::FailedPreconditionError(
        fmt::format("the epoch of {} ends at {}; its manifest is made after that", FormatIsoTime(epoch.start),
                    FormatIsoTime(epoch.end())));
  }
  const Manifest present = ManifestNow(community, epoch);
  const auto kept = store.ManifestOf(epoch.start);
  if (!kept.ok()) return kept.status();
  if (!*kept) {
    MadeManifest made{present, folder.Signed(kManifestType, RenderManifest(present), now), true, false};
    if (absl::Status status = store.KeepManifest(epoch.start, made.document); !status.ok()) return status;
    return made;
  }
  const auto document = ReadSignedDocument(**kept);
  if (!document.ok()) return document.status();
  const auto manifest = ReadManifest(document->body);
  if (!manifest.ok()) return manifest.status();
  const bool differs = manifest->root != present.root || manifest->indicators != present.indicators;
  return MadeManifest{*manifest, **kept, false, differs};
}

}  // namespace polder
