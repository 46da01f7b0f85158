// Joining segments beside everything else: the part of a rule set's upkeep that takes long.
#ifndef POLDER_RULES_MERGE_COMPACTION_H_
#define POLDER_RULES_MERGE_COMPACTION_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/snapshot/gates.h"
#include "engine/snapshot/row_set.h"
#include "engine/snapshot/segment_builder.h"

namespace polder {

// Planned by a RuleSet, run on any thread, adopted by the RuleSet. Holds on to the segments it joins; needs
// the memory of the segment it makes.
class Compaction {
 public:
  void Run();

 private:
  friend class RuleSet;

  struct Input {
    std::shared_ptr<const Segment> segment;
    RowSet gone;
    RowSet hidden;
  };

  explicit Compaction(const GateHasher& hasher) : hasher_(hasher) {}

  GateHasher hasher_;
  std::size_t first_ = 0;  // of the parts that are joined
  std::vector<Input> inputs_;
  std::shared_ptr<GateTables> tables_;  // only if the gates are built anew
  MergedSegment merged_;
  std::shared_ptr<Gates> gates_;
};

// Room for an eighth more than there is.
std::size_t FilterSizeFor(std::size_t values);
void OpenGates(const Segment& segment, GateFilter& filter);

}  // namespace polder

#endif  // POLDER_RULES_MERGE_COMPACTION_H_
