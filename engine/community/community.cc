#include "engine/community/community.h"

#include <fmt/format.h>

#include <algorithm>

namespace polder {
namespace {

// How far the clocks of two parties may be apart.
constexpr TimeUs kMostAhead = 3'600 * kSecondUs;

absl::Status CheckTime(TimeUs time, TimeUs now, std::string_view what) {
  if (time <= now + kMostAhead) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("{} {} is more than an hour ahead of this machine's clock", what, FormatIsoTime(time)));
}

}  // namespace

absl::StatusOr<Community::News> Community::Take(std::string_view bytes, TimeUs now) {
  const auto document = ReadSignedDocument(bytes);
  if (!document.ok()) return document.status();
  if (absl::Status status = CheckTime(document->signed_at, now, "it was signed at"); !status.ok())
    return status;
  if (document->type == kRosterType) return TakeRoster(*document);
  if (!roster_) return absl::UnavailableError("no roster has come yet, so nobody's signature is known");
  if (document->community != roster_->terms.name) {
    return absl::UnauthenticatedError(fmt::format("a document of the community '{}', and this is '{}'",
                                                  document->community, roster_->terms.name));
  }
  if (document->type == kManifestType) return TakeManifest(*document);
  if (document->type == kIndicatorType) return TakeEnvelope(*document);
  // For people and other programs to read; nothing follows from it here.
  if (document->type.starts_with(kReleaseType) || document->type == kScorecardType) return News{};
  return absl::InvalidArgumentError(
      fmt::format("a document of the type '{}'; roster, manifest and indicator are known", document->type));
}

absl::StatusOr<Community::News> Community::TakeRoster(const SignedDocument& document) {
  if (!IsAuthentic(document, trusted_.signing)) {
    return absl::UnauthenticatedError(fmt::format(
        "a roster that is not signed with the operator's key; if '{}' changed keys, the roster that says so "
        "has to come first",
        document.signer));
  }
  auto roster = ReadRoster(document.body);
  if (!roster.ok()) return roster.status();
  const RosterEntry& signer = *roster->Operator();
  if (signer.name != document.signer || roster->terms.name != document.community) {
    return absl::PermissionDeniedError("a roster by another than the operator that it names");
  }
  if (roster_ && roster->terms.name != roster_->terms.name) {
    return absl::PermissionDeniedError(fmt::format("a roster of '{}' in the place of that of '{}'",
                                                   roster->terms.name, roster_->terms.name));
  }
  if (!roster_ && roster->version < least_version_) {
    // Known from before to be old; but it may be what names the key of the next.
    trusted_ = signer.keys.back().keys;
    return News{};
  }
  if (roster->version < roster_version()) {
    return absl::FailedPreconditionError(
        fmt::format("version {} of the roster, and version {} is known: an old one told again",
                    roster->version, roster_version()));
  }
  const Digest256 digest = Blake2b256(document.body);
  if (roster_ && roster->version == roster_->version) {
    if (digest == roster_digest_) return News{};
    equivocated_ = true;
    return absl::PermissionDeniedError(
        fmt::format("a second roster of version {}: the operator signed two", roster->version));
  }
  News news;
  news.what = News::What::kRoster;
  news.signer = document.signer;
  for (const RosterEntry& entry : roster->entries) {
    const RosterEntry* before = roster_ ? roster_->Find(entry.name) : nullptr;
    const bool in = entry.left == kEndOfTime;
    if (!in && (before == nullptr || before->left == kEndOfTime)) news.gone.push_back(entry.name);
    news.more_may_count = news.more_may_count || !roster_ ||
                          (in && (before == nullptr || before->keys.size() != entry.keys.size()));
  }
  // From now on his newest keys are believed.
  trusted_ = signer.keys.back().keys;
  roster_ = *std::move(roster);
  roster_digest_ = digest;
  return news;
}

absl::StatusOr<const RosterEntry*> Community::SignerOf(const SignedDocument& document) const {
  const RosterEntry* entry = roster_->Find(document.signer);
  if (entry == nullptr) {
    return absl::UnauthenticatedError(fmt::format("'{}' is not on the roster", document.signer));
  }
  const PartyKeys* keys = entry->KeysAt(document.signed_at);
  if (keys == nullptr || !IsAuthentic(document, keys->signing)) {
    return absl::UnauthenticatedError(
        fmt::format("not signed with the keys that '{}' had at {}: altered, or by somebody else", entry->name,
                    FormatIsoTime(document.signed_at)));
  }
  return entry;
}

absl::StatusOr<Community::News> Community::TakeManifest(const SignedDocument& document) {
  const auto signer = SignerOf(document);
  if (!signer.ok()) return signer.status();
  if ((*signer)->role != Role::kOperator) {
    return absl::PermissionDeniedError(
        fmt::format("a manifest by '{}', who is not the operator", document.signer));
  }
  const auto manifest = ReadManifest(document.body);
  if (!manifest.ok()) return manifest.status();
  const auto [at, fresh] = manifests_.try_emplace(manifest->epoch.start, *manifest);
  if (fresh) {
    News news;
    news.what = News::What::kManifest;
    news.signer = document.signer;
    return news;
  }
  if (at->second == *manifest) return News{};
  equivocated_ = true;
  return absl::PermissionDeniedError(
      fmt::format("a second manifest for the epoch of {}: the operator signed two that differ",
                  FormatIsoTime(manifest->epoch.start)));
}

absl::StatusOr<Community::News> Community::TakeEnvelope(const SignedDocument& document) {
  const auto signer = SignerOf(document);
  if (!signer.ok()) return signer.status();
  auto envelope = ReadEnvelope(document.body);
  if (!envelope.ok()) return envelope.status();
  if (envelope->updated > document.signed_at) {
    return absl::InvalidArgumentError("an indicator of a version that is later than its signature");
  }
  const auto key = std::pair(document.signer, envelope->id);
  const auto known = published_.find(key);
  if (known != published_.end()) {
    const Published& last = known->second;
    if (envelope->updated < last.updated) {
      return absl::FailedPreconditionError(fmt::format(
          "'{}' of {} as of {}, and a version of {} is known: an old one told again", envelope->id,
          document.signer, FormatIsoTime(envelope->updated), FormatIsoTime(last.updated)));
    }
    if (envelope->updated == last.updated && envelope->withdrawn == last.withdrawn &&
        envelope->ioc_ids == last.ioc_ids) {
      return News{};
    }
  }
  published_.insert_or_assign(
      key, Published{envelope->published, envelope->updated, envelope->withdrawn, envelope->ioc_ids});
  // It is remembered nevertheless: a manifest of the time when he belonged is about it.
  if ((*signer)->left != kEndOfTime) {
    return absl::UnauthenticatedError(
        fmt::format("'{}' no longer belongs to the community ({})", document.signer, (*signer)->reason));
  }
  News news;
  news.what = envelope->withdrawn ? News::What::kWithdrawal : News::What::kIndicator;
  news.signer = document.signer;
  news.envelope = *std::move(envelope);
  return news;
}

const Manifest* Community::ManifestOf(TimeUs epoch_start) const {
  const auto found = manifests_.find(epoch_start);
  return found == manifests_.end() ? nullptr : &found->second;
}

const Manifest* Community::LatestManifest() const {
  return manifests_.empty() ? nullptr : &manifests_.rbegin()->second;
}

std::optional<Digest256> Community::ManifestDigest(TimeUs epoch_start) const {
  const auto found = manifests_.find(epoch_start);
  if (found == manifests_.end()) return std::nullopt;
  return Blake2b256(RenderManifest(found->second));
}

std::map<IocId, TimeUs> Community::PublishedAsOf(TimeUs time) const {
  std::map<IocId, TimeUs> first;
  for (const auto& [key, one] : published_) {
    if (one.published >= time || (one.withdrawn && one.updated < time)) continue;
    if (const RosterEntry* signer = roster_->Find(key.first); signer == nullptr || signer->left < time)
      continue;
    for (const IocId& id : one.ioc_ids) {
      const auto [at, fresh] = first.try_emplace(id, one.published);
      if (!fresh) at->second = std::min(at->second, one.published);
    }
  }
  return first;
}

std::vector<IocId> Community::IocIdsAsOf(TimeUs time) const {
  std::vector<IocId> ids;
  for (const auto& [id, published] : PublishedAsOf(time)) ids.push_back(id);
  return ids;
}

absl::Status Community::Check(const Manifest& manifest) const {
  if (equivocated_) {
    return absl::FailedPreconditionError(
        "the operator signed two rosters of one version or two manifests of one epoch: keep both, and ask "
        "other "
        "members which they have");
  }
  const std::vector<IocId> ids = IocIdsAsOf(manifest.as_of);
  if (ids.size() != manifest.indicators || MerkleRoot(ids) != manifest.root) {
    return absl::FailedPreconditionError(
        fmt::format("the manifest of {} is about {} indicators with the root {}, and {} with the root {} "
                    "came here: perhaps "
                    "not everybody was given the same; compare with other members",
                    FormatIsoTime(manifest.epoch.start), manifest.indicators, Fingerprint(manifest.root),
                    ids.size(), Fingerprint(MerkleRoot(ids))));
  }
  return absl::OkStatus();
}

}  // namespace polder
