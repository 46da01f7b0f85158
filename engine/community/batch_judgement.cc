#include "engine/community/batch_judgement.h"

#include <fmt/format.h>

#include <algorithm>

namespace polder {
namespace {

using Problem = std::optional<BatchProblem>;

Problem JudgeRecipient(const Batch& batch, const PublicKey& recipient, const Roster& roster) {
  if (batch.community != roster.terms.name) {
    // Nobody's signature is judged yet, so the name is not repeated.
    return BatchProblem{BatchRefusal::kCommunity,
                        fmt::format("it names another community than '{}'", roster.terms.name)};
  }
  if (batch.recipient != recipient) {
    return BatchProblem{BatchRefusal::kRecipient, "it was made for another key and passed on"};
  }
  const auto& periods = roster.Operator()->keys;
  const auto period = std::find_if(periods.begin(), periods.end(),
                                   [&](const KeyPeriod& one) { return one.keys.sealing == recipient; });
  if (period == periods.end() || !MayBeSealedTo(*period, batch.epoch.start)) {
    return BatchProblem{BatchRefusal::kRecipient,
                        "it is sealed to a key that the operator had replaced before its epoch began"};
  }
  return std::nullopt;
}

// A batch is made after its epoch has ended, so keys that were replaced before that made none of it: who has
// stolen them could otherwise come before the member.
bool HasSigned(const RosterEntry& member, const OpenedBatch& opened, TimeUs now) {
  return std::any_of(member.keys.begin(), member.keys.end(), [&](const KeyPeriod& period) {
    return period.from <= now && period.until >= opened.batch.epoch.end() &&
           opened.IsSignedBy(period.keys.signing);
  });
}

Problem JudgeSender(const OpenedBatch& opened, const Roster& roster, TimeUs now) {
  const RosterEntry* const member = roster.Find(opened.batch.member);
  if (member == nullptr) {
    return BatchProblem{BatchRefusal::kStranger, "the member that it names is not on the roster"};
  }
  if (!SendsFeedback(member->role)) {
    return BatchProblem{BatchRefusal::kStranger,
                        fmt::format("it names '{}', whose role '{}' sends no feedback", member->name,
                                    RoleName(member->role))};
  }
  if (member->left <= now) {
    return BatchProblem{BatchRefusal::kRevoked,
                        fmt::format("it names '{}', who left at {} ({})", member->name,
                                    FormatIsoTime(member->left), member->reason)};
  }
  if (!HasSigned(*member, opened, now)) {
    return BatchProblem{BatchRefusal::kForged,
                        fmt::format("it names '{}', and is not signed with a key that '{}' has on the roster",
                                    member->name, member->name)};
  }
  if (member->joined >= opened.batch.epoch.end()) {
    return BatchProblem{BatchRefusal::kStranger,
                        fmt::format("'{}' joined at {}, after the epoch of {}", member->name,
                                    FormatIsoTime(member->joined), FormatIsoTime(opened.batch.epoch.start))};
  }
  return std::nullopt;
}

Problem JudgeEpoch(const Batch& batch, const Roster& roster, const BatchCircumstances& circumstances) {
  const std::string begin = FormatIsoTime(batch.epoch.start);
  if (batch.epoch != Epoch::Of(batch.epoch.start, roster.terms.epoch_length)) {
    return BatchProblem{
        BatchRefusal::kEpoch,
        fmt::format("'{}' sends an epoch of {} s from {}, and those of the community have {} s", batch.member,
                    batch.epoch.length / kSecondUs, begin, roster.terms.epoch_length / kSecondUs)};
  }
  if (!IsCollected(batch.epoch, circumstances.now)) {
    return BatchProblem{
        BatchRefusal::kEpoch,
        fmt::format("'{}' sends the epoch of {}, which {}", batch.member, begin,
                    batch.epoch.end() > circumstances.now ? "has not ended" : "is too long ago")};
  }
  if (circumstances.released) {
    return BatchProblem{BatchRefusal::kEpoch,
                        fmt::format("'{}' sends the epoch of {}, which is released", batch.member, begin)};
  }
  return std::nullopt;
}

}  // namespace

bool IsCollected(const Epoch& epoch, TimeUs now) {
  return epoch.end() - std::min(kClosing, epoch.length / 2) <= now &&
         now - epoch.end() < kEpochsCollected * epoch.length;
}

bool MayBeSealedTo(const KeyPeriod& period, TimeUs epoch_start) { return period.until > epoch_start; }

std::optional<BatchProblem> JudgeBatch(const OpenedBatch& opened, const PublicKey& recipient,
                                       const Roster& roster, const BatchCircumstances& circumstances) {
  const Batch& batch = opened.batch;
  if (auto problem = JudgeRecipient(batch, recipient, roster)) return problem;
  if (auto problem = JudgeSender(opened, roster, circumstances.now)) return problem;
  // What came before is told so also when its epoch is over.
  if (circumstances.accepted == circumstances.digest) {
    return BatchProblem{BatchRefusal::kReplayed,
                        fmt::format("the batch of '{}' for the epoch of {} once more", batch.member,
                                    FormatIsoTime(batch.epoch.start))};
  }
  if (auto problem = JudgeEpoch(batch, roster, circumstances)) return problem;
  if (circumstances.accepted) {
    return BatchProblem{BatchRefusal::kSecond, fmt::format("another batch of '{}' for the epoch of {}",
                                                           batch.member, FormatIsoTime(batch.epoch.start))};
  }
  return std::nullopt;
}

}  // namespace polder
