#include "connectors/isac/manifest_maker.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/community/load_community.h"
#include "connectors/isac/manifest_store.h"
#include "engine/release/release_plan.h"

namespace polder {
namespace {

absl::StatusOr<std::vector<ListedIndicator>> ListNow(const Community& community, ManifestStore& store,
                                                     const Epoch& epoch) {
  const auto before = store.EpochBefore(epoch);
  if (!before.ok()) return before.status();
  const auto listed = store.Listed();
  if (!listed.ok()) return listed.status();
  const TimeUs not_before = *before ? **before + epoch.length : 0;
  std::vector<ListedIndicator> list = community.ListAsOf(epoch.end());
  for (ListedIndicator& one : list) {
    const auto known = listed->find(one.ioc_id);
    one.published = known != listed->end() ? known->second : std::max(one.published, not_before);
  }
  return list;
}

Manifest ManifestNow(const Community& community, const Epoch& epoch, std::span<const ListedIndicator> list) {
  Manifest manifest;
  manifest.epoch = epoch;
  manifest.as_of = epoch.end();
  manifest.indicators = list.size();
  manifest.root = MerkleRoot(list);
  manifest.roster_version = community.roster_version();
  manifest.roster_digest = community.roster_digest();
  manifest.k = ThresholdAt(*community.roster(), epoch.end() - 1);
  return manifest;
}

absl::StatusOr<MadeManifest> MadeBefore(ManifestStore& lists, const std::string& text, const Epoch& epoch) {
  const auto document = ReadSignedDocument(text);
  if (!document.ok()) return document.status();
  const auto manifest = ReadManifest(document->body);
  if (!manifest.ok()) return manifest.status();
  auto parts = lists.PartsOf(epoch);
  if (!parts.ok()) return parts.status();
  return MadeManifest{*manifest, text, *std::move(parts), false};
}

}  // namespace

absl::StatusOr<MadeManifest> MakeManifest(const OperatorFolder& folder, OperatorStore& store,
                                          const Community& community, const Epoch& epoch, TimeUs now) {
  if (epoch.end() > now) {
    return absl::FailedPreconditionError(
        fmt::format("the epoch of {} ends at {}; its manifest is made after that", FormatIsoTime(epoch.start),
                    FormatIsoTime(epoch.end())));
  }
  const auto kept = store.ManifestOf(epoch.start);
  if (!kept.ok()) return kept.status();
  ManifestStore lists(store.database());
  if (*kept) return MadeBefore(lists, **kept, epoch);
  const auto list = ListNow(community, lists, epoch);
  if (!list.ok()) return list.status();
  MadeManifest made{ManifestNow(community, epoch, *list), "", {}, true};
  made.document = folder.Signed(kManifestType, RenderManifest(made.manifest), now);
  for (const std::string& body : RenderManifestParts(epoch.start, *list)) {
    made.parts.push_back(folder.Signed(kManifestListType, body, now));
  }
  if (absl::Status status = lists.Keep(epoch, made.document, made.parts, *list); !status.ok()) return status;
  return made;
}

std::vector<KeyedDocument> DocumentsOf(const MadeManifest& made) {
  std::vector<KeyedDocument> documents;
  for (std::size_t part = 0; part < made.parts.size(); ++part) {
    documents.push_back({ManifestListKey(made.manifest.epoch, part), made.parts[part]});
  }
  documents.push_back({ManifestKey(made.manifest.epoch.start), made.document});
  return documents;
}

}  // namespace polder
