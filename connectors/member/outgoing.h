// The batch of an epoch, as it would leave now: what is weighed, what it holds, and whether it may leave at
// all. `polder feedback preview` shows it, and the sender sends the same.
#ifndef POLDER_CONNECTORS_MEMBER_OUTGOING_H_
#define POLDER_CONNECTORS_MEMBER_OUTGOING_H_

#include <atomic>
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
absl::StatusOr<BoardReading> ReadMemberBoard(const FeedbackConfig& config, MemberStore& store, TimeUs now,
                                             const std::atomic<bool>* cancelled = nullptr);

// Whether the roster lets this member, with these keys, send feedback. PermissionDenied says why not, and
// what to do.
absl::Status CheckStanding(const Community& community, const FeedbackConfig& config, const PartyKeys& keys,
                           TimeUs now);

// The manifest of an epoch, and the list of what may be told about in it.
struct CheckedManifest {
  Manifest manifest;
  std::vector<ListedIndicator> list;   // ascending
  Community::Difference difference;    // from what came to this member
  std::vector<std::string> documents;  // the manifest as the operator signed it
};
// Whether the manifest is there, and its list (else NotFound), is what Community::Check wants and the only
// one that the operator ever signed for the epoch, as far as this member knows (else FailedPrecondition).
// That other indicators came here than are listed is no error: it is in `difference`, and nothing leaves
// about those that are not listed.
absl::StatusOr<CheckedManifest> CheckManifest(const FeedbackConfig& config, MemberStore& store,
                                              const Community& community, const Epoch& epoch,
                                              const std::atomic<bool>* cancelled = nullptr);
// For people: what the difference means; empty if there is none that matters.
std::string DifferenceText(const CheckedManifest& checked);

// Of one document, if the operator of this community signed it. InvalidArgument or Unauthenticated if not.
absl::StatusOr<Manifest> ReadSignedManifest(const Community& community, std::string_view document);

struct PreparedBatch {
  Batch batch;
  std::vector<Weighed> weighed;
  std::string encoded;   // before it is sealed
  std::size_t room = 0;  // for records
};
// Reads the store, changes nothing. Without a manifest of the epoch (null, for preview) the indicators are
// those that the board holds now. There must be a roster.
absl::StatusOr<PreparedBatch> PrepareBatch(const FeedbackConfig& config, MemberStore& store,
                                           const Community& community, const CheckedManifest* manifest,
                                           const PartySecrets& secrets, const Epoch& epoch, TimeUs now);

// Of the fates of what was weighed.
std::size_t CountFate(const std::vector<Weighed>& weighed, Fate fate);
// For people: why it does not leave with this batch.
std::string FateText(const Weighed& weighed);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_OUTGOING_H_
