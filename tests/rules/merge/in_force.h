// What a snapshot has in force, for tests: found by asking for every value that might be there.
#ifndef POLDER_TESTS_RULES_MERGE_IN_FORCE_H_
#define POLDER_TESTS_RULES_MERGE_IN_FORCE_H_

#include <algorithm>
#include <string>
#include <vector>

#include "engine/snapshot/snapshot.h"

namespace polder {

// "source/id/value/modified" of every indicator valid at `time` that one of these domain names hits exactly,
// sorted.
inline std::vector<std::string> InForce(const Snapshot& snapshot, const std::vector<std::string>& names,
                                        TimeUs time = 0) {
  std::vector<std::string> found;
  for (const std::string& name : names) {
    snapshot.Find({Kind::kDomain, {}, name, {}}, [&](const Snapshot::Match& match) {
      if (match.type != MatchType::kExact || !snapshot.ValidAt(match.indicator, time)) return;
      const IndicatorView view = snapshot.Describe(match.indicator, match.value);
      found.push_back(std::string(view.source) + '/' + view.id + '/' + name + '/' +
                      std::to_string(view.modified));
    });
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace polder

#endif  // POLDER_TESTS_RULES_MERGE_IN_FORCE_H_
