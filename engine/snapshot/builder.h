// Compiles a set of indicators into a Snapshot of its own, for tests and measurements; what changes while it
// is matched against is kept in a RuleSet (rules/merge/rule_set.h).
#ifndef POLDER_ENGINE_SNAPSHOT_BUILDER_H_
#define POLDER_ENGINE_SNAPSHOT_BUILDER_H_

#include <cstdint>
#include <memory>
#include <span>

#include "engine/base/crypto.h"
#include "engine/indicator/indicator.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

class SnapshotBuilder {
 public:
  // `key` should be one key for the life of the process (RandomFingerprintKey).
  explicit SnapshotBuilder(const FingerprintKey& key) : key_(key) {}

  // Every indicator is expected to be merged already: at most one of the same source, id and value, none
  // revoked. Their order does not matter.
  std::shared_ptr<const Snapshot> Build(std::span<const Indicator* const> indicators,
                                        std::uint64_t generation) const;

 private:
  FingerprintKey key_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_BUILDER_H_
