// Sends a member's batches: one for each epoch, also when empty, each recorded in the ledger before it
// leaves.
#ifndef POLDER_CONNECTORS_MEMBER_SENDER_H_
#define POLDER_CONNECTORS_MEMBER_SENDER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/member/feedback_config.h"
#include "connectors/member/intake.h"
#include "connectors/member/ledger.h"
#include "connectors/member/member_store.h"
#include "connectors/member/outgoing.h"

namespace polder {

struct SendReport {
  Epoch epoch;
  std::size_t records = 0;
  std::size_t late = 0;     // of them
  std::size_t stays = 0;    // that was refused, covered or too old
  std::size_t waiting = 0;  // for want of room
  std::size_t bytes = 0;    // sealed
  std::uint64_t ledger_entry = 0;
  bool again = false;  // made earlier; it had not arrived
};

// One at a time has a state folder: a lock keeps a second out. Used by one thread. Nothing that is made is
// made twice: a batch that has not arrived is delivered again with the same bytes.
class Sender {
 public:
  struct Options {
    // How long a mailbox that does not answer is asked again; nothing: until `cancelled`.
    std::optional<std::chrono::milliseconds> patience{60'000};
    std::chrono::milliseconds first_retry{1'000};  // doubled each time, up to a minute
    const std::atomic<bool>* cancelled = nullptr;  // outlives the sender; null: nobody ends it
    std::function<void(const std::string&)> tell = [](const std::string&) {};  // warnings
  };
  // Takes the lock (Unavailable if another has it), reads the key and checks the ledger.
  static absl::StatusOr<std::unique_ptr<Sender>> Open(FeedbackConfig config, Options options);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // Delivers what has not arrived, then makes and sends the batches that are due at `now`, or that of the
  // epoch of the time `only`. Tells of each that has arrived in `sent`, also when a later one fails:
  //   PermissionDenied    this member may not send, for good: see CheckStanding
  //   NotFound            the manifest is not there yet
  //   FailedPrecondition  the manifest is not what it should be: see CheckManifest; `only` is not closed; the
  //                       mailbox does not take it (401, 403 and others)
  //   AlreadyExists       the batch of `only` was made already
  //   Unavailable         the mailbox, a board or an input does not answer
  //   Cancelled           `cancelled` was set
  absl::Status SendDue(TimeUs now, std::optional<TimeUs> only, std::vector<SendReport>* sent);

  // The epoch whose batch is due next, and is to be sent at its end and some time. Reads the board, with its
  // errors, only if that was never read: else it is not known how long an epoch is.
  absl::StatusOr<Epoch> NextEpoch(TimeUs now);

 private:
  Sender(FeedbackConfig config, Options options) : config_(std::move(config)), options_(std::move(options)) {}

  absl::Status Prepare();
  absl::Status Lock();
  absl::StatusOr<std::vector<Epoch>> EpochsDue(const Community& community, TimeUs now,
                                               std::optional<TimeUs> only);
  absl::Status TakeIn(TimeUs now);
  absl::StatusOr<SendReport> Make(const Community& community, const CheckedManifest& manifest, TimeUs now);
  absl::Status DeliverPending(SendReport report, std::vector<SendReport>* sent);
  absl::Status Record(LedgerEvent event, const OutgoingBatch& batch);
  absl::Status Deliver(const OutgoingBatch& batch);
  absl::Status DeliverPatiently(const std::string& sealed);
  bool Wait(std::chrono::milliseconds time) const;  // false if cancelled

  FeedbackConfig config_;
  Options options_;
  int lock_ = -1;
  PartySecrets secrets_;
  std::unique_ptr<MemberStore> store_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_SENDER_H_
