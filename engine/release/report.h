// What the operator has in hand when an epoch closes: what each member reported, and what the community's
// indicators are.
#ifndef POLDER_ENGINE_RELEASE_REPORT_H_
#define POLDER_ENGINE_RELEASE_REPORT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/community/roster.h"
#include "engine/feedback/batch.h"
#include "engine/feedback/feedback.h"

namespace polder {

// One member's batch for one epoch, and what the roster says of him; no feedback is a report too.
struct MemberReport {
  std::string member;
  std::string group;  // affiliation: members of one group count once
  std::string sector;
  Role role = Role::kMember;
  TimeUs joined = 0;
  Watched watched;
  std::vector<Feedback> feedback;
};

// One source's word that something is to be looked for.
struct SharedBy {
  std::string source;        // the signer's name, or that of a feed
  std::string indicator_id;  // the STIX identifier, `indicator--<uuid>`; a MISP attribute's UUID likewise
  TimeUs published = 0;      // when the community got it first
  std::optional<TimeUs> withdrawn;
  std::optional<TimeUs> valid_from;
  std::optional<TimeUs> valid_until;
  Tlp tlp = Tlp::kUnmarked;
  Pap pap = Pap::kUnmarked;
  std::string known_as;  // the lists of benign values that have it, separated by ", "
};
struct CataloguedIndicator {
  Kind kind = Kind::kDomain;
  std::string value;
  std::vector<SharedBy> shared_by;  // at least one, in the order of their publishing

  // The strictest of all; unmarked is as strict as AMBER+STRICT.
  Tlp tlp() const;
};
using Catalogue = std::map<IocId, CataloguedIndicator>;

}  // namespace polder

#endif  // POLDER_ENGINE_RELEASE_REPORT_H_
