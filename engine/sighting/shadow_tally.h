// Counts the hits of sources that are only tried (Indicator::shadow), of which no sighting is made.
#ifndef POLDER_ENGINE_SIGHTING_SHADOW_TALLY_H_
#define POLDER_ENGINE_SIGHTING_SHADOW_TALLY_H_

#include <cstdint>
#include <map>
#include <string>

#include "engine/match/second_look.h"
#include "engine/snapshot/snapshot.h"

namespace polder {

class ShadowTally {
 public:
  struct Counts {
    std::uint64_t events = 0;  // with a hit of the source
    std::uint64_t hits = 0;
  };

  // Only for events with shadow hits; `snapshot` is the one that `match` is of.
  void Add(const EventMatch& match, const Snapshot& snapshot);
  ShadowTally& operator+=(const ShadowTally& other);

  const std::map<std::string, Counts>& by_source() const { return by_source_; }

 private:
  std::map<std::string, Counts> by_source_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SIGHTING_SHADOW_TALLY_H_
