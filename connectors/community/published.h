// Indicators as they are put on a community's board.
#ifndef POLDER_CONNECTORS_COMMUNITY_PUBLISHED_H_
#define POLDER_CONNECTORS_COMMUNITY_PUBLISHED_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/community/envelope.h"
#include "rules/read/reader.h"

namespace polder {

// Exact values and networks, without conditions and patterns, not revoked.
bool MakesFeedback(const Indicator& indicator);

// The ioc_ids of those among them that make feedback. Ascending, once.
std::vector<IocId> IocIdsOf(std::span<const Indicator> indicators);

// Whether the envelope's ioc_ids are those of its object: else a party could put what it likes into the
// manifest. Withdrawals have no object. An InvalidArgument says what is wrong.
absl::Status CheckClaims(const Envelope& envelope);

// One indicator that can be published: its identifier, and an object that rules/read reads back as the same.
struct Publishable {
  std::string id;
  std::string object;
  std::vector<IocId> ioc_ids;
  bool marked = false;  // with a TLP marking: nothing comes back about an unmarked one
};

// What can be made of a file. A STIX indicator is taken as it stands, with the markings and the identity that
// it refers to; values of lists and of MISP become STIX 2.1 indicators, if they are exact values or networks.
// What the guard of every engine keeps out (rules/guard) and
// everything else is handed to `refused`. `since` says when an indicator was published first, or what time it
// is now: the date of those that have none, so that the same file makes the same objects.
std::vector<Publishable> ReadPublishables(std::string_view bytes, const ReadContext& context,
                                          const std::function<TimeUs(const std::string& id)>& since,
                                          const std::function<void(const Refusal&)>& refused);

}  // namespace polder

#endif  // POLDER_CONNECTORS_COMMUNITY_PUBLISHED_H_
