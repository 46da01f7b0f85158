// What the operator publishes when an epoch is over: only what at least k affiliation groups reported (DESIGN
// section 7, point 7). Pure.
//
// In the flow: PlanRelease (release_plan.h) says which epochs are released together and whose reports count;
// MakeRelease makes what the operator has; ReleaseFor what may be told to whom. Only the latter can be
// rendered (render_release.h), so that what is the operator's alone cannot be printed by mistake.
//
// No statement rests on fewer than k groups:
//   seen                at least k groups reported the indicator
//   verdicts            at least k groups gave that verdict
//   latency_at_most     at least k groups saw it within this (the k-th smallest; unknown does not count)
//   reach_at_least      k, 2k or 4k groups, whichever is the most of at most half of the groups that count:
//                       more would say of many single ones that they saw it
//   count_at_least      at least k groups counted so many events (the k-th largest)
//   suppressed          how much stays hidden, as a lower bound. A group adds no more to the totals than the
//                       k-th largest does, so that they do not show what one group alone has, and they are
//                       told in few steps (CoarseTotal). Exact ones, or fine steps, tell everyone when a
//                       canary was seen that one member only can see: tests/attack measures it.
// That is so of honest reports. Of k - 1 groups that lie together and one honest one, each of these
// statements tells what the honest one said: tests/attack shows it, and what follows for trust is in the
// README. What is said depends on the effective marking of the indicator (policy.h: DetailOf, AudienceOf).
#ifndef POLDER_ENGINE_RELEASE_RELEASE_H_
#define POLDER_ENGINE_RELEASE_RELEASE_H_

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/feedback/policy.h"
#include "engine/release/release_plan.h"
#include "engine/release/report.h"

namespace polder {

struct ReleasedIndicator {
  // How a source names it; see SharedBy.
  struct Reference {
    std::string source;
    std::string indicator_id;
    friend bool operator==(const Reference&, const Reference&) = default;
  };

  IocId ioc_id{};
  Kind kind = Kind::kDomain;
  std::string value;
  Tlp tlp = Tlp::kUnmarked;  // the effective one
  Audience audience = Audience::kNobody;
  std::vector<Reference> references;
  bool confirmed = false;
  bool false_positive = false;
  std::optional<LatencyBucket> latency_at_most;
  std::optional<std::size_t> reach_at_least;  // groups
  std::optional<CountBucket> count_at_least;

  friend bool operator==(const ReleasedIndicator&, const ReleasedIndicator&) = default;
};

// How much stays hidden, so that everyone can judge what a release leaves out.
struct Suppressed {
  std::size_t indicators = 0;
  std::size_t reports = 0;  // group and indicator

  friend bool operator==(const Suppressed&, const Suppressed&) = default;
};

// Whether anything may be released to members about it at all, by its kind and markings.
bool MayBeReleased(const CataloguedIndicator& indicator, bool one_organisation);

// A number of at least k groups: k, 2k, 4k, ..., whichever is the most that `number` reaches; 0 if it is less
// than k, or k is 0.
std::size_t Coarsely(std::size_t number, std::size_t k);
// A total that k groups bear: 8k, 32k, 128k, ..., whichever is the most that `number` reaches, else 0.
std::size_t CoarseTotal(std::size_t number, std::size_t k);

// The operator's own. Ordered by ioc_id.
struct Release {
  std::string community;
  std::vector<Epoch> epochs;  // at least one
  // Of these epochs, one each, nothing where none was made. MakeRelease leaves it empty, its caller fills it
  // in.
  std::vector<std::optional<Digest256>> manifests;
  std::size_t members = 0;       // who send feedback and belong
  std::optional<std::size_t> k;  // nothing: too few members or groups, nothing is released per indicator
  std::vector<ReleasedIndicator> released;
  Suppressed suppressed;  // at least so much
  // For the operator's eyes only: no rendering has it.
  Suppressed exactly_suppressed;

  TimeUs start() const { return epochs.front().start; }
  TimeUs end() const { return epochs.back().end(); }
};

// `reports` are of the epochs of the plan, of every member that sent one, in any order; those of members that
// do not count in the plan are left out. `catalogue` says what the indicators are: what is not in it is not
// released. `runs` are what was remembered of earlier releases (see release_plan.h). The plan says to
// release.
Release MakeRelease(std::span<const MemberReport> reports, const Catalogue& catalogue,
                    const ReleasePlan& plan, const Runs& runs = {});

// What is to be remembered after `release`. Doing it again for the same plan changes nothing.
Runs NextRuns(const Runs& runs, std::span<const MemberReport> reports, const ReleasePlan& plan,
              const Release& release);

// What one audience may be told: kRecipients (the members) every indicator of theirs; kMembersAndPeers (other
// communities) and kAnyone the number of indicators only, by kind, of those marked GREEN and CLEAR, or CLEAR.
struct PublishedRelease {
  std::string community;
  std::vector<Epoch> epochs;
  std::vector<std::optional<Digest256>> manifests;
  std::size_t members = 0;
  std::optional<std::size_t> k;
  Audience audience = Audience::kNobody;
  std::vector<ReleasedIndicator> indicators;  // of kRecipients only
  std::map<Kind, std::size_t> by_kind;
  Suppressed suppressed;

  TimeUs start() const { return epochs.front().start; }
  TimeUs end() const { return epochs.back().end(); }
};
PublishedRelease ReleaseFor(const Release& release, Audience audience);

}  // namespace polder

#endif  // POLDER_ENGINE_RELEASE_RELEASE_H_
