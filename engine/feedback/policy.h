// May feedback about an indicator leave, and what of it? A pure function of the table of DESIGN section 7, of
// what the community declares, and of the member's own policy, which can only be stricter.
#ifndef POLDER_ENGINE_FEEDBACK_POLICY_H_
#define POLDER_ENGINE_FEEDBACK_POLICY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/indicator/pap.h"
#include "engine/indicator/tlp.h"
#include "engine/observable/ip.h"
#include "engine/observable/kind.h"

namespace polder {

// What a record and a release may say, each with all before it.
enum class Detail : std::uint8_t { kSeen, kLatency, kReach, kCount };
// To whom a release may tell it, each with all before it. kRecipients: to those the indicator was shared
// with.
enum class Audience : std::uint8_t { kNobody, kRecipients, kMembersAndPeers, kAnyone };

enum class Reason : std::uint8_t {
  kMayLeave,
  kRed,              // TLP:RED
  kPapRed,           // PAP:RED: nothing that another could notice
  kStrict,           // AMBER+STRICT, and the community is not one organisation
  kUnmarked,         // counts as AMBER+STRICT
  kNotWithOperator,  // AMBER, and the operator was not given the indicator
  kNotInManifest,    // not among the indicators that the operator signed for all members
  kKind,             // of no kind that makes feedback: expressions, texts, conjunctions
  kExpired,          // no longer valid when it was seen
  kOwnKinds,         // the member's policy: kinds
  kOwnSource,        // the member's policy: a source that never gets feedback
  kOwnNetwork,       // the member's own network or domain
  kPolicyMarking,    // the member's policy: stricter than the marking of the indicator
};
// Only exact values and networks do: a shared text or expression would be a question about private logs.
constexpr bool MakesFeedback(Kind kind) { return kind <= Kind::kSha512; }

// For people, with what could be done about it where something can.
std::string_view ReasonText(Reason reason);

// What is asked about: one value with all that the member knows of it. Of several sources the stricter
// marking.
struct Reportable {
  Kind kind = Kind::kDomain;
  std::string value;  // canonical
  Tlp tlp = Tlp::kUnmarked;
  Pap pap = Pap::kUnmarked;
  std::vector<std::string> sources;
  bool expired = false;
  bool in_manifest = false;  // and so with the operator, and the same for every member
};

// What a member allows; the default is what the table allows.
struct MemberPolicy {
  std::vector<Kind> kinds;               // none: all
  std::vector<std::string> never_about;  // sources
  std::vector<std::string> own_domains;  // canonical; and all names under them
  std::vector<Network> own_networks;
  Tlp at_least = Tlp::kClear;       // read every marking as at least this strict
  Detail at_most = Detail::kCount;  // say no more than this
  // Also about what is not in the manifest, if marked GREEN or CLEAR: then an indicator that only this member
  // was given can tell him apart.
  bool beyond_manifest = false;
};

struct Decision {
  Reason reason = Reason::kMayLeave;
  Tlp effective = Tlp::kUnmarked;  // the stricter of the indicator's marking and the member's
  Detail detail = Detail::kSeen;
  Audience audience = Audience::kNobody;

  bool leaves() const { return reason == Reason::kMayLeave; }
};

Decision Decide(const Reportable& reportable, const MemberPolicy& policy, bool one_organisation);

// The stricter when it comes to what may leave: unmarked is as strict as AMBER+STRICT.
Tlp StricterToLeave(Tlp a, Tlp b);

// The two last columns of the table for a marking, for what a release says.
Detail DetailOf(Tlp tlp);
Audience AudienceOf(Tlp tlp, bool one_organisation);

}  // namespace polder

#endif  // POLDER_ENGINE_FEEDBACK_POLICY_H_
