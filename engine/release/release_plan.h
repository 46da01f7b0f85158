// Which epochs are released together, and whose reports count. Pure.
//
// Who compares two releases of which the second has one group more, or less, learns what that group saw: an
// indicator that k - 1 groups see every day appears on the day the newcomer counts, or goes with the one who
// leaves. To wait does not help, since the difference comes whenever it counts first. So:
//
// - A *run* is a time over which an indicator is reported again and again, with pauses shorter than
//   `newcomer_epochs`. Over a run nobody is added: a member counts only for runs that began when it already
//   counted. What the newcomer sees of older runs never shows; of new ones it does at once.
// - A run that was released needs one group more for each group that lost a member since. Then it goes where
//   the leaver saw it and where he did not, and the releases together tell no more than the first did alone.
// - Over a run k only rises: where it fell with a leaver, an indicator that comes up would say that he had
//   not seen it.
// - A run for which fewer members count than a community needs is not released, nor one for which hardly more
//   groups count than it asks for: "all of them" would name each.
// - An epoch in which somebody joined or left is held and released with the next in which nobody did, as one
//   period in which only those count that belonged throughout: it blurs what the totals tell. After three
//   held epochs the period is released in any case.
// - Who has left when the roster is issued, revoked or not, counts for nothing any more, also not for epochs
//   before.
//
// All of it depends on dates and on what was released, never on what the one who comes or goes reported.
// A community that was too small for releases has nothing to compare with: all its first members count from
// the start of the epoch in which they joined.
#ifndef POLDER_ENGINE_RELEASE_RELEASE_PLAN_H_
#define POLDER_ENGINE_RELEASE_RELEASE_PLAN_H_

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/community/roster.h"
#include "engine/feedback/feedback.h"
#include "engine/release/report.h"

namespace polder {

// How many groups must have reported an indicator: 3 where there are 5 to 9, 4 of 10 to 24, 5 of 25 and more.
// Nothing for fewer than 5: then no indicator is released. Counted in affiliation groups, not in members: of
// five members in three groups each line of a release would name all three.
std::optional<std::size_t> ReleaseThreshold(std::size_t groups);
// The same for those who send feedback and belong at that time; nothing either where they are fewer than the
// community's minimum. What a manifest says, and a release asks for at least.
std::optional<std::size_t> ThresholdAt(const Roster& roster, TimeUs time);
// So many groups more must count than an indicator needs.
inline constexpr std::size_t kGroupsToSpare = 2;

inline constexpr std::size_t kMostEpochsHeld = 3;

struct ReleasePlan {
  struct Reporter {
    std::string member;
    std::string group;
    TimeUs from = 0;  // counts for runs that began then or later
    TimeUs until = kEndOfTime;
    bool counts = false;  // in this period
  };

  bool hold = false;
  std::string why;  // one sentence for the operator
  std::string community;
  std::vector<Epoch> epochs;        // that are released together, or held so far
  std::vector<Reporter> reporters;  // everybody who ever sent feedback, by name
  std::size_t members = 0;          // who belong at the end
  std::size_t least_members = 5;    // for anything to be released per indicator
  std::optional<std::size_t> k;     // nothing: nothing is released per indicator
  std::size_t newcomer_epochs = 7;
  bool one_organisation = false;

  TimeUs start() const { return epochs.front().start; }
  TimeUs end() const { return epochs.back().end(); }
  // Null unless he counts.
  const Reporter* Find(std::string_view member) const;
};

// `unreleased` are the epochs that are over and were not released: ascending, each following the one before.
// The plan is about the first of them and as many more as go with it; ask again for the rest after the
// release. Without any the plan is to hold, and has no epochs. `roster` is the latest.
ReleasePlan PlanRelease(const Roster& roster, std::span<const Epoch> unreleased);

// For use without a roster: whoever reports belongs, and always did.
ReleasePlan PlanWithoutRoster(std::span<const MemberReport> reports, const Epoch& epoch);

// What is remembered of an indicator from one release to the next, by the operator's store.
struct Run {
  TimeUs since = 0;                // start of the period in which it began
  TimeUs last = 0;                 // end of the last period in which somebody who counts reported it
  std::optional<TimeUs> released;  // start of the first period in which it was released
  std::size_t k = 0;               // the largest of the run

  friend bool operator==(const Run&, const Run&) = default;
};
using Runs = std::map<IocId, Run>;

// The run that a report in the period of the plan is part of: the remembered one, or a new one.
Run RunOf(const Runs& runs, const IocId& ioc_id, const ReleasePlan& plan);
// How many groups count for this run.
std::size_t CountingGroups(const Run& run, const ReleasePlan& plan);
// How many groups must have reported an indicator with this run; nothing if it is not to be released.
std::optional<std::size_t> GroupsNeeded(const Run& run, const ReleasePlan& plan);

}  // namespace polder

#endif  // POLDER_ENGINE_RELEASE_RELEASE_PLAN_H_
