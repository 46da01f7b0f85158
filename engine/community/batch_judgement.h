// Does the operator take a batch? By the roster, the time, and what he has of the same member and epoch.
#ifndef POLDER_ENGINE_COMMUNITY_BATCH_JUDGEMENT_H_
#define POLDER_ENGINE_COMMUNITY_BATCH_JUDGEMENT_H_

#include <cstddef>
#include <optional>

#include "engine/community/roster.h"
#include "engine/feedback/batch.h"

namespace polder {

// Batches of older epochs are no longer taken.
inline constexpr TimeUs kEpochsCollected = 14;
// How far a member's clock may be ahead: so long before its end an epoch is closing.
inline constexpr TimeUs kClosing = 3'600 * kSecondUs;

// Whether batches of the epoch are taken at this time, unless it is released already: it has ended or is
// about to, and not too long ago.
bool IsCollected(const Epoch& epoch, TimeUs now);

// The operator's keys that a batch may still be sealed to: those in force now, and earlier ones that were in
// force in an epoch that is collected. A member may not have heard of the new ones when it sealed.
bool MayBeSealedTo(const KeyPeriod& period, TimeUs epoch_start);

struct BatchCircumstances {
  TimeUs now = 0;
  Digest256 digest{};  // of the sealed bytes
  // Of the batch that was accepted of the same member and epoch, if there is one.
  std::optional<Digest256> accepted;
  bool released = false;  // the epoch is
};

// Nothing: it is taken. Pure. `recipient` is the key that opened it. Who has left is refused at once, also
// for epochs in which he belonged; only what the member's own signature proves is told of as his.
std::optional<BatchProblem> JudgeBatch(const OpenedBatch& opened, const PublicKey& recipient,
                                       const Roster& roster, const BatchCircumstances& circumstances);

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_BATCH_JUDGEMENT_H_
