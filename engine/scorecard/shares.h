// The catalogue, value by value, as its sources shared it over the periods of a scorecard. Internal to it.
#ifndef POLDER_ENGINE_SCORECARD_SHARES_H_
#define POLDER_ENGINE_SCORECARD_SHARES_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/scorecard/evidence.h"

namespace polder {

enum class ShareState : std::uint8_t { kNotObservable, kZero, kBelowK, kSeen };

// One value as one source shared it, or as the community had it (of all its sources together).
struct Share {
  std::string source;
  TimeUs published = 0;
  bool known_benign = false;
  ShareState state = ShareState::kNotObservable;
  const ReleasedSight* first_sight = nullptr;  // of kSeen: the first release with it while this was in force
  LatencyBucket latency = LatencyBucket::kUnknown;  // as that release says
  bool confirmed = false;                           // in any release of it
  bool false_positive = false;                      // likewise
  GroupSet reached;                                 // the groups behind its releases
  GroupSet below_k_by;                              // of kBelowK: who reported it
  GroupSet false_positive_by;                       // whoever said so, be it below k
  double credit = 0;                                // its part of a value that was seen and is of use
};

struct ValueShares {
  Kind kind = Kind::kDomain;
  Share all;
  std::vector<Share> by_source;  // at least one, in the order of publishing
  bool benign = false;           // on a list of benign values, or a false positive to k groups

  double Weight() const;  // in the differential contribution
};

// Nothing if no source had it in force in any of the periods.
std::optional<ValueShares> ShareOf(const IocId& ioc_id, const CataloguedIndicator& indicator,
                                   const ScorecardInput& input, const Evidence& evidence);

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_SHARES_H_
