// What releases and reports say of each indicator. Internal to the scorecard: what is below k is in here too.
#ifndef POLDER_ENGINE_SCORECARD_EVIDENCE_H_
#define POLDER_ENGINE_SCORECARD_EVIDENCE_H_

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/scorecard/scorecard.h"

namespace polder {

using GroupId = std::uint32_t;
using GroupSet = std::set<GroupId>;

// One indicator in one release.
struct ReleasedSight {
  std::size_t period = 0;
  LatencyBucket latency = LatencyBucket::kUnknown;  // within which k groups saw it
  bool confirmed = false;
  bool false_positive = false;
  // Without those that came later than the scorecard begins; none if the marking lets no reach be told.
  GroupSet groups;
};

struct IndicatorEvidence {
  std::vector<ReleasedSight> released;                       // by period
  std::vector<std::pair<std::size_t, GroupSet>> suppressed;  // by period; groups as above, maybe none
  GroupSet false_positive_by;                                // in any period; groups as above
};

struct Evidence {
  std::map<IocId, IndicatorEvidence> by_ioc;
  // For each period and kind whether k groups watched it; groups as above.
  std::vector<std::array<bool, kAllKinds.size()>> watched;
  // For each kind in how many of these periods each group watched it.
  std::array<std::map<GroupId, double>, kAllKinds.size()> periods_watched;
  std::vector<TimeUs> starts;  // of the periods
  std::map<std::string, GroupSet> sectors;
  std::map<std::string, GroupSet> roles;
  std::size_t k = 0;  // the largest of all periods, for sums over several; 0: nothing is released

  // In the whole time: the group-epochs that stand behind an indicator of that kind that nobody reported; at
  // least so many, coarsely, since a member's choice of kinds is his own affair.
  std::size_t GroupEpochs(Kind kind) const;
};

Evidence GatherEvidence(const ScorecardInput& input);

// A sum that no group alone moves: each counts for no more than the k-th largest does; told coarsely.
std::size_t GuardedSum(const std::map<GroupId, double>& by_group, std::size_t k);

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_EVIDENCE_H_
