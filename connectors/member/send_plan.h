// What is to be sent, decided: which epochs, and what of all that waits goes into the one batch of an epoch.
// Pure functions; the code around them reads and writes (connectors/member/sender.h).
#ifndef POLDER_CONNECTORS_MEMBER_SEND_PLAN_H_
#define POLDER_CONNECTORS_MEMBER_SEND_PLAN_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/feedback/feedback.h"

namespace polder {

// How many closed epochs one run sends, the last included: what is older than them goes late.
inline constexpr std::size_t kMostEpochsAtOnce = 4;
// What was seen longer ago, and has not left, does not leave any more.
inline constexpr std::int64_t kLateEpochs = 30;

struct EpochQuestion {
  TimeUs now = 0;
  TimeUs length = kDayUs;
  TimeUs joined = 0;  // when the member came onto the roster
  std::optional<TimeUs>
      last_sent;  // the start of the last epoch of which a batch was made; nothing: none was
};
// Those of which a batch is due, the oldest first: a member that has sent none begins with the last closed
// one; one that was away makes up for a few.
std::vector<Epoch> EpochsToSend(const EpochQuestion& question);

// How long after the end of its epoch a batch leaves: evenly spread over `most`, by a random number that is
// drawn for each batch. It must depend on nothing else, least of all on the records: when a batch leaves
// tells nothing of what it holds.
TimeUs JitterOf(std::chrono::milliseconds most, std::uint32_t draw);
// When the batch of an epoch leaves: at its end, `jitter` later.
TimeUs TimeToSend(const Epoch& epoch, TimeUs jitter);

// What becomes of one tally in the batch of an epoch.
enum class Fate : std::uint8_t {
  kLeaves,
  kRefused,  // by the decision about it: it stays here for good
  kWaits,    // the batch is full: it goes with the next one
  kCovered,  // another record about the same indicator leaves with this batch, and one is all there is
  kTooOld,   // of before the member's first batch, or of more than kLateEpochs ago
};

struct Candidate {
  TimeUs epoch = 0;  // in which it was seen
  IocId ioc_id{};
  bool may_leave = false;
};

struct BatchQuestion {
  Epoch epoch;
  TimeUs first_epoch = 0;  // of which this member made a batch
  std::size_t room = 0;
};
// One fate for each candidate. Of one indicator the record of the batch's own epoch goes before a late one,
// and the latest of these before the others; where there is no room for all, what was seen first goes first,
// in the order of ioc_id.
std::vector<Fate> PlanBatch(std::span<const Candidate> candidates, const BatchQuestion& question);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_SEND_PLAN_H_
