#include "engine/snapshot/holder.h"

#include <utility>

namespace polder {

void SnapshotHolder::Publish(std::shared_ptr<const Snapshot> snapshot) {
  // The old one is let go outside the lock: freeing millions of entries takes a while.
  const std::lock_guard lock(mutex_);
  const std::uint64_t generation = snapshot->generation();
  snapshot_.swap(snapshot);
  generation_.store(generation, std::memory_order_release);
}

std::shared_ptr<const Snapshot> SnapshotHolder::Current() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

bool SnapshotHolder::RefreshIfNewer(std::shared_ptr<const Snapshot>& held) const {
  const std::uint64_t in_force = generation_.load(std::memory_order_acquire);
  if (held ? in_force <= held->generation() : in_force == 0) return false;
  held = Current();
  return true;
}

}  // namespace polder
