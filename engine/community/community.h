// What a party knows of its community from the signed documents that came, in whatever order: who belongs,
// which indicators are in force, which manifests were signed.
#ifndef POLDER_ENGINE_COMMUNITY_COMMUNITY_H_
#define POLDER_ENGINE_COMMUNITY_COMMUNITY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
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
  // Says what is wrong with an indicator that a party signed, above all whether it states what its ioc_ids
  // claim: reading indicators is not this library's. What it refuses is as if it had not come.
  using Examine = std::function<absl::Status(const Envelope&)>;

  explicit Community(const PartyKeys& operator_keys, Examine examine = nullptr)
      : trusted_(operator_keys), first_(operator_keys), examine_(std::move(examine)) {}

  // Goes on from the last roster that was taken before a restart, as RosterDocument gave it then: its keys
  // are believed, and an older roster is told in vain, also by who has a key that the operator gave up.
  // InvalidArgument if it is no roster; FailedPrecondition if it is of another operator.
  absl::Status Resume(std::string_view roster_document);

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
  // operator), FailedPrecondition (older than what is known: a replay), OutOfRange (signed ahead of time),
  // Unavailable (no roster came yet). `now` bounds how far ahead of time a document may be (an hour).
  absl::StatusOr<News> Take(std::string_view document, TimeUs now);

  const std::optional<Roster>& roster() const { return roster_; }
  const Digest256& roster_digest() const { return roster_digest_; }
  // As it was signed; empty without one. To remember over a restart: see Resume.
  const std::string& roster_document() const { return roster_document_; }
  std::uint64_t roster_version() const { return roster_ ? roster_->version : 0; }
  // The latest that came since Resume. One that is older than roster_version() says that somebody keeps the
  // newer ones back.
  std::uint64_t roster_version_shown() const { return shown_; }

  // Of the epoch that begins then; null if none came.
  const Manifest* ManifestOf(TimeUs epoch_start) const;
  const Manifest* LatestManifest() const;
  // Whether the operator of this community signed the document: else Unauthenticated, with why.
  absl::Status CheckOperatorSigned(const SignedDocument& document) const;
  // The operator signed two manifests for one epoch: whoever sees both has proof.
  bool equivocated() const { return equivocated_; }

  // What was published before `time` by parties on the roster and not withdrawn before it, and when first:
  // ascending, each once.
  std::vector<ListedIndicator> ListAsOf(TimeUs time) const;
  // Whether the manifest is about this community as it is known here, and the only one of its epoch. The
  // FailedPrecondition says what speaks against it: two that the operator signed, a roster of which nothing
  // came.
  absl::Status Check(const Manifest& manifest) const;
  // How the list of a manifest differs from what came here.
  struct Difference {
    std::size_t missing = 0;   // listed, and never came, nor was withdrawn since
    std::size_t unlisted = 0;  // published before, and not listed
  };
  Difference Compare(const Manifest& manifest, std::span<const ListedIndicator> list) const;

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

  // Makes it the roster in force.
  void Adopt(Roster roster, const SignedDocument& document);

  PartyKeys trusted_;
  PartyKeys first_;
  Examine examine_;
  std::optional<Roster> roster_;
  Digest256 roster_digest_{};
  std::string roster_document_;
  std::uint64_t shown_ = 0;
  bool resumed_ = false;
  std::map<std::pair<std::string, std::string>, Published> published_;  // by signer and id
  std::map<TimeUs, Manifest> manifests_;                                // by the start of the epoch
  bool equivocated_ = false;
};

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_COMMUNITY_H_
