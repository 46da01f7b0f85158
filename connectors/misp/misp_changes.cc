#include "connectors/misp/misp_changes.h"

#include <algorithm>

namespace polder {

MispChanges ChangesSince(const MispTimestamps& known, const MispTimestamps& now) {
  MispChanges changes;
  for (const auto& [uuid, timestamp] : now) {
    const auto before = known.find(uuid);
    if (before == known.end() || before->second < timestamp) changes.changed.push_back(uuid);
  }
  std::stable_sort(changes.changed.begin(), changes.changed.end(),
                   [&now](const std::string& a, const std::string& b) { return now.at(a) > now.at(b); });
  for (const auto& [uuid, timestamp] : known) {
    if (!now.contains(uuid)) changes.removed.push_back(uuid);
  }
  return changes;
}

}  // namespace polder
