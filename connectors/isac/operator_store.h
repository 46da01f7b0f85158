// What the operator of a community keeps: the batches that he accepted, how many he refused, the manifests
// that he signed. What he released (release_store.h) and the catalogue of indicators (catalogue_store.h) are
// in the same database.
//
// Of a member's batch nothing is kept but what it said: no time of its arrival, no address. Used by one
// thread; several processes may have the same database open.
#ifndef POLDER_CONNECTORS_ISAC_OPERATOR_STORE_H_
#define POLDER_CONNECTORS_ISAC_OPERATOR_STORE_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/sqlite/database.h"
#include "engine/feedback/batch.h"

namespace polder {

// How many batches were refused, by BatchRefusal.
using RefusalCounts = std::array<std::uint64_t, kBatchRefusals>;

class OperatorStore {
 public:
  // Opens the database, or makes it.
  static absl::StatusOr<std::unique_ptr<OperatorStore>> Open(const std::string& path);

  // Where and in which bytes the batch of a member for an epoch came that was accepted.
  struct Accepted {
    Digest256 digest{};  // of the sealed bytes
    Digest256 where{};   // of the name of the place it lay at
  };
  absl::StatusOr<std::optional<Accepted>> FindBatch(const std::string& member, TimeUs epoch_start);
  // Within the caller's transaction. AlreadyExists if there is one of the same member and epoch.
  absl::Status Accept(const OpenedBatch& opened, const Accepted& accepted);
  // Of all members, in the order of their names, the signature on each among it.
  struct Kept {
    Batch batch;  // without the community
    Signature signature{};
  };
  absl::StatusOr<std::vector<Kept>> BatchesOf(const Epoch& epoch);

  // What a collection refused, on the day that begins then. Of several collections on a day the largest
  // number counts, since each meets again what still lies in the mailbox. One row for a day and reason,
  // whatever comes.
  absl::Status CountRefusals(TimeUs day, const RefusalCounts& counts);
  struct Refused {
    TimeUs day = 0;
    BatchRefusal refusal = BatchRefusal::kSize;
    std::uint64_t count = 0;
  };
  absl::StatusOr<std::vector<Refused>> Refusals();

  // The signed manifest of an epoch, which is made once: see ManifestStore.
  absl::StatusOr<std::optional<std::string>> ManifestOf(TimeUs epoch_start);

  // Ascending.
  absl::StatusOr<std::set<TimeUs>> EpochsWithBatches();

  Database& database() { return *database_; }

 private:
  explicit OperatorStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::Status AddRecords(std::int64_t batch, const Batch& content);
  absl::StatusOr<std::vector<Feedback>> RecordsOf(std::int64_t batch);

  std::unique_ptr<Database> database_;
};

// How digests and the like are kept.
template <std::size_t N>
std::string_view AsBlob(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}
// All zero if it is of another size, which the schema keeps out.
template <std::size_t N>
std::array<std::uint8_t, N> FromBlob(std::string_view blob) {
  std::array<std::uint8_t, N> bytes{};
  if (blob.size() == N) std::copy(blob.begin(), blob.end(), bytes.begin());
  return bytes;
}

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_OPERATOR_STORE_H_
