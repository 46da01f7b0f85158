#include "engine/feedback/policy.h"

#include <algorithm>

#include "engine/observable/domain.h"
#include "engine/observable/url.h"

namespace polder {
namespace {

// What is not marked is as strict as AMBER+STRICT.
Tlp Strictness(Tlp tlp) { return tlp == Tlp::kUnmarked ? Tlp::kAmberStrict : tlp; }

bool Has(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Either way round: feedback about a name above one's own may come from one's own.
bool IsOwnDomain(std::string_view name, const MemberPolicy& policy) {
  return std::any_of(policy.own_domains.begin(), policy.own_domains.end(), [&](const std::string& own) {
    return IsSameOrUnder(name, own) || IsSameOrUnder(own, name);
  });
}

bool Overlap(const Network& a, const Network& b) { return a.Contains(b.address) || b.Contains(a.address); }

bool IsOwnNetwork(const Network& network, const MemberPolicy& policy) {
  return std::any_of(policy.own_networks.begin(), policy.own_networks.end(),
                     [&](const Network& own) { return Overlap(own, network); });
}

bool IsOwnHost(std::string_view host, const MemberPolicy& policy) {
  if (const auto ip = ParseIp(host)) return IsOwnNetwork(Network{*ip, 128}, policy);
  return IsOwnDomain(host, policy);
}

bool IsOwn(const Reportable& reportable, const MemberPolicy& policy) {
  switch (reportable.kind) {
    case Kind::kIp:
    case Kind::kDomain:
      return IsOwnHost(reportable.value, policy);
    case Kind::kNetwork: {
      const auto network = ParseNetwork(reportable.value);
      return network && IsOwnNetwork(*network, policy);
    }
    case Kind::kUrl: {
      const auto url = CanonicaliseUrl(reportable.value);
      return url && IsOwnHost(url->host, policy);
    }
    case Kind::kEmail: {
      const std::string_view value = reportable.value;
      return IsOwnHost(value.substr(value.rfind('@') + 1), policy);
    }
    default:
      return false;
  }
}

Reason ReasonOfMarking(Tlp tlp, const Reportable& reportable, bool one_organisation) {
  switch (tlp) {
    case Tlp::kRed:
      return Reason::kRed;
    case Tlp::kUnmarked:
      return one_organisation ? Reason::kMayLeave : Reason::kUnmarked;
    case Tlp::kAmberStrict:
      return one_organisation ? Reason::kMayLeave : Reason::kStrict;
    case Tlp::kAmber:
      return reportable.in_manifest ? Reason::kMayLeave : Reason::kNotWithOperator;
    case Tlp::kGreen:
    case Tlp::kClear:
      return Reason::kMayLeave;
  }
  return Reason::kRed;
}

Reason ReasonOfPolicy(const Reportable& reportable, const MemberPolicy& policy) {
  if (IsOwn(reportable, policy)) return Reason::kOwnNetwork;
  if (!policy.kinds.empty() &&
      std::find(policy.kinds.begin(), policy.kinds.end(), reportable.kind) == policy.kinds.end()) {
    return Reason::kOwnKinds;
  }
  const bool never = std::any_of(reportable.sources.begin(), reportable.sources.end(),
                                 [&](const std::string& source) { return Has(policy.never_about, source); });
  return never ? Reason::kOwnSource : Reason::kMayLeave;
}

Reason ReasonOf(const Reportable& reportable, const MemberPolicy& policy, bool one_organisation,
                Tlp effective) {
  if (!MakesFeedback(reportable.kind)) return Reason::kKind;
  if (reportable.pap == Pap::kRed) return Reason::kPapRed;
  if (reportable.expired) return Reason::kExpired;
  if (const Reason reason = ReasonOfMarking(reportable.tlp, reportable, one_organisation);
      reason != Reason::kMayLeave) {
    return reason;
  }
  if (ReasonOfMarking(effective, reportable, one_organisation) != Reason::kMayLeave) {
    return Reason::kPolicyMarking;
  }
  const bool open = effective == Tlp::kClear || effective == Tlp::kGreen;
  if (!reportable.in_manifest && !(policy.beyond_manifest && open)) {
    return Reason::kNotInManifest;
  }
  return ReasonOfPolicy(reportable, policy);
}

}  // namespace

Tlp StricterToLeave(Tlp a, Tlp b) {
  if (Strictness(a) == Strictness(b)) return std::max(a, b);
  return Strictness(a) > Strictness(b) ? a : b;
}

std::string_view ReasonText(Reason reason) {
  switch (reason) {
    case Reason::kMayLeave:
      return "may leave";
    case Reason::kRed:
      return "TLP:RED: nothing about it leaves";
    case Reason::kPapRed:
      return "PAP:RED: nothing that others could notice is allowed";
    case Reason::kStrict:
      return "TLP:AMBER+STRICT, and the community is not declared one organisation";
    case Reason::kUnmarked:
      return "not marked, which counts as TLP:AMBER+STRICT; ask its source for a marking, or give the feed "
             "one "
             "(tlp)";
    case Reason::kNotWithOperator:
      return "TLP:AMBER, and the operator was not given this indicator";
    case Reason::kNotInManifest:
      return "not in the manifest that the operator signed for all members; an indicator that only you were "
             "given could tell you apart";
    case Reason::kKind:
      return "of a kind that makes no feedback: only exact values and networks do";
    case Reason::kExpired:
      return "no longer valid when it was seen";
    case Reason::kOwnKinds:
      return "your policy: not one of its kinds";
    case Reason::kOwnSource:
      return "your policy: never about this source";
    case Reason::kOwnNetwork:
      return "your own domain or network";
    case Reason::kPolicyMarking:
      return "your policy: treated as marked more strictly than it is";
  }
  return "unknown";
}

Detail DetailOf(Tlp tlp) {
  switch (tlp) {
    case Tlp::kClear:
      return Detail::kCount;
    case Tlp::kGreen:
      return Detail::kReach;
    case Tlp::kAmber:
      return Detail::kLatency;
    default:
      return Detail::kSeen;
  }
}

Audience AudienceOf(Tlp tlp, bool one_organisation) {
  switch (tlp) {
    case Tlp::kClear:
      return Audience::kAnyone;
    case Tlp::kGreen:
      return Audience::kMembersAndPeers;
    case Tlp::kAmber:
      return Audience::kRecipients;
    case Tlp::kAmberStrict:
    case Tlp::kUnmarked:
      return one_organisation ? Audience::kRecipients : Audience::kNobody;
    case Tlp::kRed:
      return Audience::kNobody;
  }
  return Audience::kNobody;
}

Decision Decide(const Reportable& reportable, const MemberPolicy& policy, bool one_organisation) {
  Decision decision;
  decision.effective = StricterToLeave(reportable.tlp, policy.at_least);
  decision.reason = ReasonOf(reportable, policy, one_organisation, decision.effective);
  if (!decision.leaves()) return decision;
  decision.detail = std::min(DetailOf(decision.effective), policy.at_most);
  decision.audience = AudienceOf(decision.effective, one_organisation);
  return decision;
}

}  // namespace polder
