// The tallies of a member in its database, and the verdicts about them. Internal to connectors/member.
#ifndef POLDER_CONNECTORS_MEMBER_TALLY_TABLE_H_
#define POLDER_CONNECTORS_MEMBER_TALLY_TABLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "connectors/member/member_records.h"
#include "connectors/member/send_plan.h"
#include "connectors/sqlite/database.h"
#include "engine/feedback/feedback.h"

namespace polder {

// The numbers are stored.
enum class TallyState : std::uint8_t { kPending = 0, kLeft = 1, kRefused = 2, kCovered = 3, kTooOld = 4 };

// The tally of one indicator in one epoch.
struct StoredTally {
  TimeUs epoch = 0;
  Tally tally;
  TallyState state = TallyState::kPending;
};

// A pending tally as it would go into a batch, with the verdict that waits for it.
struct PendingTally {
  StoredTally stored;  // tally.verdict and tally.late are set
  bool has_verdict = false;
  bool verdict_only = false;  // it has been settled before: only the verdict is new
};

// One thing that was weighed for a batch, and what became of it.
struct Weighed {
  TimeUs epoch = 0;  // in which it was seen
  IocId ioc_id{};
  Kind kind = Kind::kDomain;
  std::string value;
  Decision decision;
  std::optional<Feedback> feedback;
  bool has_verdict = false;
  bool verdict_only = false;
  Fate fate = Fate::kRefused;
};

// Everything happens within the caller's transaction.
class TallyTable {
 public:
  explicit TallyTable(Database& database) : database_(database) {}

  static constexpr std::string_view kSchema =
      "CREATE TABLE tally (epoch INTEGER NOT NULL, ioc_id BLOB NOT NULL, kind TEXT NOT NULL,"
      "  value TEXT NOT NULL, sources TEXT NOT NULL, tlp INTEGER NOT NULL, pap INTEGER NOT NULL,"
      "  sightings BLOB NOT NULL, first_seen INTEGER NOT NULL, valid_from INTEGER, expired INTEGER NOT NULL,"
      "  state INTEGER NOT NULL, batch INTEGER, PRIMARY KEY (epoch, ioc_id)) WITHOUT ROWID;"
      "CREATE INDEX tally_by_state ON tally (state, epoch);"
      "CREATE INDEX tally_by_indicator ON tally (ioc_id, epoch);"
      "CREATE TABLE verdict (ioc_id BLOB PRIMARY KEY, verdict INTEGER NOT NULL, given INTEGER NOT NULL,"
      "  batch INTEGER) WITHOUT ROWID;";

  // Adding again changes nothing.
  absl::Status Add(std::span<const SightedIndicator> sighted, TimeUs epoch_length);
  // False if the indicator was never seen here: then nothing is recorded. Of two the one that was given later
  // holds, of the same time the later come. What it holds already changes nothing.
  absl::StatusOr<bool> Add(const GivenVerdict& verdict);

  // What could go into the batch of an epoch: by epoch and ioc_id, then those of which only the verdict is
  // new. `take` must not use the database.
  absl::Status ForEachPending(const Epoch& epoch, absl::FunctionRef<void(PendingTally)> take);
  // What was weighed for this batch is not weighed again, unless it waits.
  absl::Status Settle(const Epoch& epoch, std::span<const Weighed> weighed);

  // Forgets what was seen before `time` and does not wait.
  absl::Status Prune(TimeUs time);

 private:
  using Key = std::pair<TimeUs, IocId>;

  absl::StatusOr<StoredTally> LoadOrMake(Statement& load, const Key& key, const SightedIndicator& one);
  absl::Status Save(Statement& save, const Key& key, const StoredTally& stored);
  absl::Status SettleVerdicts(const Epoch& epoch, std::span<const Weighed> weighed);

  Database& database_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_MEMBER_TALLY_TABLE_H_
