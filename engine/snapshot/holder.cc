#include "engine/snapshot/holder.h"

#include <utility>

namespace polder {

void SnapshotHolder::Publish(std::shared_ptr<const Snapshot> snapshot) {
  const std::uint64_t generation = snapshot->generation();
  {
    const std::lock_guard lock(mutex_);
    snapshot_.swap(snapshot);
    generation_.store(generation, std::memory_order_release);
  }
  if (snapshot != nullptr) retired_.push_back(std::move(snapshot));
  Sweep();
}

void SnapshotHolder::Sweep() {
  // A snapshot that is not in force is adopted by nobody: once it is held here alone, it stays so.
  std::erase_if(retired_, [](const std::shared_ptr<const Snapshot>& old) { return old.use_count() == 1; });
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
