// What a member's feedback remembers, in one database: how far its inputs are read, the tallies that came out
// of them, which batches were made and which have arrived.
#ifndef POLDER_CONNECTORS_MEMBER_MEMBER_STORE_H_
#define POLDER_CONNECTORS_MEMBER_MEMBER_STORE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/member/member_records.h"
#include "connectors/member/tally_table.h"
#include "connectors/sqlite/database.h"
#include "engine/watch/watch_report.h"

namespace polder {

// How far a part of an input is read: a partition of a topic, or a file (part 0).
struct InputPosition {
  std::int64_t next = 0;  // the first offset, or byte, that is not read
  std::int64_t mark = 0;  // of a file: tells whether it is still the same

  friend bool operator==(const InputPosition&, const InputPosition&) = default;
};
using InputPositions = std::map<std::int32_t, InputPosition>;

// A piece of what was read from one input, and how far that is.
struct IntakeChunk {
  std::string input;  // the name of its place
  InputPositions positions;
  std::vector<SightedIndicator> sighted;
  std::vector<GivenVerdict> verdicts;
  std::vector<WatchReport> watched;
};

// A batch as it leaves: the same bytes until they have arrived.
struct OutgoingBatch {
  Epoch epoch;
  std::string sealed;
  std::vector<Feedback> records;
};

// The last entry of the ledger, as the store remembers it: without it an end that was cut off would not show.
struct LedgerHead {
  std::uint64_t number = 0;  // 0: there is none
  Digest256 hash{};

  friend bool operator==(const LedgerHead&, const LedgerHead&) = default;
};

// Used by one thread; several processes may have the same one, and wait for each other. All that belongs
// together is written in one transaction: a crash loses nothing and counts nothing twice.
class MemberStore {
 public:
  // Opens FOLDER/member.sqlite, or makes folder and file, for its owner alone.
  static absl::StatusOr<std::unique_ptr<MemberStore>> Open(const std::string& folder);

  // --- Intake
  absl::StatusOr<InputPositions> Positions(const std::string& input);
  // Takes the chunk in together with its positions, in a transaction of its own. Tells how many verdicts were
  // about indicators that were never seen here, and so say nothing.
  absl::StatusOr<std::size_t> Take(const IntakeChunk& chunk, TimeUs epoch_length);
  // By the engines, in an epoch.
  absl::StatusOr<Watched> WatchedIn(const Epoch& epoch);

  // --- Batches. A batch is made once for an epoch, together with the settling of all that was weighed for
  // it.
  absl::Status SaveBatch(const OutgoingBatch& batch, const std::vector<Weighed>& weighed);
  // The oldest that has not arrived.
  absl::StatusOr<std::optional<OutgoingBatch>> Undelivered();
  absl::Status MarkDelivered(const Epoch& epoch, TimeUs when);
  // The start of the first and of the last epoch of which a batch was made.
  absl::StatusOr<std::optional<TimeUs>> FirstEpoch();
  absl::StatusOr<std::optional<TimeUs>> LastEpoch();
  absl::StatusOr<bool> HasBatch(const Epoch& epoch);

  // --- Memory
  absl::StatusOr<std::int64_t> Number(std::string_view name, std::int64_t otherwise);
  absl::Status SetNumber(std::string_view name, std::int64_t value);
  absl::StatusOr<LedgerHead> ledger_head();
  absl::Status SetLedgerHead(const LedgerHead& head);
  // The last roster that was taken, as it was signed; empty if none was.
  absl::StatusOr<std::string> RosterDocument();
  absl::Status SetRosterDocument(const std::string& document);
  // The signed manifest of an epoch that came first; `document` is kept if none did.
  absl::StatusOr<std::string> FirstManifest(const Epoch& epoch, const std::string& document);
  // Forgets what is no longer needed at this epoch.
  absl::Status Prune(const Epoch& epoch);

  TallyTable& tallies() { return tallies_; }
  Database& database() { return *database_; }

 private:
  explicit MemberStore(std::unique_ptr<Database> database)
      : database_(std::move(database)), tallies_(*database_) {}

  absl::Status TakeWatched(const WatchReport& report);
  absl::StatusOr<std::optional<TimeUs>> Extreme(std::string_view function);

  std::unique_ptr<Database> database_;
  TallyTable tallies_;
};

// A name for Number.
inline constexpr std::string_view kEpochLengthNumber = "epoch_length";

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_MEMBER_STORE_H_
