#include "engine/community/community.h"

#include <fmt/format.h>

#include <algorithm>

namespace polder {
namespace {

// How far the clocks of two parties may be apart.
constexpr TimeUs kMostAhead = 3'600 * kSecondUs;

absl::Status CheckTime(TimeUs time, TimeUs now, std::string_view what) {
  if (time <= now + kMostAhead) return absl::OkStatus();
  return absl::OutOfRangeError(
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
  if (document->type.starts_with(kReleaseType) || document->type == kScorecardType ||
      document->type == kManifestListType) {
    // For people and other readers; nothing follows from it here.
    if (absl::Status status = CheckOperatorSigned(*document); !status.ok()) return status;
    return News{};
  }
  return absl::InvalidArgumentError(
      fmt::format("a document of the type '{}'; roster, manifest and indicator are known", document->type));
}

absl::Status Community::Resume(std::string_view roster_document) {
  const auto document = ReadSignedDocument(roster_document);
  if (!document.ok()) return document.status();
  auto roster = ReadRoster(document->body);
  if (!roster.ok()) return roster.status();
  const std::vector<KeyPeriod>& keys = roster->Operator()->keys;
  if (std::none_of(keys.begin(), keys.end(), [&](const KeyPeriod& one) { return one.keys == first_; })) {
    return absl::FailedPreconditionError(fmt::format(
        "what is remembered is the roster of '{}', whose operator never had the keys that are given here",
        roster->terms.name));
  }
  Adopt(*std::move(roster), *document);
  resumed_ = true;
  return absl::OkStatus();
}

void Community::Adopt(Roster roster, const SignedDocument& document) {
  // From now on his newest keys are believed.
  trusted_ = roster.Operator()->keys.back().keys;
  roster_ = std::move(roster);
  roster_digest_ = Blake2b256(document.body);
  roster_document_ = RenderSignedDocument(document);
}

absl::StatusOr<Community::News> Community::TakeRoster(const SignedDocument& document) {
  auto roster = ReadRoster(document.body);
  if (!roster.ok()) return roster.status();
  // Whatever key it is signed with: nothing follows from it.
  if (roster->version < roster_version()) {
    shown_ = std::max(shown_, roster->version);
    if (resumed_) return News{};
    return absl::FailedPreconditionError(
        fmt::format("version {} of the roster, and version {} is known: an old one told again",
                    roster->version, roster_version()));
  }
  if (!IsAuthentic(document, trusted_.signing)) {
    return absl::UnauthenticatedError(fmt::format(
        "a roster that is not signed with the operator's key; if '{}' changed keys, the roster that says so "
        "has to come first",
        document.signer));
  }
  const RosterEntry& signer = *roster->Operator();
  if (signer.name != document.signer || roster->terms.name != document.community) {
    return absl::PermissionDeniedError("a roster by another than the operator that it names");
  }
  if (roster_ && roster->terms.name != roster_->terms.name) {
    return absl::PermissionDeniedError(fmt::format("a roster of '{}' in the place of that of '{}'",
                                                   roster->terms.name, roster_->terms.name));
  }
  shown_ = std::max(shown_, roster->version);
  if (roster_ && roster->version == roster_->version) {
    if (Blake2b256(document.body) == roster_digest_) return News{};
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
  Adopt(*std::move(roster), document);
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

absl::Status Community::CheckOperatorSigned(const SignedDocument& document) const {
  if (document.community != roster_->terms.name) {
    return absl::UnauthenticatedError(fmt::format("a {} of the community '{}', and this is '{}'",
                                                  document.type, document.community, roster_->terms.name));
  }
  const auto signer = SignerOf(document);
  if (!signer.ok()) return signer.status();
  if ((*signer)->role == Role::kOperator) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("a {} by '{}', who is not the operator", document.type, document.signer));
}

absl::StatusOr<Community::News> Community::TakeManifest(const SignedDocument& document) {
  if (absl::Status status = CheckOperatorSigned(document); !status.ok()) return status;
  const auto manifest = ReadManifest(document.body);
  if (!manifest.ok()) return manifest.status();
  // So keys that the operator gave up sign no manifest of an epoch after that.
  if (document.signed_at < manifest->epoch.end()) {
    return absl::InvalidArgumentError(fmt::format("a manifest that was signed at {}, before its epoch ended",
                                                  FormatIsoTime(document.signed_at)));
  }
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
  if (examine_) {
    if (absl::Status status = examine_(*envelope); !status.ok()) return status;
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

std::vector<ListedIndicator> Community::ListAsOf(TimeUs time) const {
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
  std::vector<ListedIndicator> list;
  list.reserve(first.size());
  for (const auto& [id, published] : first) list.push_back({id, published});
  return list;
}

absl::Status Community::Check(const Manifest& manifest) const {
  if (equivocated_) {
    return absl::FailedPreconditionError(
        "the operator signed two rosters of one version or two manifests of one epoch: keep both, and ask "
        "other members which they have");
  }
  if (manifest.as_of != manifest.epoch.end()) {
    return absl::FailedPreconditionError(
        fmt::format("the manifest of {} is of {}, and not of the end of its epoch",
                    FormatIsoTime(manifest.epoch.start), FormatIsoTime(manifest.as_of)));
  }
  if (manifest.roster_version > roster_version()) {
    return absl::FailedPreconditionError(fmt::format(
        "the manifest of {} was made with version {} of the roster, and version {} is the latest that came "
        "here: perhaps somebody keeps a revocation back; look at the board from elsewhere",
        FormatIsoTime(manifest.epoch.start), manifest.roster_version, roster_version()));
  }
  if (manifest.roster_version == roster_version() && manifest.roster_digest != roster_digest_) {
    return absl::FailedPreconditionError(fmt::format(
        "the manifest of {} was made with another roster of version {} than came here: the operator signed "
        "two; keep both, and ask other members which they have",
        FormatIsoTime(manifest.epoch.start), manifest.roster_version));
  }
  return absl::OkStatus();
}

Community::Difference Community::Compare(const Manifest& manifest,
                                         std::span<const ListedIndicator> list) const {
  const auto before = [](const ListedIndicator& a, const ListedIndicator& b) { return a.ioc_id < b.ioc_id; };
  Difference difference;
  for (const ListedIndicator& here : ListAsOf(manifest.as_of)) {
    difference.unlisted += std::binary_search(list.begin(), list.end(), here, before) ? 0 : 1;
  }
  std::vector<IocId> came;
  for (const auto& [key, one] : published_) came.insert(came.end(), one.ioc_ids.begin(), one.ioc_ids.end());
  std::sort(came.begin(), came.end());
  for (const ListedIndicator& listed : list) {
    difference.missing += std::binary_search(came.begin(), came.end(), listed.ioc_id) ? 0 : 1;
  }
  return difference;
}

}  // namespace polder
