// What a party knows of its community from the signed documents that came, in whatever order: who belongs,
// which indicators are in force, which manifests were signed.
#ifndef POLDER_ENGINE_COMMUNITY_COMMUNITY_H_
#define POLDER_ENGINE_COMMUNITY_COMMUNITY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/community/envelope.h"
#include "engine/community/manifest.h"
#include "engine/community/roster.h"

namespace polder {

// What the operator publishes on a board beside: documents whose types begin so, and the scorecard.
inline constexpr std::string_view kReleaseType = "release";
inline constexpr std::string_view kScorecardType = "scorecard";

// Used by one thread. Trust begins with the operator's key, which everyone is told by hand; a roster signed
// by it may name his next key, and so on. Keeps no indicator's text.
class Community {
 public:
  explicit Community(const PartyKeys& operator_keys) : trusted_(operator_keys) {}

  struct News {
    enum class What : std::uint8_t { kNothing, kRoster, kManifest, kIndicator, kWithdrawal };
    What what = What::kNothing;  // kNothing: known already
    std::string signer;
    Envelope envelope;              // of kIndicator and kWithdrawal
    std::vector<std::string> gone;  // of kRoster: parties whose indicators no longer count
    bool more_may_count = false;    // of kRoster: what was refused before may be taken now
  };
  // Judges one document as it was published. Errors are refusals: InvalidArgument (not such a document),
  // Unauthenticated (forged, or by nobody on the roster), PermissionDenied (a roster by another than the
  // operator), FailedPrecondition (older than what is known: a replay), Unavailable (no roster came yet).
  // `now` bounds how far ahead of time a document may be (an hour).
  absl::StatusOr<News> Take(std::string_view document, TimeUs now);

  const std::optional<Roster>& roster() const { return roster_; }
  const Digest256& roster_digest() const { return roster_digest_; }
  // Of the epoch that begins then; null if none came.
  const Manifest* ManifestOf(TimeUs epoch_start) const;
  const Manifest* LatestManifest() const;
  // What members compare; see Fingerprint.
  std::optional<Digest256> ManifestDigest(TimeUs epoch_start) const;
  // The operator signed two manifests for one epoch: whoever sees both has proof.
  bool equivocated() const { return equivocated_; }

  // What was published before `time` by parties on the roster and not withdrawn before it: ascending, once.
  std::vector<IocId> IocIdsAsOf(TimeUs time) const;
  // Those, and when each was first published.
  std::map<IocId, TimeUs> PublishedAsOf(TimeUs time) const;
  // Says how that and the manifest differ; OK if they do not.
  absl::Status Check(const Manifest& manifest) const;

  // To remember over a restart, and to be required before the first Take: without it an old roster could be
  // told again. Older ones then serve only to find the operator's present key.
  std::uint64_t roster_version() const { return roster_ ? roster_->version : 0; }
  void RequireRosterVersion(std::uint64_t version) { least_version_ = version; }

 private:
  struct Published {
    TimeUs published;
    TimeUs updated;
    bool withdrawn;
    std::vector<IocId> ioc_ids;
  };

  absl::StatusOr<News> TakeRoster(const SignedDocument& document);
  absl::StatusOr<News> TakeManifest(const SignedDocument& document);
  absl::StatusOr<News> TakeEnvelope(const SignedDocument& document);
  // On the roster, and with the keys that he had when he signed. He may have left since.
  absl::StatusOr<const RosterEntry*> SignerOf(const SignedDocument& document) const;

  PartyKeys trusted_;
  std::optional<Roster> roster_;
  Digest256 roster_digest_{};
  std::uint64_t least_version_ = 0;
  std::map<std::pair<std::string, std::string>, Published> published_;  // by signer and id
  std::map<TimeUs, Manifest> manifests_;                                // by the start of the epoch
  bool equivocated_ = false;
};

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_COMMUNITY_H_
