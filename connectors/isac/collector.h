// Takes in sealed batches: opens and judges each, keeps those that are accepted, counts those that are not.
#ifndef POLDER_CONNECTORS_ISAC_COLLECTOR_H_
#define POLDER_CONNECTORS_ISAC_COLLECTOR_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "connectors/isac/limited_messages.h"
#include "connectors/isac/operator_folder.h"
#include "connectors/isac/operator_store.h"
#include "connectors/isac/release_store.h"

namespace polder {

struct CollectReport {
  std::uint64_t accepted = 0;
  std::uint64_t known = 0;  // accepted before, and lying there still
  RefusalCounts refused{};

  std::uint64_t all_refused() const;
};

// One collection, by one thread, with memory for one batch. Everything that is given must outlive it.
class Collector {
 public:
  Collector(const OperatorFolder& folder, OperatorStore& store, TimeUs now, LimitedMessages& messages);

  // The size of every batch that can be accepted.
  std::size_t batch_size() const { return SealedBatchSize(folder_.roster().terms.batch_records); }

  // Judges one. An accepted batch is on disk when it returns. A refusal is no error: it is said and counted.
  // An error is that of the store; nothing is known of the batch then, and it may be taken again later.
  absl::Status Take(const std::string& where, std::string_view sealed);
  // Everything in a mailbox, up to an error of the store.
  absl::Status TakeAll(const Place& mailbox);

  // Writes down how many were refused.
  absl::Status Finish();
  const CollectReport& report() const { return report_; }

 private:
  struct Opened {
    OpenedBatch batch;
    PublicKey recipient{};
  };
  std::optional<Opened> Open(std::string_view sealed, BatchProblem& why) const;
  absl::Status Judge(const std::string& where, const Opened& opened, const Digest256& digest);
  void Refuse(const std::string& where, const BatchProblem& problem);

  const OperatorFolder& folder_;
  OperatorStore& store_;
  ReleaseStore releases_;
  const TimeUs now_;
  LimitedMessages& messages_;
  CollectReport report_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_COLLECTOR_H_
