#include "engine/sighting/shadow_tally.h"

#include <set>

namespace polder {

void ShadowTally::Add(const EventMatch& match, const Snapshot& snapshot) {
  std::set<std::string> seen;
  for (const Hit& hit : match.shadow_hits) {
    const std::string source(snapshot.Describe(hit.indicator, hit.indicator_value).source);
    Counts& counts = by_source_[source];
    ++counts.hits;
    if (seen.insert(source).second) ++counts.events;
  }
}

ShadowTally& ShadowTally::operator+=(const ShadowTally& other) {
  for (const auto& [source, counts] : other.by_source_) {
    by_source_[source].events += counts.events;
    by_source_[source].hits += counts.hits;
  }
  return *this;
}

}  // namespace polder
