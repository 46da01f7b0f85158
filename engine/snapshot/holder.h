// Where the snapshot in force is published.
#ifndef POLDER_ENGINE_SNAPSHOT_HOLDER_H_
#define POLDER_ENGINE_SNAPSHOT_HOLDER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/snapshot/snapshot.h"

namespace polder {

// One writer publishes, any number of workers adopt, each between two batches: a worker keeps its own
// shared_ptr and asks RefreshIfNewer before a batch, so that a batch sees one generation and an event costs
// no reference count. An old snapshot is freed by the writer once the last worker has let go of it: to free
// hundreds of megabytes would hold a worker up.
class SnapshotHolder {
 public:
  // Replaces the snapshot in force. Generations must grow. Frees old ones as Sweep does.
  void Publish(std::shared_ptr<const Snapshot> snapshot);
  // Frees the snapshots that nobody holds any more; the writer calls it from time to time.
  void Sweep();

  // The snapshot in force; null before the first Publish.
  std::shared_ptr<const Snapshot> Current() const;

  // Replaces `held` if a newer generation is in force; true if it did. One atomic load when there is none.
  bool RefreshIfNewer(std::shared_ptr<const Snapshot>& held) const;

 private:
  std::atomic<std::uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<std::shared_ptr<const Snapshot>> retired_;  // the writer's alone
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_HOLDER_H_
