// The batch of an epoch, as it would leave now: what is weighed, what it holds, and whether it may leave at
// all. `polder feedback preview` shows it, and the sender sends the same.
#ifndef POLDER_CONNECTORS_MEMBER_OUTGOING_H_
#define POLDER_CONNECTORS_MEMBER_OUTGOING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/member/feedback_config.h"
#include "connectors/member/member_store.h"
#include "engine/community/community.h"

namespace polder {

// The board as this member reads it.
struct BoardReading {
  Community community;
  std::size_t refused = 0;
  std::vector<std::string> examples;  // of what was refused: where, why
};
// Reads the board, refuses an older roster than the store remembers, and lets the store remember this one.
absl::StatusOr<BoardReading> ReadMemberBoard(const FeedbackConfig& config, MemberStore& store, TimeUs now);

// Whether the roster lets this member, with these keys, send feedback. PermissionDenied says why not, and
// what to do.
absl::Status CheckStanding(const Community& community, const FeedbackConfig& config, const PartyKeys& keys,
                           TimeUs now);

// Whether the manifest of the epoch is there (else NotFound) and says what the board holds, and is the only
// one the operator ever signed for it, as far as this member knows (else FailedPrecondition).
absl::Status CheckManifest(const FeedbackConfig& config, MemberStore& store, const Community& community,
                           const Epoch& epoch);

// The signed manifests of the epoch on the board, as they were published, that the operator signed.
absl::StatusOr<std::vector<std::string>> ManifestDocuments(const FeedbackConfig& config,
                                                           const Community& community, const Epoch& epoch);

// Of one document, if the operator of this community signed it. InvalidArgument or Unauthenticated if not.
absl::StatusOr<Manifest> ReadSignedManifest(const Community& community, std::string_view document);
// What members compare: that of Community::ManifestDigest.
Digest256 DigestOf(const Manifest& manifest);

struct PreparedBatch {
  Batch batch;
  std::vector<Weighed> weighed;
  std::string encoded;   // before it is sealed
  std::size_t room = 0;  // for records
};
// Reads the store, changes nothing. Without a manifest of the epoch (preview) the indicators are those that
// the board holds now. There must be a roster.
absl::StatusOr<PreparedBatch> PrepareBatch(const FeedbackConfig& config, MemberStore& store,
                                           const Community& community, const PartySecrets& secrets,
                                           const Epoch& epoch, TimeUs now);

// Of the fates of what was weighed.
std::size_t CountFate(const std::vector<Weighed>& weighed, Fate fate);
// For people: why it does not leave with this batch.
std::string FateText(const Weighed& weighed);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_OUTGOING_H_
