// An indicator as a party publishes it to its community: the body of a document of the type "indicator".
#ifndef POLDER_ENGINE_COMMUNITY_ENVELOPE_H_
#define POLDER_ENGINE_COMMUNITY_ENVELOPE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/feedback/feedback.h"

namespace polder {

// A withdrawal is an envelope too, since a record without a value cannot be signed: it names the ioc_ids
// again, so that the manifest of any epoch can be checked later.
struct Envelope {
  std::string id;        // the indicator's, unique to its signer
  TimeUs published = 0;  // for the first time
  TimeUs updated = 0;    // this version; of two the later counts, an older one is a replay
  bool withdrawn = false;
  std::vector<IocId> ioc_ids;  // ascending; of what it states that can make feedback, maybe nothing
  std::string object;          // the indicator, as rules/read reads it: STIX or MISP JSON; none if withdrawn
};

inline constexpr std::string_view kIndicatorType = "indicator";
std::string RenderEnvelope(const Envelope& envelope);
absl::StatusOr<Envelope> ReadEnvelope(std::string_view body);

}  // namespace polder

#endif  // POLDER_ENGINE_COMMUNITY_ENVELOPE_H_
