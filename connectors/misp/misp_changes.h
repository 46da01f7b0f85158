// What to fetch of a MISP feed after its manifest changed. Pure.
#ifndef POLDER_CONNECTORS_MISP_MISP_CHANGES_H_
#define POLDER_CONNECTORS_MISP_MISP_CHANGES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace polder {

// When each event was changed last, in seconds since 1970, by its UUID: as ReadMispManifest gives it.
using MispTimestamps = std::map<std::string, std::int64_t>;

struct MispChanges {
  std::vector<std::string> changed;  // new, or with a later timestamp than known; the newest first
  std::vector<std::string> removed;  // known and no longer there
};

MispChanges ChangesSince(const MispTimestamps& known, const MispTimestamps& now);

}  // namespace polder

#endif  // POLDER_CONNECTORS_MISP_MISP_CHANGES_H_
