// Reads what came to a member's feedback since the last time, into its store: sightings, verdicts, and what
// the engines watched; from topics and files.
#ifndef POLDER_CONNECTORS_MEMBER_INTAKE_H_
#define POLDER_CONNECTORS_MEMBER_INTAKE_H_

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/community/place.h"
#include "connectors/member/feedback_config.h"
#include "connectors/member/member_store.h"

namespace polder {

// How much is held in memory before it goes into the store.
struct IntakeLimits {
  std::size_t records = 4096;
  std::size_t hits = 65'536;
};

struct IntakeTally {
  std::size_t records = 0;            // that were read
  std::size_t hits = 0;               // in sightings
  std::size_t refused = 0;            // that were none of what is expected
  std::size_t unknown_verdicts = 0;   // about what was never seen here
  std::vector<std::string> examples;  // of what was refused: place, reason
};

class Intake {
 public:
  // `cancelled` (null: nobody ends it) and the store outlive it. `now` is the time of verdicts that tell
  // none.
  Intake(MemberStore& store, TimeUs epoch_length, TimeUs now, const std::atomic<bool>* cancelled = nullptr,
         const IntakeLimits& limits = {})
      : store_(store), epoch_length_(epoch_length), now_(now), cancelled_(cancelled), limits_(limits) {}

  // Everything that the configuration names, sightings first, since verdicts are about them. What was read
  // stays read if a later place fails; NotFound, Unavailable and others name the place.
  absl::Status ReadAll(const FeedbackConfig& config);

  absl::Status ReadSightings(const Place& place);
  absl::Status ReadVerdicts(const Place& place);
  absl::Status ReadWatch(const Place& place);

  const IntakeTally& tally() const { return tally_; }

 private:
  // Adds one record to the chunk.
  using Taker = absl::Status (Intake::*)(std::string_view record);

  absl::Status Read(const Place& place, Taker take);
  absl::Status ReadTopicPlace(const Place& place, Taker take);
  absl::Status ReadFilePlace(const Place& place, Taker take);
  void Offer(std::string_view record, Taker take, const std::string& where);
  bool IsFull() const;
  absl::Status Flush();

  absl::Status TakeSighting(std::string_view record);
  absl::Status TakeVerdict(std::string_view record);
  absl::Status TakeWatch(std::string_view record);

  MemberStore& store_;
  const TimeUs epoch_length_;
  const TimeUs now_;
  const std::atomic<bool>* cancelled_;
  const IntakeLimits limits_;
  IntakeChunk chunk_;
  std::size_t chunk_records_ = 0;
  bool last_refused_ = false;
  IntakeTally tally_;
};

// How long an epoch of the community is, as the board told when it was last read; it is read now, with the
// errors of ReadMemberBoard, if it never was. Nothing may be guessed here: what is taken in with another
// length is counted in wrong epochs for good.
absl::StatusOr<TimeUs> EpochLength(const FeedbackConfig& config, MemberStore& store, TimeUs now);

// Reads everything that came since the last time into the store. Errors as of EpochLength and
// Intake::ReadAll. What was refused is told to `tell`, in words.
absl::Status TakeInAll(const FeedbackConfig& config, MemberStore& store, TimeUs now,
                       absl::FunctionRef<void(const std::string&)> tell,
                       const std::atomic<bool>* cancelled = nullptr);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_INTAKE_H_
